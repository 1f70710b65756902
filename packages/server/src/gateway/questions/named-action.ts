/** The action and the resource of a question, held against the service authorization reference. */
import { type Action, loadActionIndex, loadActions } from '@sekisho/catalog';
import { matchesFormat, parseArnFormat } from '../../services/demands/arn-format.ts';
import { type Note, notes } from './notes.ts';
import { badQuestion } from './question-body.ts';

/** An action of the reference. */
export interface NamedAction {
  /** As AWS spells it: `s3:GetObject`. */
  readonly name: string;
  readonly prefix: string;
  /** Absent for the server's own actions, which the reference does not have. */
  readonly action?: Action;
  /** ARN formats of the resources it works on. */
  readonly formats: readonly string[];
}

const form = /^([a-z0-9-]{1,64}):([A-Za-z0-9_]{1,128})$/i;

/** Finds the action in any case. Throws ServiceError 400, with a near name where there is one. */
export async function findAction(text: string): Promise<NamedAction> {
  const [, written = '', name = ''] = form.exec(text) ?? [];
  if (name === '') {
    throw badQuestion(
      `${JSON.stringify(text)} is no action: write service:Action, as s3:GetObject.`,
    );
  }
  const prefix = written.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (prefix === 'sekisho') return { name: `sekisho:${name}`, prefix, formats: [] };
  const index = await loadActionIndex();
  if (index.serviceName(prefix) === undefined) {
    throw badQuestion(`There is no service ${JSON.stringify(written)}.`);
  }
  const actions = await loadActions(prefix);
  const action = actions.action(name);
  if (action === undefined) {
    const near = nearestName(name, index.actionNames(prefix));
    const hint = near === undefined ? '' : ` Is it ${prefix}:${near}?`;
    throw badQuestion(`There is no action ${prefix}:${name}.${hint}`);
  }
  const formats = action.resourceTypes.flatMap(
    (type) => actions.resourceTypes.get(type.name)?.arn ?? [],
  );
  return { name: `${prefix}:${action.name}`, prefix, action, formats };
}

/** The resource that a request would ask for, and what there is to say of the one given. */
export function askedResource(
  { name, action, formats }: NamedAction,
  resource: string,
  partition: string,
): { readonly resource: string; readonly notes: readonly Note[] } {
  if (resource !== '*' && !/^arn:[a-z-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(resource)) {
    throw badQuestion(`${JSON.stringify(resource)} is no resource: give an ARN or "*".`);
  }
  if (resource === '*' || action === undefined) return { resource, notes: [] };
  if (action.resourceTypes.length === 0) {
    return { resource: '*', notes: [notes.takesNoResource(name)] };
  }
  const known = formats.map((format) => format.replace('${Partition}', partition));
  const fits = known.some((format) => fitsFormat(format, resource));
  return { resource, notes: fits ? [] : [notes.otherResource(name, known)] };
}

/** A bucket's name holds no slash, which other variables may. */
function fitsFormat(format: string, arn: string): boolean {
  const isBucket = format.endsWith(':::${BucketName}');
  return matchesFormat(parseArnFormat(format), arn) && !(isBucket && arn.includes('/'));
}

/** The name with the fewest differing letters, if it is near at all. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 4)) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
