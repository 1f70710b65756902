/** The grammar of identity-based and session policies, refused in AWS's own words and order. */
import { operatorParts } from './condition-operator.ts';
import { isDateOperand } from './date-operand.ts';
import type { Positioned } from './policy-document.ts';
import type { PolicyProblem } from './policy-problem.ts';
import { malformed } from './policy-problem.ts';
import { failsLegacyParsing, resourceFormProblem } from './resource-form.ts';
import type { DocumentShape, StatementShape } from './shape.ts';
import { readShape } from './shape.ts';

export interface IdentityPolicyOptions {
  /** Managed policies must name version 2012-10-17; inline ones need not. Default false. */
  readonly managed?: boolean;
}

type Stage = (shape: DocumentShape) => PolicyProblem | undefined;

/**
 * What IAM answers to CreatePolicy and CreatePolicyVersion (`managed`) or Put*Policy, undefined
 * when the policy is accepted. Each stage reads the whole document before the next one does.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function checkIdentityPolicy(
  text: string,
  options: IdentityPolicyOptions = {},
): PolicyProblem | undefined {
  const { shape, problems } = readShape(text);
  if (problems[0] !== undefined) return malformed('Syntax errors in policy.', problems[0].span);
  if (shape === undefined) return malformed('Syntax errors in policy.');
  if (options.managed === true && (!shape.versionGiven || shape.version !== '2012-10-17')) {
    return malformed('Policy document must be version 2012-10-17 or greater.');
  }
  for (const stage of stages) {
    const problem = stage(shape);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What STS answers to a session policy: the grammar of inline policies. */
export function checkSessionPolicy(text: string): PolicyProblem | undefined {
  return checkIdentityPolicy(text);
}

const stages: readonly Stage[] = [
  legacyElements,
  legacyResources,
  statementIds,
  principals,
  actionsPresent,
  resourcesPresent,
  resourceForms,
  actionForms,
];

const legacy = 'The policy failed legacy parsing';

function legacyElements(shape: DocumentShape): PolicyProblem | undefined {
  for (const { effect, condition } of shape.statements) {
    if (effect?.value !== 'Allow' && effect?.value !== 'Deny') {
      return malformed(legacy, effect?.span);
    }
    for (const { operator, values } of condition?.entries ?? []) {
      if (!operatorParts(operator)?.base.startsWith('Date')) continue;
      const bad = values.find(({ value }) => !isDateOperand(value));
      if (bad !== undefined) return malformed(legacy, bad.span);
    }
  }
  return undefined;
}

/** Up to the first value whose form is wrong: that one is reported in its own turn. */
function legacyResources(shape: DocumentShape): PolicyProblem | undefined {
  for (const resource of allResources(shape)) {
    if (resourceFormProblem(resource.value) !== undefined) return undefined;
    if (failsLegacyParsing(resource.value)) return malformed(legacy, resource.span);
  }
  return undefined;
}

function statementIds({ statements }: DocumentShape): PolicyProblem | undefined {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    // AWS's text has no underscore, but policies with one are known to be accepted.
    // Unverified: where in the order this stands.
    if (sid !== undefined && !/^[0-9A-Za-z_]*$/.test(sid.value)) {
      return malformed(
        'Statement IDs (SID) must be alpha-numeric. ' +
          'Check that your input satisfies the regular expression [0-9A-Za-z]*',
        sid.span,
      );
    }
  }
  for (const { sid } of statements) {
    if (sid === undefined || sid.value === '') continue;
    if (seen.has(sid.value)) {
      return malformed('Statement IDs (SID) in a single policy must be unique.', sid.span);
    }
    seen.add(sid.value);
  }
  return undefined;
}

// Unverified: where in the order this stands.
function principals({ statements }: DocumentShape): PolicyProblem | undefined {
  for (const { principal, notPrincipal } of statements) {
    const span = (principal ?? notPrincipal)?.span;
    if (span !== undefined) {
      return malformed('Policy document should not specify a principal.', span);
    }
  }
  return undefined;
}

function actionsPresent({ statements }: DocumentShape): PolicyProblem | undefined {
  const bare = statements.find((statement) => actionsOf(statement).length === 0);
  return bare && malformed('Policy statement must contain actions.', bare.span);
}

function resourcesPresent({ statements }: DocumentShape): PolicyProblem | undefined {
  const bare = statements.find((statement) => resourcesOf(statement).length === 0);
  return bare && malformed('Policy statement must contain resources.', bare.span);
}

function resourceForms(shape: DocumentShape): PolicyProblem | undefined {
  for (const { value, span } of allResources(shape)) {
    const message = resourceFormProblem(value);
    if (message !== undefined) return malformed(message, span);
  }
  return undefined;
}

function actionForms({ statements }: DocumentShape): PolicyProblem | undefined {
  for (const statement of statements) {
    for (const { value, span } of actionsOf(statement)) {
      const message = actionFormProblem(value);
      if (message !== undefined) return malformed(message, span);
    }
  }
  return undefined;
}

function actionFormProblem(action: string): string | undefined {
  if (action === '*') return undefined;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  }
  if (rest.length > 1) return 'Actions/Condition can contain only one colon.';
  if (vendor === '*' || /^[A-Za-z0-9.-]+$/.test(vendor)) return undefined;
  return `Vendor ${vendor} is not valid`;
}

function actionsOf({ action, notAction }: StatementShape): readonly Positioned[] {
  return (action ?? notAction)?.values ?? [];
}

function resourcesOf({ resource, notResource }: StatementShape): readonly Positioned[] {
  return (resource ?? notResource)?.values ?? [];
}

function allResources({ statements }: DocumentShape): readonly Positioned[] {
  return statements.flatMap(resourcesOf);
}
