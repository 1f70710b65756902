/** The nearest statements of a layer: the Allow statements with the fewest elements that failed. */
import type { ElementTrace, LayerTrace, StatementTrace } from '../authorize/trace.ts';
import type { PolicySource } from '../request.ts';

/** A statement that nearly allowed. */
export interface NearStatement {
  readonly source: PolicySource;
  readonly trace: StatementTrace;
  readonly failed: readonly ElementTrace[];
}

/** Most statements that are worth showing. */
const shownMax = 3;

/** Those with the fewest failed elements, in the order of the text; an equal number each. */
export function nearestStatements(layer: LayerTrace): readonly NearStatement[] {
  const candidates = layer.policies.flatMap(({ source, statements }) =>
    statements
      .filter(({ statement, takesEffect }) => statement.effect === 'Allow' && !takesEffect)
      .map((trace) => ({
        source,
        trace,
        failed: trace.elements.filter(({ match }) => match !== 'yes'),
      })),
  );
  const fewest = Math.min(...candidates.map(({ failed }) => failed.length));
  return candidates.filter(({ failed }) => failed.length === fewest).slice(0, shownMax);
}
