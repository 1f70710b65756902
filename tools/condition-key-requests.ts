/** Requests that carry every condition key which the services' authorization puts into the context. */
import { inCluster } from '../packages/server/src/services/ecs/entities/cluster.ts';
import {
  account,
  region,
  type Workload,
} from '../packages/server/src/services/workload.fixture.ts';

/** An operation, as `service:Operation`, and its input. */
export type KeyRequest = readonly [operation: string, input: object];

const id = '0123456789abcdef0123456789abcdef';
const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const tags = [{ key: 'team', value: 'a' }];
const Tags = [{ Key: 'team', Value: 'a' }];
const lambda = `arn:aws:lambda:${region}:${account}:function:rotate`;

/** What the requests are about. Returns the key's id. */
export async function prepare(workload: Workload): Promise<string> {
  const { KeyMetadata: key } = await workload.call<{
    readonly KeyMetadata: { readonly KeyId: string };
  }>('kms:CreateKey');
  const { KeyId } = key;
  await workload.call('kms:CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  await workload.call('kms:TagResource', { KeyId, Tags: [{ TagKey: 'team', TagValue: 'a' }] });
  const secret = { Name: 'db', SecretString: 's', Tags, KmsKeyId: KeyId };
  await workload.call('secretsmanager:CreateSecret', secret);
  const rotation = { RotationLambdaARN: lambda, RotationRules: { AutomaticallyAfterDays: 1 } };
  await workload.call('secretsmanager:RotateSecret', { SecretId: 'db', ...rotation });
  await workload.call('ssm:PutParameter', { Name: '/app/db', Value: 'v', Type: 'String', Tags });
  await workload.call('logs:CreateLogGroup', { logGroupName: '/app', tags: { team: 'a' } });
  await workload.call('ecr:CreateRepository', {
    repositoryName: 'app',
    tags: [{ Key: 'team', Value: 'a' }],
  });
  await prepareCluster(workload);
  return KeyId;
}

async function prepareCluster(workload: Workload): Promise<void> {
  await workload.call('ecs:CreateCluster', { clusterName: 'prod', tags });
  await workload.call('ecs:RegisterTaskDefinition', {
    family: 'web',
    cpu: '256',
    memory: '1 GB',
    tags,
    containerDefinitions: [{ name: 'c', image: 'nginx', memory: 64 }],
  });
  const place = { partition: 'aws', account, region, runtime: workload.runtime };
  const task = { tags, containers: [{ name: 'only' }] };
  await workload.state.commit([
    inCluster(place, 'task', 'prod').create(id, task),
    inCluster(place, 'service', 'prod').create('web', { tags }),
    inCluster(place, 'container-instance', 'prod').create(id, { tags }),
  ]);
}

/** All of them, for the key that `prepare` has made. */
export function keyRequests(KeyId: string): readonly KeyRequest[] {
  return [
    ...ecsRequests(),
    ...kmsRequests(KeyId),
    ...secretRequests(KeyId),
    ...parameterRequests(),
    ['logs:CreateLogGroup', { logGroupName: '/new', tags: { team: 'a' } }],
    ['logs:DescribeLogStreams', { logGroupName: '/app' }],
    [
      'logs:PutDeliveryDestination',
      {
        name: 'sink',
        deliveryDestinationConfiguration: { destinationResourceArn: 'arn:aws:s3:::sink' },
      },
    ],
    ['logs:PutDeliverySource', { name: 'origin', resourceArn: lambda, logType: 'ERROR_LOGS' }],
    ['ecr:PutAccountSetting', { name: 'REGISTRY_POLICY_SCOPE', value: 'V2' }],
    ['ecr:ListImages', { repositoryName: 'app' }],
    ['ecr:CreateRepository', { repositoryName: 'new', tags: Tags }],
    ['cloudwatch:PutMetricData', { Namespace: 'App', MetricData: [{ MetricName: 'm', Value: 1 }] }],
    [
      'cloudwatch:PutMetricAlarm',
      {
        AlarmName: 'load',
        AlarmActions: [`arn:aws:sns:${region}:${account}:topic`],
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        MetricName: 'm',
        Namespace: 'App',
        Period: 60,
        Statistic: 'Sum',
        Threshold: 1,
        Tags,
      },
    ],
  ];
}

function ecsRequests(): readonly KeyRequest[] {
  const run = { cluster: 'prod', taskDefinition: 'web' };
  const strategy = [{ capacityProvider: 'FARGATE' }];
  const awsvpcConfiguration = { subnets: ['subnet-1'], assignPublicIp: 'DISABLED' };
  const volumes = [{ name: 'v', managedEBSVolume: { roleArn: role('ebs') } }];
  const latticed = [{ roleArn: role('l'), targetGroupArn: 'arn', portName: 'p' }];
  return [
    ['ecs:CreateCluster', { clusterName: 'new', tags, capacityProviders: ['FARGATE'] }],
    [
      'ecs:UpdateCluster',
      {
        cluster: 'prod',
        configuration: {
          managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: 'key' },
        },
      },
    ],
    [
      'ecs:CreateCapacityProvider',
      {
        name: 'own',
        cluster: 'prod',
        managedInstancesProvider: {
          infrastructureRoleArn: role('infrastructure'),
          propagateTags: 'NONE',
          instanceLaunchTemplate: {
            ec2InstanceProfileArn: 'arn',
            networkConfiguration: {},
            instanceMetadataTagsPropagation: true,
          },
        },
      },
    ],
    [
      'ecs:RegisterTaskDefinition',
      {
        family: 'p',
        cpu: '256',
        memory: '512',
        requiresCompatibilities: ['FARGATE'],
        containerDefinitions: [{ name: 'c', image: 'i', memory: 1, privileged: true }],
        tags,
      },
    ],
    [
      'ecs:RunTask',
      {
        ...run,
        capacityProviderStrategy: strategy,
        enableExecuteCommand: true,
        enableECSManagedTags: true,
        propagateTags: 'TASK_DEFINITION',
        volumeConfigurations: volumes,
        tags,
      },
    ],
    ['ecs:StartTask', { ...run, containerInstances: [id] }],
    ['ecs:ExecuteCommand', { cluster: 'prod', task: id, command: 'sh', interactive: true }],
    [
      'ecs:CreateService',
      {
        ...run,
        serviceName: 'new',
        networkConfiguration: { awsvpcConfiguration },
        serviceConnectConfiguration: { enabled: true, namespace: 'ns' },
        vpcLatticeConfigurations: latticed,
        enableECSManagedTags: true,
        enableExecuteCommand: true,
        propagateTags: 'SERVICE',
        volumeConfigurations: volumes,
        tags,
      },
    ],
    ['ecs:UpdateTaskSet', { cluster: 'prod', service: 'web', taskSet: 't', scale: {} }],
    ['ecs:PutAccountSetting', { name: 'containerInsights', value: 'enabled' }],
    ['ecs:DescribeTasks', { cluster: 'prod', tasks: [id] }],
  ];
}

