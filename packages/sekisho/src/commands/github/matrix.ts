/** The one combination of a job's matrix that is run. */
import { isArray, isObject, toText, type Value } from './expression/value.ts';
import { WorkflowError } from './workflow-error.ts';

/**
 * The combination that the given values choose; null for a job without a matrix. Throws
 * WorkflowError when they choose none, or more than one.
 */
export function chooseCombination(
  matrix: Value,
  chosen: ReadonlyMap<string, string>,
  jobId: string,
): Value {
  const place = `jobs.${jobId}.strategy.matrix`;
  if (matrix === null) {
    const [unknown] = chosen.keys();
    if (unknown === undefined) return null;
    throw new WorkflowError(`jobs.${jobId}`, `has no matrix, so no ${unknown} to choose`);
  }
  if (!isObject(matrix)) {
    throw new WorkflowError(place, 'a matrix that is an expression is not supported');
  }
  for (const name of chosen.keys()) {
    if (!matrix.has(name)) throw new WorkflowError(place, `has no ${name}`);
  }
  const combination = new Map<string, Value>();
  for (const [name, values] of matrix) {
    if (name === 'include' || name === 'exclude') {
      throw new WorkflowError(`${place}.${name}`, 'is not supported');
    }
    if (!isArray(values)) throw new WorkflowError(`${place}.${name}`, 'must be a sequence');
    const wanted = chosen.get(name);
    const left = wanted === undefined ? values : values.filter((each) => toText(each) === wanted);
    const [only, other] = left;
    if (only === undefined || other !== undefined) {
      const known = values.map(toText).join(', ');
      throw new WorkflowError(`${place}.${name}`, `choose one of ${known} with --matrix ${name}=…`);
    }
    combination.set(name, only);
  }
  return combination;
}
