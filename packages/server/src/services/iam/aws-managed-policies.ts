/** AWS's own managed policies, from the catalogue, in the server's partition. */
import { loadManagedPolicies, type ManagedPolicyHeader } from '@sekisho/catalog';
import type { ManagedPolicy } from './managed-policy.ts';

/** AWS managed policies by ARN, in the order of their ARNs. */
export interface AwsManagedPolicies {
  readonly get: (arn: string) => ManagedPolicy | undefined;
  readonly list: () => readonly ManagedPolicy[];
}

const opened = new Map<string, Promise<AwsManagedPolicies>>();

/** Reads the catalogue once. Only the newest version of each policy is held. */
export function awsManagedPolicies(partition: string): Promise<AwsManagedPolicies> {
  let policies = opened.get(partition);
  if (policies === undefined) {
    policies = open(partition);
    opened.set(partition, policies);
  }
  return policies;
}

async function open(partition: string): Promise<AwsManagedPolicies> {
  const catalogue = await loadManagedPolicies();
  const policies = catalogue.list().map((header): ManagedPolicy => {
    const versions = () => {
      const document = catalogue.get(header.arn)?.document ?? '';
      return [{ id: header.defaultVersionId, document, createdAt: Date.parse(header.updateDate) }];
    };
    return { ...readHeader(header, partition), versions };
  });
  const byArn = new Map(policies.map((policy) => [policy.arn, policy]));
  return { get: (arn) => byArn.get(arn), list: () => policies };
}

function readHeader(
  header: ManagedPolicyHeader,
  partition: string,
): Omit<ManagedPolicy, 'versions'> {
  const { name, id, path, description } = header;
  return {
    arn: `arn:${partition}:iam::aws:policy${path}${name}`,
    name,
    id,
    path,
    ...(description === undefined ? {} : { description }),
    createdAt: Date.parse(header.createDate),
    updatedAt: Date.parse(header.updateDate),
    tags: [],
    defaultVersion: header.defaultVersionId,
    isServiceRolePolicy: path.startsWith('/aws-service-role/'),
  };
}
