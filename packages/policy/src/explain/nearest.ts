/** The nearest statements of a policy: its Allow statements with the fewest elements that failed. */
import { foldCase } from '../ascii.ts';
import type { ElementTrace, LayerTrace, PolicyTrace, StatementTrace } from '../authorize/trace.ts';
import type { PolicySource } from '../request.ts';

/** A statement that nearly allowed. */
export interface NearStatement {
  readonly source: PolicySource;
  readonly trace: StatementTrace;
  readonly failed: readonly ElementTrace[];
}

/** Most statements of one policy, and most policies of one layer, that are worth showing. */
const shownMax = 3;

/**
 * Conditions are one element, however many keys fail. Of equally many failed elements, a failed
 * Action says least, and least of all another service's; more failed keys say less than few.
 */
function distance(failed: readonly ElementTrace[]): number {
  const kinds = new Set(failed.map(({ element }) => element)).size;
  const size = kinds * 2 + (failed.length - kinds) / failedKeysMax;
  const action = failed.find(({ element }) => element === 'Action' || element === 'NotAction');
  if (action === undefined) return size;
  const service = serviceOf(action.requestValues?.[0] ?? '');
  const isSame = action.policyValues.some((value) => serviceOf(value) === service);
  return size + (isSame ? 1 : 3);
}

/** More condition keys than any statement has. */
const failedKeysMax = 100_000;

function serviceOf(action: string): string {
  return foldCase(action.slice(0, action.indexOf(':')));
}

/** The nearest statements of one policy, in the order of its text. */
export function nearestOfPolicy({ source, statements }: PolicyTrace): readonly NearStatement[] {
  const candidates = statements
    .filter(({ statement, takesEffect }) => statement.effect === 'Allow' && !takesEffect)
    .map((trace) => ({
      source,
      trace,
      failed: trace.elements.filter(({ match }) => match !== 'yes'),
    }));
  const least = Math.min(...candidates.map(({ failed }) => distance(failed)));
  return candidates.filter(({ failed }) => distance(failed) === least).slice(0, shownMax);
}

/** The nearest statements of each policy of a layer; the nearest policies first. */
export function nearestStatements(layer: LayerTrace): readonly NearStatement[] {
  return layer.policies
    .map(nearestOfPolicy)
    .filter((near) => near.length > 0)
    .sort((a, b) => distance(a[0]?.failed ?? []) - distance(b[0]?.failed ?? []))
    .slice(0, shownMax)
    .flat();
}
