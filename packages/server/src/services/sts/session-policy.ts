/**
 * Session policies of a request: one in full text, others by ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import { loadManagedPolicies } from '@sekisho/catalog';
import type { PolicyDescriptorType, Tag } from '@sekisho/catalog/types/sts';
import { checkSessionPolicy } from '@sekisho/policy';
import type { Session } from '../../authentication/caller.ts';
import type { OperationContext } from '../service.ts';
import {
  invalidParameterValue,
  malformedPolicy,
  packedPolicyTooLarge,
  validationError,
} from './errors.ts';
import { packedBytesMax, sessionPolicyArnsMax, sessionPolicyCharactersMax } from './limits.ts';

/** What of an input session policies are made of. */
export interface SessionPolicyInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
}

/** What a session keeps of them, and the share of the packed space in percent. */
export interface SessionPolicies {
  readonly session: Pick<Session, 'sessionPolicies' | 'sessionPolicyArns'>;
  readonly packedPercent: number;
}

/** Checks the policies for a session in the account. Throws ServiceError. */
export async function readSessionPolicies(
  { Policy: text, PolicyArns }: SessionPolicyInput,
  tags: readonly Tag[],
  account: string,
  context: OperationContext,
): Promise<SessionPolicies> {
  const arns = (PolicyArns ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  if (text !== undefined) checkText(text);
  if (arns.length > sessionPolicyArnsMax) {
    // Unverified: the text.
    throw validationError(`No more than ${sessionPolicyArnsMax} policy ARNs can be given.`);
  }
  for (const arn of arns) await checkArn(arn, account, context);
  const packedPercent = packedSize(text, arns, tags);
  if (packedPercent > 100) {
    const onlyTags = text === undefined && arns.length === 0;
    throw packedPolicyTooLarge(onlyTags ? 'session tags' : 'policy', packedPercent);
  }
  return {
    session: {
      ...(text === undefined ? {} : { sessionPolicies: [text] }),
      ...(arns.length === 0 ? {} : { sessionPolicyArns: arns }),
    },
    packedPercent,
  };
}

function checkText(text: string): void {
  if ([...text].length > sessionPolicyCharactersMax) {
    throw validationError(
      `1 validation error detected: Value '${text}' at 'policy' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${sessionPolicyCharactersMax}`,
    );
  }
  const problem = checkSessionPolicy(text);
  if (problem !== undefined) throw malformedPolicy(problem);
}

const policyArn = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]+)$/;

/** Unverified: the texts for ARNs that name no policy of the account or of AWS. */
async function checkArn(arn: string, account: string, context: OperationContext): Promise<void> {
  const [, owner, name = ''] = policyArn.exec(arn) ?? [];
  if (owner === undefined) throw validationError(`ARN ${arn} is not valid.`);
  if (owner === 'aws') {
    if ((await loadManagedPolicies()).get(arn) !== undefined) return;
  } else if (owner === account) {
    const policy = context.runtime.directory.find(account, 'policy', name)?.record;
    const { partition } = context;
    const path = policy?.path ?? '';
    if (arn === `arn:${partition}:iam::${account}:policy${path}${policy?.name}`) return;
  }
  throw invalidParameterValue(`Policy ${arn} does not exist or is not attachable.`);
}

function packedSize(
  text: string | undefined,
  arns: readonly string[],
  tags: readonly Tag[],
): number {
  const parts = [text ?? '', ...arns, ...tags.flatMap(({ Key, Value }) => [Key, Value])];
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  return Math.ceil((bytes * 100) / packedBytesMax);
}
