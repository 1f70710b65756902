/** For tests: task definitions and roles, each broken in one way, and the cause that is right. */
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import {
  allow,
  executionPolicy,
  registryHost,
  type Statement,
} from '../../endpoints/tasks/tasks.fixture.ts';
import { account } from '../testing/test-gateway.ts';
import { type BrokenTask, type DiagnosisWorld, region, roleArn } from './diagnosis.fixture.ts';
import type { FindingCode, FindingSubject } from './finding.ts';

/** One broken task. */
export interface BrokenCase {
  readonly name: string;
  readonly make: (world: DiagnosisWorld, id: string) => Promise<BrokenTask>;
  readonly subject: FindingSubject;
  readonly code: FindingCode;
  /** Of a question of permission. */
  readonly action?: string;
  /** What the fix leads to; `told`: what there is to do is not this command's to do. */
  readonly repaired: 'runs' | 'told';
}

const ecr = (name: string) => `arn:aws:ecr:${region}:${account}:repository/${name}`;
const own = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const without = (action: string) => allow(own.filter((each) => each !== action));
const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents']);

const statement = (Effect: string, rest: object) => ({ Effect, ...rest });
const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (service: string, Condition?: object) =>
  document(
    statement('Allow', {
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(Condition === undefined ? {} : { Condition }),
    }),
  );

async function trusting(world: DiagnosisWorld, name: string, policy: string): Promise<string> {
  const arn = await world.world.role(name, [executionPolicy]);
  await world.iam('UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: policy });
  return arn;
}

function logTo(group: string, creates = false): NonNullable<BrokenTask['container']> {
  return {
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': group,
        'awslogs-region': region,
        'awslogs-stream-prefix': 'p',
        ...(creates ? { 'awslogs-create-group': 'true' } : {}),
      },
    },
  };
}

const secretOf = (valueFrom: string) => ({ secrets: [{ name: 'S', valueFrom }] });

async function secret(world: DiagnosisWorld, name: string, KmsKeyId?: string): Promise<string> {
  const SecretString = '{"password":"x"}';
  const { ARN = '' } = await world.world.secrets.send(
    new CreateSecretCommand({ Name: name, SecretString, ...(KmsKeyId && { KmsKeyId }) }),
  );
  return ARN;
}

async function key(world: DiagnosisWorld): Promise<string> {
  const { KeyMetadata } = await world.world.kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
}

async function parameter(world: DiagnosisWorld, Name: string): Promise<void> {
  await world.world.ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: 'x' }));
}

const readSecret = (...Resource: readonly string[]) =>
  allow('secretsmanager:GetSecretValue', Resource);

/** A task whose deployer may start it, as far as ECS goes. */
async function deployed(
  world: DiagnosisWorld,
  id: string,
  statements: readonly Statement[],
): Promise<BrokenTask> {
  const key = await world.user(`${id}-deployer`, [allow('ecs:RunTask'), ...statements]);
  return { executionRoleArn: await world.world.role(id, [executionPolicy]), key };
}

