/** The grammar of role trust policies, refused in AWS's own words. */
import { foldCase } from '../ascii.ts';
import { StepBudget } from '../step-budget.ts';
import { matchesWildcard } from '../wildcard.ts';
import type { JsonNode } from './json.ts';
import type { Span } from './policy-document.ts';
import type { PolicyProblem } from './policy-problem.ts';
import { malformed } from './policy-problem.ts';
import type { PrincipalLookUp } from './principal-check.ts';
import { isFederatedForm, isValidPrincipal } from './principal-check.ts';
import { readPrincipalElement } from './principal-element.ts';
import type { DocumentShape, ShapeProblem, StatementShape } from './shape.ts';
import { readShape } from './shape.ts';
import { unrestrictedSharedIssuer } from './shared-issuer.ts';

/**
 * What IAM answers to CreateRole and UpdateAssumeRolePolicy; undefined when the policy is
 * accepted. The size has its own check (`checkTrustPolicySize`).
 *
 * Unverified: the order of the checks among each other, which AWS does not document.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkTrustPolicy(text: string, lookUp: PrincipalLookUp): PolicyProblem | undefined {
  const { shape, problems } = readShape(text);
  if (shape === undefined) return malformed('This policy contains invalid Json', problems[0]?.span);
  for (const check of [prohibitedFields, shapeProblems, statementIds]) {
    const problem = check(shape, problems);
    if (problem !== undefined) return problem;
  }
  for (const statement of shape.statements) {
    const problem =
      actionProblem(statement) ?? principalProblem(statement, lookUp) ?? issuerProblem(statement);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function prohibitedFields({ statements }: DocumentShape): PolicyProblem | undefined {
  for (const { resource, notResource } of statements) {
    if (resource !== undefined) return malformed('Has prohibited field Resource', resource.span);
    // Unverified: the text for NotResource.
    if (notResource !== undefined) {
      return malformed('Has prohibited field NotResource', notResource.span);
    }
  }
  return undefined;
}

function shapeProblems(
  { text }: DocumentShape,
  problems: readonly ShapeProblem[],
): PolicyProblem | undefined {
  const [problem] = problems;
  return problem && malformed(textOfShapeProblem(problem, text), problem.span);
}

function textOfShapeProblem({ code, span }: ShapeProblem, text: string): string {
  switch (code) {
    case 'InvalidVersion':
      return 'The policy must contain a valid version string';
    case 'EmptyStatement':
      return 'Could not parse the policy: Statement is empty!';
    case 'MissingStatement':
      return 'Missing required field Statement';
    case 'MissingEffect':
      return 'Missing required field Effect';
    case 'InvalidEffect':
      return `Invalid effect: ${text.slice(span.start, span.end).replace(/^"|"$/g, '')}`;
    default:
      return 'Syntax error in policy.';
  }
}

function statementIds({ statements }: DocumentShape): PolicyProblem | undefined {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid.value === '') continue;
    if (seen.has(sid.value)) {
      return malformed('The Statement Ids in the policy are not unique', sid.span);
    }
    seen.add(sid.value);
  }
  return undefined;
}

const trustActions = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
  'sts:setcontext',
];

function actionProblem(statement: StatementShape): PolicyProblem | undefined {
  const { effect, action, notAction, span } = statement;
  if (effect !== undefined && effect.value !== 'Allow' && effect.value !== 'Deny') {
    return malformed(`Invalid effect: ${effect.value}`, effect.span);
  }
  const onlyAssumeRole = 'AssumeRole policy may only specify STS AssumeRole actions.';
  // Unverified: the text for NotAction.
  if (notAction !== undefined) return malformed(onlyAssumeRole, notAction.span);
  if (action === undefined || action.values.length === 0) {
    return malformed('Missing required field Action', action?.span ?? span);
  }
  const bad = action.values.find(({ value }) => !isTrustAction(value));
  return bad && malformed(onlyAssumeRole, bad.span);
}

function isTrustAction(value: string): boolean {
  const folded = foldCase(value);
  if (!folded.startsWith('sts:')) return false;
  const budget = new StepBudget(100_000);
  const pieces = [{ text: folded, literal: false }];
  return trustActions.some((name) => matchesWildcard(pieces, name, budget)) && !budget.exhausted;
}

function principalProblem(
  { effect, principal, notPrincipal, span }: StatementShape,
  lookUp: PrincipalLookUp,
): PolicyProblem | undefined {
  if (notPrincipal !== undefined) {
    const message =
      effect?.value === 'Allow'
        ? 'Allow with NotPrincipal is not allowed.'
        : 'AssumeRole policy must not contain NotPrincipal field.';
    return malformed(message, notPrincipal.span);
  }
  if (principal === undefined) return malformed('Missing required field Principal', span);
  const result = readPrincipalElement(principal);
  if ('error' in result) return principalShapeProblem(principal, result.error.span);
  if (result.element.any) {
    const message = 'AssumeRolepolicy contained an invalid principal: "STAR":"*".';
    return malformed(message, principal.span);
  }
  for (const entry of result.element.entries) {
    if (entry.kind === 'Federated' && !isFederatedForm(entry.value)) {
      const message = 'Federated principals must be valid domain names or SAML metadata ARNs';
      return malformed(message, entry.span);
    }
    if (isValidPrincipal(entry, lookUp)) continue;
    const kind = entry.kind.toUpperCase();
    return malformed(`Invalid principal in policy: "${kind}":"${entry.value}"`, entry.span);
  }
  return undefined;
}

function principalShapeProblem(principal: JsonNode, at: Span): PolicyProblem {
  const nothing = 'Missing required field Principal cannot be empty!';
  if (principal.kind === 'array' && principal.items.length === 0) return malformed(nothing, at);
  if (principal.kind !== 'object') return malformed('Principal must be a JSON object.', at);
  if (principal.members.size === 0) return malformed(nothing, at);
  const empty = [...principal.members.values()].every(
    ({ value }) => value.kind === 'array' && value.items.length === 0,
  );
  if (!empty) return malformed('Syntax error in policy.', at);
  return malformed(
    'Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: ' +
      'The passed in policy has a statement with no principals!',
    at,
  );
}

function issuerProblem(statement: StatementShape): PolicyProblem | undefined {
  const { effect, principal, action, condition } = statement;
  if (effect?.value !== 'Allow' || principal === undefined) return undefined;
  const result = readPrincipalElement(principal);
  if ('error' in result) return undefined;
  for (const { kind, value, span } of result.element.entries) {
    if (kind !== 'Federated') continue;
    if (value === 'cognito-identity.amazonaws.com' && !condition?.entries.length) {
      return malformed('A condition block must be present for the Cognito provider', span);
    }
    const issuer = unrestrictedSharedIssuer(value, action, condition);
    // Unverified: the text.
    if (issuer !== undefined) {
      return malformed(`Missing required condition for provider ${issuer}`, span);
    }
  }
  return undefined;
}
