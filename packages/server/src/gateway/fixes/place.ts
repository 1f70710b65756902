/** Where a policy stands, and the command, block and resource that put it there. */
import type { FixTemplate, TemplateEntry } from './template.ts';

/** A name for Terraform and CloudFormation, made of whatever names there are. */
export function terraformName(...parts: readonly string[]): string {
  const name = parts.join('_').replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

export function logicalName(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split(/[^A-Za-z0-9]+/))
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** One document in one place, under the names that each tool has for it. */
interface Placed {
  readonly command: string;
  readonly options: readonly TemplateEntry[];
  readonly terraform: readonly [type: string, given: readonly TemplateEntry[]];
  readonly cloudFormation: readonly [type: string, properties: readonly TemplateEntry[]];
}

function template(names: readonly string[], placed: Placed): FixTemplate {
  const [terraformType, given] = placed.terraform;
  const [type, properties] = placed.cloudFormation;
  return {
    command: placed.command,
    options: placed.options,
    terraform: { type: terraformType, name: terraformName(...names), arguments: given },
    cloudFormation: { type, name: logicalName(...names), properties },
  };
}

/** An inline policy of a role, user or group. */
export function inlinePolicy(
  owner: { readonly kind: 'role' | 'user' | 'group'; readonly name: string },
  policy: string,
  document: object,
): FixTemplate {
  const { kind, name } = owner;
  const title = logicalName(kind);
  return template([name, policy], {
    command: `iam put-${kind}-policy`,
    options: [
      [`${kind}-name`, name],
      ['policy-name', policy],
      ['policy-document', { json: document }],
    ],
    terraform: [
      `aws_iam_${kind}_policy`,
      [
        ['name', policy],
        [kind, name],
        ['policy', { json: document }],
      ],
    ],
    cloudFormation: [
      `AWS::IAM::${title}Policy`,
      [
        [`${title}Name`, name],
        ['PolicyName', policy],
        ['PolicyDocument', { json: document }],
      ],
    ],
  });
}

/** A new version of a customer managed policy. */
export function managedPolicy(arn: string, document: object): FixTemplate {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return template([name], {
    command: 'iam create-policy-version',
    options: [
      ['policy-arn', arn],
      ['policy-document', { json: document }],
      ['set-as-default', true],
    ],
    terraform: ['aws_iam_policy', namedDocument('name', name, 'policy', document)],
    cloudFormation: [
      'AWS::IAM::ManagedPolicy',
      namedDocument('ManagedPolicyName', name, 'PolicyDocument', document),
    ],
  });
}

/** A copy of an AWS managed policy, which nobody but AWS can change. */
export function copiedPolicy(name: string, document: object): FixTemplate {
  return template([name], {
    command: 'iam create-policy',
    options: namedDocument('policy-name', name, 'policy-document', document),
    terraform: ['aws_iam_policy', namedDocument('name', name, 'policy', document)],
    cloudFormation: [
      'AWS::IAM::ManagedPolicy',
      namedDocument('ManagedPolicyName', name, 'PolicyDocument', document),
    ],
  });
}

function namedDocument(
  nameOf: string,
  name: string,
  documentOf: string,
  document: object,
): readonly TemplateEntry[] {
  return [
    [nameOf, name],
    [documentOf, { json: document }],
  ];
}

/** A managed policy of AWS on a role, which CloudFormation writes with its trust policy. */
export function attachedPolicy(role: string, arn: string, trust: object): FixTemplate {
  return template([role, arn.slice(arn.lastIndexOf('/') + 1)], {
    command: 'iam attach-role-policy',
    options: [
      ['role-name', role],
      ['policy-arn', arn],
    ],
    terraform: [
      'aws_iam_role_policy_attachment',
      [
        ['role', role],
        ['policy_arn', arn],
      ],
    ],
    cloudFormation: [
      'AWS::IAM::Role',
      [
        ['RoleName', role],
        ['AssumeRolePolicyDocument', { json: trust }],
        ['ManagedPolicyArns', [arn]],
      ],
    ],
  });
}

/** A role's trust policy; `create`: the role is made with it. */
export function trustPolicy(role: string, document: object, create = false): FixTemplate {
  return template([role], {
    command: create ? 'iam create-role' : 'iam update-assume-role-policy',
    options: [
      ['role-name', role],
      [create ? 'assume-role-policy-document' : 'policy-document', { json: document }],
    ],
    terraform: ['aws_iam_role', namedDocument('name', role, 'assume_role_policy', document)],
    cloudFormation: [
      'AWS::IAM::Role',
      namedDocument('RoleName', role, 'AssumeRolePolicyDocument', document),
    ],
  });
}

/** The policy of a resource, found by the resource's ARN; undefined where we know no way. */
export function resourcePolicy(arn: string, document: object): FixTemplate | undefined {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  switch (service) {
    case 'kms':
      return keyPolicy(resource.slice(resource.indexOf('/') + 1), document);
    case 'ecr':
      return repositoryPolicy(resource.slice(resource.indexOf('/') + 1), document);
    case 'secretsmanager':
      return secretPolicy(arn, document);
    case 's3':
      return bucketPolicy(resource.split('/', 1)[0] ?? resource, document);
    default:
      return undefined;
  }
}

function keyPolicy(keyId: string, document: object): FixTemplate {
  return template(['key', keyId.slice(0, 8)], {
    command: 'kms put-key-policy',
    options: [
      ['key-id', keyId],
      ['policy-name', 'default'],
      ['policy', { json: document }],
    ],
    terraform: ['aws_kms_key_policy', namedDocument('key_id', keyId, 'policy', document)],
    cloudFormation: ['AWS::KMS::Key', [['KeyPolicy', { json: document }]]],
  });
}

function repositoryPolicy(name: string, document: object): FixTemplate {
  return template([name], {
    command: 'ecr set-repository-policy',
    options: namedDocument('repository-name', name, 'policy-text', document),
    terraform: ['aws_ecr_repository_policy', namedDocument('repository', name, 'policy', document)],
    cloudFormation: [
      'AWS::ECR::Repository',
      namedDocument('RepositoryName', name, 'RepositoryPolicyText', document),
    ],
  });
}

function secretPolicy(arn: string, document: object): FixTemplate {
  return template(['secret', arn.slice(arn.lastIndexOf(':') + 1)], {
    command: 'secretsmanager put-resource-policy',
    options: namedDocument('secret-id', arn, 'resource-policy', document),
    terraform: [
      'aws_secretsmanager_secret_policy',
      namedDocument('secret_arn', arn, 'policy', document),
    ],
    cloudFormation: [
      'AWS::SecretsManager::ResourcePolicy',
      namedDocument('SecretId', arn, 'ResourcePolicy', document),
    ],
  });
}

function bucketPolicy(bucket: string, document: object): FixTemplate {
  return template([bucket], {
    command: 's3api put-bucket-policy',
    options: namedDocument('bucket', bucket, 'policy', document),
    terraform: ['aws_s3_bucket_policy', namedDocument('bucket', bucket, 'policy', document)],
    cloudFormation: [
      'AWS::S3::BucketPolicy',
      namedDocument('Bucket', bucket, 'PolicyDocument', document),
    ],
  });
}

/** The policy of a VPC endpoint; CloudFormation writes the endpoint with it. */
export function endpointPolicy(id: string, vpcId: string, document: object): FixTemplate {
  return template([id], {
    command: 'ec2 modify-vpc-endpoint',
    options: namedDocument('vpc-endpoint-id', id, 'policy-document', document),
    terraform: [
      'aws_vpc_endpoint_policy',
      namedDocument('vpc_endpoint_id', id, 'policy', document),
    ],
    cloudFormation: [
      'AWS::EC2::VPCEndpoint',
      [
        ['VpcId', vpcId],
        ['ServiceName', 'SERVICE-NAME'],
        ['PolicyDocument', { json: document }],
      ],
    ],
  });
}
