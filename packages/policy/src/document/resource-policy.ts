/** The grammar of a resource's own policy (a bucket policy), refused in S3's words. */

import { policySizeLimits } from './limits.ts';
import type { Positioned } from './policy-document.ts';
import type { PolicyProblem } from './policy-problem.ts';
import type { PrincipalLookUp } from './principal-check.ts';
import { isValidPrincipal } from './principal-check.ts';
import { readPrincipalElement } from './principal-element.ts';
import type { DocumentShape, ShapeProblem, StatementShape } from './shape.ts';
import { readShape } from './shape.ts';

/** The resource that the policy belongs to. */
export interface ResourcePolicyOptions extends PrincipalLookUp {
  /** `s3`. */
  readonly actionPrefix: string;
  /** `arn:aws:s3:::bucket`; what lies below it after `/` may be named too. */
  readonly resourceArn: string;
  /** Levels that an action without wildcards applies to, none when it is unknown. */
  readonly levelsOfAction?: (action: string) => readonly ('resource' | 'below')[];
}

/**
 * What S3 answers to PutBucketPolicy (400 MalformedPolicy); undefined when it is accepted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 *
 * Unverified: all texts but the first two, and the order of the checks.
 */
export function checkResourcePolicy(
  text: string,
  options: ResourcePolicyOptions,
): PolicyProblem | undefined {
  if (new TextEncoder().encode(text).length > policySizeLimits.bucketBytesMax) {
    return refused('Policy exceeds the maximum allowed document size.');
  }
  const { shape, problems } = readShape(text);
  if (shape === undefined || !text.startsWith('{')) {
    return refused("Policies must be valid JSON and the first byte must be '{'");
  }
  if (problems[0] !== undefined) return refused(textOfShapeProblem(problems[0], text), problems[0]);
  const duplicate = duplicateId(shape);
  if (duplicate !== undefined) {
    return refused('The Statement Ids in the policy are not unique', duplicate);
  }
  for (const statement of shape.statements) {
    const problem = statementProblem(statement, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function refused(message: string, at?: Pick<Positioned, 'span'>): PolicyProblem {
  return { code: 'MalformedPolicy', message, ...(at === undefined ? {} : { span: at.span }) };
}

function textOfShapeProblem({ code, span }: ShapeProblem, text: string): string {
  const written = text.slice(span.start, span.end).replace(/^"|"$/g, '');
  switch (code) {
    case 'MissingStatement':
      return 'Missing required field Statement';
    case 'EmptyStatement':
      return 'Could not parse the policy: Statement is empty!';
    case 'InvalidVersion':
      return 'The policy must contain a valid version string';
    case 'MissingEffect':
      return 'Missing required field Effect';
    case 'InvalidEffect':
      return `Invalid effect: ${written}`;
    case 'UnknownField':
      return `Unknown field ${written}`;
    case 'InvalidAction':
      return 'Policy has invalid action';
    case 'InvalidResource':
      return 'Policy has invalid resource';
    case 'UnknownOperator':
      return `Invalid Condition type : ${written}`;
    default:
      return 'Syntax error in policy.';
  }
}

function duplicateId({ statements }: DocumentShape): Positioned | undefined {
  const seen = new Set<string>();
  return statements
    .flatMap(({ sid }) => (sid === undefined || sid.value === '' ? [] : [sid]))
    .find(({ value }) => seen.size === seen.add(value).size);
}

function statementProblem(
  statement: StatementShape,
  options: ResourcePolicyOptions,
): PolicyProblem | undefined {
  const { effect, principal, notPrincipal } = statement;
  if (effect?.value !== 'Allow' && effect?.value !== 'Deny') {
    return refused(`Invalid effect: ${effect?.value}`, effect);
  }
  const principals = principal ?? notPrincipal;
  if (principals === undefined) return refused('Missing required field Principal', statement);
  if (notPrincipal !== undefined && effect.value === 'Allow') {
    return refused('Allow with NotPrincipal is not allowed.', notPrincipal);
  }
  const read = readPrincipalElement(principals);
  if ('error' in read) return refused('Invalid principal in policy', read.error);
  for (const entry of read.element.entries) {
    const canonical = entry.kind === 'CanonicalUser' && /^[0-9a-f]{64}$/.test(entry.value);
    if (!canonical && !isValidPrincipal(entry, options)) {
      return refused('Invalid principal in policy', entry);
    }
  }
  return actionsProblem(statement, options);
}

function actionsProblem(
  statement: StatementShape,
  options: ResourcePolicyOptions,
): PolicyProblem | undefined {
  const actions = statement.action ?? statement.notAction;
  const resources = statement.resource ?? statement.notResource;
  if (!actions?.values.length) return refused('Missing required field Action', statement);
  if (!resources?.values.length) return refused('Missing required field Resource', statement);
  const badAction = actions.values.find(({ value }) => !isActionForm(value, options));
  if (badAction !== undefined) return refused('Policy has invalid action', badAction);
  const { resourceArn } = options;
  const badResource = resources.values.find(({ value }) => !reaches(value, resourceArn));
  if (badResource !== undefined) return refused('Policy has invalid resource', badResource);
  if (statement.action === undefined || statement.resource === undefined) return undefined;
  const levels = statement.resource.values.flatMap(({ value }) => levelsOf(value, resourceArn));
  const idle = actions.values.find(({ value }) => {
    if (/[*?]/.test(value)) return false;
    const applies = options.levelsOfAction?.(value);
    return applies !== undefined && !applies.some((level) => levels.includes(level));
  });
  if (idle === undefined) return undefined;
  return refused('Action does not apply to any resource(s) in statement', idle);
}

function isActionForm(value: string, options: ResourcePolicyOptions): boolean {
  if (value === '*') return true;
  const [prefix, name, ...more] = value.split(':');
  if (prefix !== options.actionPrefix || more.length > 0) return false;
  if (name === undefined || !/^[A-Za-z0-9*?]+$/.test(name)) return false;
  return /[*?]/.test(name) || options.levelsOfAction?.(value).length !== 0;
}

/** Whether the pattern can name the resource or something below it. */
function reaches(pattern: string, arn: string): boolean {
  if (!pattern.startsWith('arn:')) return false;
  return pattern === arn || pattern.startsWith(`${arn}/`) || opensBefore(pattern, arn);
}

/** Whether a wildcard stands before the resource's name ends. */
function opensBefore(pattern: string, arn: string): boolean {
  const wildcard = pattern.search(/[*?]|\$\{/);
  return wildcard >= 0 && `${arn}/`.startsWith(pattern.slice(0, wildcard));
}

function levelsOf(pattern: string, arn: string): readonly ('resource' | 'below')[] {
  if (pattern === arn) return ['resource'];
  return pattern.startsWith(`${arn}/`) ? ['below'] : ['resource', 'below'];
}
