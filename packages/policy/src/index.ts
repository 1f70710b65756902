/** The public interface of the policy language and its decision point. */
export { type Arn, arnFields, isAccountId, parseArn } from './arn.ts';
export { authorize, type TracedDecision } from './authorize/authorize.ts';
export type {
  DecidingStatement,
  DecisionTrace,
  ElementTrace,
  LayerTrace,
  MismatchCause,
  PolicyTrace,
  PrincipalGrant,
  Refusal,
  StatementTrace,
  Verdict,
} from './authorize/trace.ts';
export type { CompilationSize, CompiledPrincipal } from './compile/compilation.ts';
export {
  CompiledPolicies,
  type CompiledPoliciesOptions,
  type PrincipalPolicies,
  type ResourcePolicies,
} from './compile/compiled-policies.ts';
export type { PackedRequests } from './compile/packed-requests.ts';
export { compareDates, readDate } from './condition/date.ts';
export { isInRange } from './condition/ip-address.ts';
export { compareNumbers } from './condition/numeric.ts';
export { conditionOperators, type OperatorUse, readOperator } from './condition/operators.ts';
export type { IdentityPolicyOptions } from './document/identity-policy.ts';
export { checkIdentityPolicy, checkSessionPolicy } from './document/identity-policy.ts';
export type {
  JsonMember,
  JsonNode,
  JsonObject,
  JsonOptions,
  SyntaxProblem,
} from './document/json.ts';
export { parseJson } from './document/json.ts';
export {
  checkInlinePolicySizes,
  checkManagedPolicySize,
  checkTrustPolicySize,
  policySize,
  policySizeLimits,
} from './document/limits.ts';
export type { ParsedPolicy, PolicySyntaxError } from './document/parse.ts';
export { parsePolicyDocument, positionOf } from './document/parse.ts';
export type {
  ConditionElement,
  ConditionEntry,
  PolicyDocument,
  PolicyVersion,
  Positioned,
  PrincipalElement,
  PrincipalKind,
  Span,
  Statement,
  StringElement,
} from './document/policy-document.ts';
export type { PolicyProblem } from './document/policy-problem.ts';
export { isPrincipalId, principalArns } from './document/principal-arns.ts';
export type { PrincipalLookUp } from './document/principal-check.ts';
export type { PrintOptions } from './document/print.ts';
export { encodeDocument, printTrustPolicy } from './document/print.ts';
export type { ResourcePolicyOptions } from './document/resource-policy.ts';
export { checkResourcePolicy } from './document/resource-policy.ts';
export { checkTrustPolicy } from './document/trust-policy.ts';
export { applyChanges } from './explain/apply.ts';
export type {
  AddStatement,
  AddValue,
  Change,
  NarrowDeny,
  RemoveDeny,
} from './explain/change.ts';
export { contextKeysOf } from './explain/context-keys.ts';
export {
  type ExplainedChange,
  type ExplainedRefusal,
  type Explanation,
  explainDecision,
  type FailedElement,
  type StatementPlace,
} from './explain/explanation.ts';
export { literalText } from './explain/literal-text.ts';
export { type DenialInput, denialMessage } from './explain/message.ts';
export { type NearStatement, nearestStatements } from './explain/nearest.ts';
export { nearestValue, partingOffset } from './explain/parting.ts';
export { type Proposal, proposeChanges } from './explain/proposal.ts';
export {
  type ConditionJson,
  type PrincipalJson,
  type StatementJson,
  type StringOrList,
  statementJson,
} from './explain/statement-json.ts';
export { explain } from './explain/trace-text.ts';
export type { ExplanationLanguage } from './explain/words.ts';
export { principalText } from './match/principal.ts';
export type { Match } from './match-result.ts';
export type {
  AuthorizationRequest,
  Combining,
  ContextEntries,
  ContextValue,
  Decision,
  DecisionReason,
  PolicySet,
  PolicySource,
  PolicyType,
  Principal,
} from './request.ts';
export { RequestContext } from './request-context.ts';
export { StepBudget } from './step-budget.ts';
export { matchesWildcard } from './wildcard.ts';
