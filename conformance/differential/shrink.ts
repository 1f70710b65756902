/** Makes a vector smaller while it keeps showing what it shows. */
import type { DecisionVector } from '../decision-vector.ts';

/** What a policy needs to stay one. */
const kept = /^(?:Version|Statement|Effect|(?:Not)?(?:Principal|Action|Resource)|AWS|Service)$/;

/** Every value that is one member or element less than the given one, at any depth. */
function* smaller(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    if (value.length > 1) {
      for (const index of value.keys()) yield value.toSpliced(index, 1);
    }
    for (const [index, member] of value.entries()) {
      for (const less of smaller(member)) yield value.with(index, less);
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [name] of entries.filter(([other]) => !kept.test(other))) {
      yield Object.fromEntries(entries.filter(([other]) => other !== name));
    }
    for (const [name, member] of entries) {
      for (const less of smaller(member)) yield { ...value, [name]: less };
    }
  }
}

/** Smaller contexts and policies; the rest of the vector stays. */
function* candidates(vector: DecisionVector): Generator<DecisionVector> {
  const { policies } = vector;
  for (const type of ['boundary', 'session', 'scp', 'rcp', 'resource'] as const) {
    if (policies[type] !== null) yield { ...vector, policies: { ...policies, [type]: null } };
  }
  if (policies.vpce !== undefined) {
    const { vpce: _, ...others } = policies;
    yield { ...vector, policies: others };
  }
  for (const context of smaller(vector.context)) {
    yield { ...vector, context: context as DecisionVector['context'] };
  }
  for (const [type, value] of Object.entries(policies)) {
    for (const less of smaller(value)) yield { ...vector, policies: { ...policies, [type]: less } };
  }
}

/** The smallest vector found for which `shows` still holds. */
export function shrink(
  vector: DecisionVector,
  shows: (vector: DecisionVector) => boolean,
): DecisionVector {
  for (const candidate of candidates(vector)) {
    if (shows(candidate)) return shrink(candidate, shows);
  }
  return vector;
}
