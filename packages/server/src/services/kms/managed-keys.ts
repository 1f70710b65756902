/**
 * AWS managed keys (`alias/aws/SERVICE`): they come into being with their first use, and their
 * policy lets everybody in the account use them through that service only.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
import { createHash } from 'node:crypto';
import type { DemandContext } from '../service.ts';
import type { KeyRecord } from './entities.ts';
import { keyArn } from './key-id.ts';

/** Services by the names in their aliases, with those in `kms:ViaService`. */
const services: ReadonlyMap<string, string> = new Map([
  ['acm', 'acm'],
  ['backup', 'backup'],
  ['codecommit', 'codecommit'],
  ['dynamodb', 'dynamodb'],
  ['ebs', 'ec2'],
  ['ecr', 'ecr'],
  ['elasticfilesystem', 'elasticfilesystem'],
  ['es', 'es'],
  ['glue', 'glue'],
  ['kinesis', 'kinesis'],
  ['lambda', 'lambda'],
  ['rds', 'rds'],
  ['redshift', 'redshift'],
  ['s3', 's3'],
  ['secretsmanager', 'secretsmanager'],
  ['sns', 'sns'],
  ['sqs', 'sqs'],
  ['ssm', 'ssm'],
]);

const aliasForm = /^alias\/aws\/([a-z0-9]+)$/;

export function isManagedAlias(alias: string): boolean {
  return alias.startsWith('alias/aws/');
}

/** The id is known before the key exists, so that the first use can be authorized. */
export function managedKeyId(
  alias: string,
  account: string,
  { partition, region, runtime }: DemandContext,
): string | undefined {
  if (!services.has(aliasForm.exec(alias)?.[1] ?? '') || !runtime.accounts.includes(account)) {
    return undefined;
  }
  const hex = createHash('sha256')
    .update(JSON.stringify(['managed key', partition, account, region, alias]))
    .digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** The key as it will be, without its material; undefined for an unknown service. */
export function managedKey(
  alias: string,
  account: string,
  context: DemandContext,
): KeyRecord | undefined {
  const id = managedKeyId(alias, account, context);
  const name = aliasForm.exec(alias)?.[1] ?? '';
  const service = services.get(name);
  if (id === undefined || service === undefined) return undefined;
  return {
    id,
    arn: keyArn(context, account, id),
    manager: 'AWS',
    description: `Default key that protects my ${name} data when no other key is defined`,
    createdAt: context.http.receivedAt,
    isEnabled: true,
    policy: { text: managedPolicy(service, name, account, context), principalIds: [] },
    tags: [],
    material: '',
    materialId: '',
  };
}

function managedPolicy(
  service: string,
  name: string,
  account: string,
  { partition, region }: DemandContext,
): string {
  const use = {
    Sid: `Allow access through ${name} for all principals in the account that are authorized`,
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:CreateGrant',
      'kms:DescribeKey',
    ],
    Resource: '*',
    Condition: {
      StringEquals: {
        'kms:CallerAccount': account,
        'kms:ViaService': `${service}.${region}.amazonaws.com`,
      },
    },
  };
  const look = {
    Sid: 'Allow direct access to key metadata to the account',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: `auto-${name}`, Statement: [use, look] });
}