/** Who deploys and who is deployed: roles that cannot be passed or assumed. */
export const roleCases: readonly BrokenCase[] = [
  {
    name: 'N2 the deployer may not pass the execution role',
    make: async (world, id) => deployed(world, id, []),
    subject: 'deployer',
    code: 'passRoleMissing',
    action: 'iam:PassRole',
    repaired: 'runs',
  },
  {
    name: 'N2 the deployer may pass the execution role and not the task role',
    make: async (world, id) => ({
      ...(await deployed(world, id, [allow('iam:PassRole', roleArn(id))])),
      taskRoleArn: await world.world.role(`${id}-task`, []),
    }),
    subject: 'deployer',
    code: 'passRoleMissing',
    action: 'iam:PassRole',
    repaired: 'runs',
  },
  {
    name: 'N2 the deployer may pass the role to another service only',
    make: async (world, id) => {
      const Condition = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };
      const pass = { ...allow('iam:PassRole', roleArn(id)), Condition };
      return deployed(world, id, [pass]);
    },
    subject: 'deployer',
    code: 'passedToServiceMismatch',
    action: 'iam:PassRole',
    repaired: 'runs',
  },
  {
    name: 'the execution role does not exist',
    make: async (_, id) => ({ executionRoleArn: roleArn(id) }),
    subject: 'service',
    code: 'roleMissing',
    action: 'sts:AssumeRole',
    repaired: 'told',
  },
  {
    name: 'the execution role trusts EC2 and not ECS',
    make: async (world, id) => ({
      executionRoleArn: await trusting(world, id, trust('ec2.amazonaws.com')),
    }),
    subject: 'service',
    code: 'trustMissing',
    action: 'sts:AssumeRole',
    repaired: 'runs',
  },
  {
    name: 'the task role trusts ecs.amazonaws.com and not ecs-tasks.amazonaws.com',
    make: async (world, id) => ({
      executionRoleArn: await world.world.role(`${id}-execution`, [executionPolicy]),
      taskRoleArn: await trusting(world, id, trust('ecs.amazonaws.com')),
    }),
    subject: 'service',
    code: 'trustMissing',
    action: 'sts:AssumeRole',
    repaired: 'runs',
  },
  {
    name: 'the trust policy names another aws:SourceAccount',
    make: async (world, id) => {
      const condition = { StringEquals: { 'aws:SourceAccount': '999999999999' } };
      const policy = trust('ecs-tasks.amazonaws.com', condition);
      return { executionRoleArn: await trusting(world, id, policy) };
    },
    subject: 'service',
    code: 'trustConditionUnmet',
    action: 'sts:AssumeRole',
    repaired: 'runs',
  },
];

/** The image: what the execution role may pull, and whether there is anything to pull. */
export const imageCases: readonly BrokenCase[] = [
  {
    name: 'the execution role lacks ecr:GetAuthorizationToken',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [without('ecr:GetAuthorizationToken')]),
    }),
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'ecr:GetAuthorizationToken',
    repaired: 'runs',
  },
  {
    name: 'the execution role has ecr:GetAuthorizationToken on the repository only',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [allow(own, ecr('app'))]),
    }),
    subject: 'executionRole',
    code: 'needsWildcardResource',
    action: 'ecr:GetAuthorizationToken',
    repaired: 'runs',
  },
  {
    name: 'the execution role lacks ecr:BatchGetImage',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [without('ecr:BatchGetImage')]),
    }),
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'ecr:BatchGetImage',
    repaired: 'runs',
  },
  {
    name: 'the execution role lacks ecr:GetDownloadUrlForLayer',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [without('ecr:GetDownloadUrlForLayer')]),
    }),
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'ecr:GetDownloadUrlForLayer',
    repaired: 'runs',
  },
  {
    name: "the repository's policy denies the pull",
    make: async ({ world }, id) => {
      const image = await world.push(id, [[{ path: 'main', content: id }]]);
      const deny = { Principal: '*', Action: 'ecr:BatchGetImage' };
      await world.ecr.send(
        new SetRepositoryPolicyCommand({
          repositoryName: id,
          policyText: document(statement('Deny', deny)),
        }),
      );
      return { executionRoleArn: await world.role(id, [executionPolicy]), container: { image } };
    },
    subject: 'executionRole',
    code: 'resourcePolicyDenies',
    action: 'ecr:BatchGetImage',
    repaired: 'runs',
  },
  {
    name: 'the image has no such tag',
    make: async ({ world, image }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy]),
      container: { image: image.replace(':latest', ':latst') },
    }),
    subject: 'image',
    code: 'imageTagAbsent',
    repaired: 'told',
  },
  {
    name: 'the repository does not exist',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy]),
      container: { image: `${registryHost}/${id}:v1` },
    }),
    subject: 'image',
    code: 'repositoryAbsent',
    repaired: 'told',
  },
  {
    name: '004-3 the permissions boundary has no ecr',
    make: async (world, id) => {
      const executionRoleArn = await world.world.role(id, [executionPolicy]);
      const boundary = document(statement('Allow', { Action: ['logs:*', 's3:*'], Resource: '*' }));
      await world.iam('CreatePolicy', { PolicyName: id, PolicyDocument: boundary });
      await world.iam('PutRolePermissionsBoundary', {
        RoleName: id,
        PermissionsBoundary: `arn:aws:iam::${account}:policy/${id}`,
      });
      return { executionRoleArn };
    },
    subject: 'executionRole',
    code: 'boundaryLacks',
    action: 'ecr:GetAuthorizationToken',
    repaired: 'runs',
  },
  {
    name: 'D23 the token is bound to a VPC endpoint, which Fargate does not use for it',
    make: async ({ world }, id) => {
      const Condition = {
        StringEquals: { 'aws:SourceVpc': 'vpc-12345678', 'aws:SourceVpce': 'vpce-12345678' },
      };
      const token = { ...allow('ecr:GetAuthorizationToken'), Condition };
      const statements = [token, without('ecr:GetAuthorizationToken')];
      return { executionRoleArn: await world.role(id, statements) };
    },
    subject: 'executionRole',
    code: 'networkConditionOnRegistryToken',
    action: 'ecr:GetAuthorizationToken',
    repaired: 'runs',
  },
  {
    name: '004-7 the pull is bound to a VPC endpoint, and the task runs elsewhere',
    make: async ({ world }, id) => {
      const { ec2 } = world;
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
      const VpcId = Vpc?.VpcId ?? '';
      const EnableDnsHostnames = { Value: true };
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames }));
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock: '10.9.0.0/24' }),
      );
      const { VpcEndpoint } = await ec2.send(
        new CreateVpcEndpointCommand({
          VpcId,
          ServiceName: `com.amazonaws.${region}.ecr.dkr`,
          VpcEndpointType: 'Interface',
          SubnetIds: [Subnet?.SubnetId ?? ''],
          PrivateDnsEnabled: true,
        }),
      );
      const tables = new DescribeRouteTablesCommand({
        Filters: [{ Name: 'vpc-id', Values: [VpcId] }],
      });
      const { RouteTables } = await ec2.send(tables);
      await ec2.send(
        new CreateVpcEndpointCommand({
          VpcId,
          ServiceName: `com.amazonaws.${region}.s3`,
          RouteTableIds: [RouteTables?.[0]?.RouteTableId ?? ''],
        }),
      );
      const Condition = { StringEquals: { 'aws:SourceVpce': VpcEndpoint?.VpcEndpointId } };
      const pull = { ...without('ecr:GetAuthorizationToken'), Condition };
      const statements = [allow('ecr:GetAuthorizationToken'), pull];
      return { executionRoleArn: await world.role(id, statements) };
    },
    subject: 'network',
    code: 'outsideVpcEndpoint',
    action: 'ecr:BatchGetImage',
    repaired: 'runs',
  },
];

