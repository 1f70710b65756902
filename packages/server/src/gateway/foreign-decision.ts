/** A decision as it is told to whom the resource does not belong: the owner's policy is the owner's. */
import type { Decision, DecisionTrace, LayerTrace, TracedDecision } from '@sekisho/policy';

/** With a trace, unless the evaluation failed before it. */
type ToldDecision = Decision & { readonly trace?: TracedDecision['trace'] };

/** Keys whose values the owner has chosen: tags of a resource, of an object. */
const ownersKey = /^[a-z0-9-]{1,64}:(?:resourcetag|existingobjecttag)\//i;

/**
 * The decision without the text of a policy, and without the tags of a resource, that are another
 * account's than `account`. AWS tells such a caller no more than which kind of policy refused.
 */
export function decisionFor(account: string, decision: ToldDecision): ToldDecision {
  const { request } = decision;
  if (request.resourceAccount === undefined || request.resourceAccount === account) return decision;
  const context = [...request.context].filter(([key]) => !ownersKey.test(key));
  return withoutResourcePolicy({ ...decision, request: { ...request, context } });
}

/** The decision without its resource-based policy, whosever it is. */
export function withoutResourcePolicy(decision: ToldDecision): ToldDecision {
  const { resource: _, ...policies } = decision.policies;
  const { reason, trace } = decision;
  const bareTrace: DecisionTrace | undefined = trace && {
    ...trace,
    layers: trace.layers.map(bare),
    refusals: trace.refusals.map((refusal) => ({ ...refusal, layer: bare(refusal.layer) })),
  };
  const { reason: __, trace: ___, ...rest } = decision;
  return {
    ...rest,
    policies,
    ...(reason && {
      reason: isResourcePolicy(reason.policyType) ? { policyType: reason.policyType } : reason,
    }),
    ...(bareTrace && { trace: bareTrace }),
  };
}

function isResourcePolicy(type: string): boolean {
  return type === 'resource-based policy' || type === 'role trust policy';
}

function bare(layer: LayerTrace): LayerTrace {
  if (!isResourcePolicy(layer.policyType)) return layer;
  const { deciding: _, ...rest } = layer;
  return { ...rest, policies: [] };
}
