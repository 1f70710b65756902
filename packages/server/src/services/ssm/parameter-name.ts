/** Names of parameters: their rules, their ARNs, and the selectors behind them. */
import { foldCase } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import type { DemandContext } from '../service.ts';
import { invalid, invalidName } from './errors.ts';
import { levelsMax, nameCharactersMax } from './limits.ts';

const nameForm = /^(?:[A-Za-z0-9_.-]+|(?:\/[A-Za-z0-9_.-]+)+)$/;
const arnForm = /^arn:([a-z-]+):ssm:([a-z0-9-]+):(\d{12}):parameter\/(.+)$/;

/** Whose parameter a request names, and which version. */
export interface ParameterReference {
  /** As it is stored; of an ARN, with a leading slash where it has several levels. */
  readonly name: string;
  readonly account: string;
  /** Whether the ARN's region is the endpoint's. */
  readonly isHere: boolean;
  readonly arn: string;
  /** `3` of `name:3`, `label` of `name:label`. */
  readonly selector?: string;
}

export function parameterArn(
  { partition, region, account }: Pick<DemandContext, 'partition' | 'region' | 'account'>,
  name: string,
): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

/** Reads `name`, `name:selector` or an ARN with or without a selector; never throws. */
export function readReference(text: string, context: DemandContext): ParameterReference {
  const [whole, partition, region, account = context.account, rest = ''] = arnForm.exec(text) ?? [];
  const named = whole === undefined ? text : rest;
  const colon = named.indexOf(':');
  const bare = colon === -1 ? named : named.slice(0, colon);
  const isHere =
    whole === undefined || (partition === context.partition && region === context.region);
  const name = whole !== undefined && bare.includes('/') ? `/${bare}` : bare;
  const arn = isHere
    ? parameterArn({ ...context, account }, name)
    : text.slice(0, text.length - (colon === -1 ? 0 : named.length - colon));
  const selector = colon === -1 ? undefined : named.slice(colon + 1);
  return { name, account, isHere, arn, ...(selector === undefined ? {} : { selector }) };
}

/** Throws ValidationException for a name that no parameter can have. */
export function checkName(name: string): void {
  if (!nameForm.test(name)) throw invalidName();
}

/** The rules of a new name. Throws ValidationException and others. */
export function checkNewName(name: string): void {
  if (name.startsWith('arn:')) throw invalidName();
  checkName(name);
  const first = foldCase(name.replace(/^\//, ''));
  if (first.startsWith('ssm')) throw invalidName();
  if (first.startsWith('aws')) {
    const message = `No access to reserved parameter name: ${name}.`;
    throw new ServiceError('AccessDeniedException', message, 400);
  }
  // Unverified: the two texts.
  if (name.length > nameCharactersMax) {
    throw invalid(`Parameter names have ${nameCharactersMax} characters at most.`);
  }
  if (name.split('/').length - 1 > levelsMax) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      'A hierarchy can have a maximum of 15 levels. For more information, see Requirements and ' +
        'constraints for parameter names in the AWS Systems Manager User Guide.',
      400,
    );
  }
}

const secretStart = '/aws/reference/secretsmanager/';

/** The secret that `/aws/reference/secretsmanager/ID[:SELECTOR]` names. */
export function secretReference(
  name: string,
): { readonly secretId: string; readonly selector?: string } | undefined {
  if (!name.startsWith(secretStart)) return undefined;
  const [secretId = '', selector] = name.slice(secretStart.length).split(':');
  return { secretId, ...(selector === undefined ? {} : { selector }) };
}