/** Parameters and secrets. */
export const secretCases: readonly BrokenCase[] = [
  {
    name: 'D21 the execution role has ssm:GetParameter and lacks ssm:GetParameters',
    make: async (world, id) => {
      await parameter(world, `/${id}/name`);
      const statements = [executionPolicy, allow('ssm:GetParameter')];
      return {
        executionRoleArn: await world.world.role(id, statements),
        container: secretOf(`/${id}/name`),
      };
    },
    subject: 'executionRole',
    code: 'getParametersMissing',
    action: 'ssm:GetParameters',
    repaired: 'runs',
  },
  {
    name: 'the parameter does not exist',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy, allow('ssm:GetParameters')]),
      container: secretOf(`/${id}/missing`),
    }),
    subject: 'parameter',
    code: 'parameterAbsent',
    repaired: 'runs',
  },
  {
    name: 'D20 the policy names the secret without its six characters',
    make: async (world, id) => {
      const arn = await secret(world, id);
      const statements = [executionPolicy, readSecret(arn.slice(0, -7))];
      return {
        executionRoleArn: await world.world.role(id, statements),
        container: secretOf(arn),
      };
    },
    subject: 'executionRole',
    code: 'secretSuffixMissing',
    action: 'secretsmanager:GetSecretValue',
    repaired: 'runs',
  },
  {
    name: 'the secret does not exist',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy, readSecret('*')]),
      container: secretOf(`arn:aws:secretsmanager:${region}:${account}:secret:${id}`),
    }),
    subject: 'secret',
    code: 'secretAbsent',
    repaired: 'runs',
  },
  {
    name: "the secret's JSON text has no such key",
    make: async (world, id) => {
      const arn = await secret(world, id);
      return {
        executionRoleArn: await world.world.role(id, [executionPolicy, readSecret(arn)]),
        container: secretOf(`${arn}:username::`),
      };
    },
    subject: 'secret',
    code: 'jsonKeyAbsent',
    repaired: 'runs',
  },
  {
    name: '004-5 the key policy denies the execution role',
    make: async (world, id) => {
      const keyArn = await key(world);
      const arn = await secret(world, id, keyArn);
      const statements = [executionPolicy, readSecret(arn), allow('kms:Decrypt', keyArn)];
      const executionRoleArn = await world.world.role(id, statements);
      const Policy = document(
        statement('Allow', {
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'kms:*',
          Resource: '*',
        }),
        statement('Deny', {
          Principal: { AWS: executionRoleArn },
          Action: 'kms:Decrypt',
          Resource: '*',
        }),
      );
      await world.world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }));
      return { executionRoleArn, container: secretOf(arn) };
    },
    subject: 'executionRole',
    code: 'keyPolicyDenies',
    action: 'kms:Decrypt',
    repaired: 'runs',
  },
  {
    name: '004-5 the key policy lets nobody but another role decrypt',
    make: async (world, id) => {
      const keyArn = await key(world);
      const arn = await secret(world, id, keyArn);
      const statements = [executionPolicy, readSecret(arn), allow('kms:Decrypt', keyArn)];
      const executionRoleArn = await world.world.role(id, statements);
      const root = { AWS: `arn:aws:iam::${account}:root` };
      const Action = ['kms:Put*', 'kms:Get*', 'kms:Describe*', 'kms:Encrypt'];
      const Policy = document(statement('Allow', { Principal: root, Action, Resource: '*' }));
      await world.world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }));
      return { executionRoleArn, container: secretOf(arn) };
    },
    subject: 'executionRole',
    code: 'keyPolicyLacks',
    action: 'kms:Decrypt',
    repaired: 'runs',
  },
  {
    name: '004-5 a customer managed key, and the execution role lacks kms:Decrypt',
    make: async (world, id) => {
      const arn = await secret(world, id, await key(world));
      return {
        executionRoleArn: await world.world.role(id, [executionPolicy, readSecret(arn)]),
        container: secretOf(arn),
      };
    },
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'kms:Decrypt',
    repaired: 'runs',
  },
  {
    name: '004-6 the task role may read the secret, and the execution role may not',
    make: async (world, id) => {
      const arn = await secret(world, id);
      return {
        executionRoleArn: await world.world.role(`${id}-execution`, [executionPolicy]),
        taskRoleArn: await world.world.role(`${id}-task`, [readSecret(arn)]),
        container: secretOf(arn),
      };
    },
    subject: 'executionRole',
    code: 'permissionOnOtherRole',
    action: 'secretsmanager:GetSecretValue',
    repaired: 'runs',
  },
  {
    name: "a private registry's secret may not be read",
    make: async (world, id) => {
      const arn = await secret(world, id);
      return {
        executionRoleArn: await world.world.role(id, [executionPolicy]),
        container: {
          image: 'registry.example.com/app:v1',
          repositoryCredentials: { credentialsParameter: arn },
        },
      };
    },
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'secretsmanager:GetSecretValue',
    repaired: 'told',
  },
];

