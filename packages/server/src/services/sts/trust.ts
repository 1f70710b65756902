/** Demands on a role: its trust policy must allow what STS is asked to do with it. */
import {
  type ContextValue,
  type PolicyDocument,
  type PolicySource,
  parsePolicyDocument,
} from '@sekisho/policy';
import type { Directory } from '../../directory/directory.ts';
import type { RoleRecord } from '../../directory/records.ts';
import { currentTrustPolicy } from '../../directory/trust-policy.ts';
import type { Demand, DemandContext } from '../service.ts';
import { roleOfArn } from './role-arn.ts';

type Entries = readonly (readonly [key: string, value: ContextValue])[];

const documentsMax = 10_000;
const documents = new Map<string, PolicyDocument>();

/** Parses each text once; undefined when it cannot be read. */
function parsed(text: string): PolicyDocument | undefined {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const { document } = parsePolicyDocument(text);
  if (document === undefined) return undefined;
  if (documents.size >= documentsMax) documents.clear();
  documents.set(text, document);
  return document;
}

/** The trust policy, its principals under their present names; undefined if it cannot be read. */
export function trustPolicyOf(
  role: RoleRecord,
  directory: Directory,
  partition: string,
): PolicySource | undefined {
  if (parsed(role.trustPolicy) === undefined) return undefined;
  const document = parsed(currentTrustPolicy(role, directory, partition));
  if (document === undefined) return undefined;
  const name = `trust policy of role ${role.name}`;
  return { document, name, principalIds: new Map(role.trustPrincipalIds) };
}

/**
 * One action on the role. A role that does not exist, or whose trust policy cannot be read, has
 * no policy that could allow it: the answer is that of a role that does not trust the caller.
 */
export function trustDemand(
  action: string,
  roleArn: string,
  entries: Entries,
  context: DemandContext,
  whenDenied: (action: string) => Error,
): Demand {
  const role = roleOfArn(roleArn, context)?.record;
  const policy = role && trustPolicyOf(role, context.runtime.directory, context.partition);
  return {
    action,
    resource: roleArn,
    context: entries,
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
    combining: 'resource-required',
    resourceIsTrustPolicy: true,
    whenDenied: () => whenDenied(action),
  };
}