function kmsRequests(KeyId: string): readonly KeyRequest[] {
  const EncryptionContext = { app: 'web' };
  const Plaintext = new Uint8Array([1]);
  const grant = { KeyId, GranteePrincipal: role('grantee'), Operations: ['Encrypt'] };
  return [
    ['kms:CreateKey', { Tags: [{ TagKey: 'team', TagValue: 'a' }] }],
    ['kms:Encrypt', { KeyId: 'alias/app', Plaintext, EncryptionContext }],
    ['kms:GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext }],
    ['kms:ReEncrypt', { CiphertextBlob: Plaintext, SourceKeyId: KeyId, DestinationKeyId: KeyId }],
    [
      'kms:CreateGrant',
      {
        ...grant,
        RetiringPrincipal: role('retirer'),
        Constraints: { EncryptionContextEquals: EncryptionContext },
      },
    ],
    ['kms:EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 }],
    ['kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }],
    ['kms:PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: '{}' }],
    ['kms:TagResource', { KeyId, Tags: [{ TagKey: 'team', TagValue: 'a' }] }],
    ['kms:DescribeKey', { KeyId }],
  ];
}

function secretRequests(KmsKeyId: string): readonly KeyRequest[] {
  const SecretId = 'db';
  const Region = 'eu-west-1';
  return [
    [
      'secretsmanager:CreateSecret',
      {
        Name: 'new',
        Description: 'd',
        SecretString: 's',
        KmsKeyId,
        Type: 'T',
        AddReplicaRegions: [{ Region }],
        ForceOverwriteReplicaSecret: true,
        Tags,
      },
    ],
    ['secretsmanager:GetSecretValue', { SecretId, VersionId: id, VersionStage: 'AWSCURRENT' }],
    [
      'secretsmanager:PutResourcePolicy',
      { SecretId, ResourcePolicy: '{}', BlockPublicPolicy: true },
    ],
    ['secretsmanager:DeleteSecret', { SecretId, RecoveryWindowInDays: 7 }],
    ['secretsmanager:DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }],
    [
      'secretsmanager:RotateSecret',
      {
        SecretId,
        RotationLambdaARN: lambda,
        RotationRules: { AutomaticallyAfterDays: 1 },
        RotateImmediately: true,
        ExternalSecretRotationRoleArn: role('rotation'),
      },
    ],
    ['secretsmanager:TagResource', { SecretId, Tags }],
  ];
}

function parameterRequests(): readonly KeyRequest[] {
  return [
    [
      'ssm:PutParameter',
      { Name: '/app/new', Value: 'v', Type: 'String', Overwrite: false, Policies: '[]', Tags },
    ],
    ['ssm:GetParametersByPath', { Path: '/app', Recursive: true }],
    ['ssm:GetParameter', { Name: '/app/db' }],
  ];
}