/** Log groups and streams. */
export const logCases: readonly BrokenCase[] = [
  {
    name: 'the log group does not exist',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy]),
      container: logTo(`/absent/${id}`),
    }),
    subject: 'logGroup',
    code: 'logGroupAbsent',
    repaired: 'runs',
  },
  {
    name: 'D22 awslogs-create-group, and the execution role lacks logs:CreateLogGroup',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [executionPolicy]),
      container: logTo(`/created/${id}`, true),
    }),
    subject: 'executionRole',
    code: 'createLogGroupMissing',
    action: 'logs:CreateLogGroup',
    repaired: 'runs',
  },
  {
    name: 'the execution role lacks logs:CreateLogStream',
    make: async ({ world }, id) => ({
      executionRoleArn: await world.role(id, [allow([...own, 'logs:PutLogEvents'])]),
      container: logTo('/app'),
    }),
    subject: 'executionRole',
    code: 'permissionMissing',
    action: 'logs:CreateLogStream',
    repaired: 'runs',
  },
  {
    name: 'a policy denies the execution role its log stream',
    make: async ({ world }, id) => {
      const deny = { ...logging, Effect: 'Deny' as const };
      return {
        executionRoleArn: await world.role(id, [executionPolicy, deny]),
        container: logTo('/app'),
      };
    },
    subject: 'executionRole',
    code: 'explicitDeny',
    action: 'logs:CreateLogStream',
    repaired: 'runs',
  },
];
