/** A task in a VPC with endpoints: which of its execution role's requests go through them. */

import { CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account } from '../../gateway/testing/test-gateway.ts';
import { allow, executionPolicy, region, registryHost, TaskWorld } from './tasks.fixture.ts';

let world: TaskWorld;
let image: string;
let subnetId: string;
let vpcId: string;
let conditions: object;
let routeTableId: string;
/** The gateway endpoint of S3. */
let gatewayId: string;

beforeAll(async () => {
  world = await TaskWorld.start('process');
  image = await world.push('app', [[{ path: 'main', content: '#!/bin/sh\nenv\n', mode: 0o755 }]], {
    Entrypoint: ['/main'],
  });
  await world.logs.send(new CreateLogGroupCommand({ logGroupName: '/vpc' }));
  const { ec2 } = world;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  vpcId = Vpc?.VpcId ?? '';
  const EnableDnsHostnames = { Value: true };
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames }));
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.1.0.0/24' }),
  );
  subnetId = Subnet?.SubnetId ?? '';
  const create = async (name: string) => {
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${region}.${name}`,
        VpcEndpointType: 'Interface',
        SubnetIds: [subnetId],
        PrivateDnsEnabled: true,
      }),
    );
    return VpcEndpoint?.VpcEndpointId ?? '';
  };
  const endpoints = [await create('ecr.dkr'), await create('ecr.api'), await create('logs')];
  const tables = new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });
  routeTableId = (await ec2.send(tables)).RouteTables?.[0]?.RouteTableId ?? '';
  gatewayId = await createGateway();
  conditions = { StringEquals: { 'aws:SourceVpc': vpcId, 'aws:SourceVpce': endpoints } };
});

afterAll(async () => {
  await world.stop();
});

async function createGateway(): Promise<string> {
  const { VpcEndpoint } = await world.ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      RouteTableIds: [routeTableId],
    }),
  );
  return VpcEndpoint?.VpcEndpointId ?? '';
}

const pull = allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);
const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents']);
const token = allow('ecr:GetAuthorizationToken');

function launch(executionRoleArn: string, inVpc: boolean, assignPublicIp = 'DISABLED') {
  const networkConfiguration = {
    awsvpcConfiguration: { subnets: [subnetId], assignPublicIp },
  };
  return world.launch(
    [
      {
        name: 'c',
        image,
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/vpc',
            'awslogs-region': region,
            'awslogs-stream-prefix': 'p',
          },
        },
      },
    ],
    {
      executionRoleArn,
      ...(inVpc ? { privateIpv4: '10.1.0.9', subnetId, networkConfiguration } : {}),
    },
  );
}

test('004-7 pull and logs go through the endpoints; outside the VPC the pull is denied', async () => {
  const role = await world.role('vpc', [
    token,
    { ...pull, Condition: conditions },
    { ...logging, Condition: conditions },
  ]);
  const inside = launch(role, true);
  const stopped = await inside.until('STOPPED');
  expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited' });
  const { events } = await world.logs.send(
    new GetLogEventsCommand({
      logGroupName: '/vpc',
      logStreamName: `p/c/${inside.launch.taskId}`,
    }),
  );
  const lines = (events ?? []).map(({ message }) => message ?? '');
  // What runs in the task finds the endpoints too.
  expect(lines.filter((line) => line.startsWith('AWS_ENDPOINT_URL_')).sort()).toEqual([
    expect.stringMatching(/^AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^AWS_ENDPOINT_URL_ECR=http:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^AWS_ENDPOINT_URL_S3=http:\/\/127\.0\.0\.1:\d+$/),
  ]);
  const outside = await world.role('outside', [token, { ...pull, Condition: conditions }, logging]);
  const { stoppedReason } = await launch(outside, false).until('STOPPED');
  expect(stoppedReason).toMatch(/^CannotPullContainerError: pull image manifest .* 403 Forbidden$/);
});

test('004-7 the same condition on GetAuthorizationToken is never met on Fargate', async () => {
  const role = await world.role('token', [executionPolicy, { ...token, Condition: conditions }]);
  expect((await launch(role, true).until('STOPPED')).stopCode).toBe('EssentialContainerExited');
  const limited = await world.role('limited', [{ ...token, Condition: conditions }, pull, logging]);
  const { stoppedReason } = await launch(limited, true).until('STOPPED');
  expect(stoppedReason).toMatch(/unable to retrieve ecr registry auth: .*AccessDeniedException/);
});

const reasonInVpc = async (role: string) =>
  (await launch(role, true).until('STOPPED')).stoppedReason ?? '';
const setPolicy = (statement: object) =>
  world.ec2.send(
    new ModifyVpcEndpointCommand({
      VpcEndpointId: gatewayId,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', ...statement }],
      }),
    }),
  );
const bucket = `arn:aws:s3:::prod-${region}-starport-layer-bucket`;

test('D23 layers come from S3: the policy of its endpoint must let them through', async () => {
  const role = await world.role('layers', [executionPolicy]);
  await setPolicy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::my-own-bucket/*' });
  expect(await reasonInVpc(role)).toMatch(
    new RegExp(
      '^CannotPullContainerError: ref pull has been retried 1 time\\(s\\): failed to copy: ' +
        'httpReaderSeeker: failed open: unexpected status code ' +
        `https://${registryHost}/v2/app/blobs/sha256:[0-9a-f]{64}: 403 Forbidden$`,
    ),
  );
  await setPolicy({ Action: 's3:ListBucket', Resource: '*' });
  expect(await reasonInVpc(role)).toMatch(/403 Forbidden$/);
  const PrincipalAccount = { StringEquals: { 'aws:PrincipalAccount': account } };
  await setPolicy({ Action: '*', Resource: '*', Condition: PrincipalAccount });
  expect(await reasonInVpc(role)).toMatch(/403 Forbidden$/);
  // As the guide of ECR has it.
  const here = { StringEquals: { 'aws:SourceVpce': gatewayId } };
  await setPolicy({ Action: ['s3:GetObject'], Resource: [`${bucket}/*`], Condition: here });
  expect(await reasonInVpc(role)).toBe('Essential container in task exited');
});

test('without an endpoint of S3, and no other way out, nobody answers for the layers', async () => {
  const role = await world.role('alone', [executionPolicy]);
  await world.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [gatewayId] }));
  expect(await reasonInVpc(role)).toMatch(
    new RegExp(
      '^CannotPullContainerError: ref pull has been retried 5 time\\(s\\): failed to copy: ' +
        'httpReadSeeker: failed open: failed to do request: Get ' +
        `"https://prod-${region}-starport-layer-bucket\\.s3\\.${region}\\.amazonaws\\.com/.+": ` +
        'dial tcp [0-9.]+:443: i/o timeout$',
    ),
  );
  const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
  await world.ec2.send(
    new CreateRouteCommand({
      RouteTableId: routeTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: InternetGatewayId,
    }),
  );
  // The gateway has no use for a private address.
  expect(await reasonInVpc(role)).toMatch(/dial tcp [0-9.]+:443: i\/o timeout$/);
  const ended = await launch(role, true, 'ENABLED').until('STOPPED');
  expect(ended.stoppedReason).toBe('Essential container in task exited');
});

test('in a VPC without any endpoint each step says that nobody answers', async () => {
  const { ec2 } = world;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.2.0.0/16' }));
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.2.0.0/24' }),
  );
  const role = await world.role('lost', [executionPolicy, allow('ssm:GetParameters')]);
  const placed = { privateIpv4: '10.2.0.9', subnetId: Subnet?.SubnetId ?? '' };
  const reason = async (container: object) => {
    const launched = world.launch([{ name: 'c', image, ...container }], {
      executionRoleArn: role,
      ...placed,
    });
    return (await launched.until('STOPPED')).stoppedReason;
  };
  expect(await reason({})).toMatch(
    /^CannotPullContainerError: pull image manifest has been retried 5 time\(s\): failed to resolve ref .*: failed to do request: Head "https:.*": dial tcp [0-9.]+:443: i\/o timeout$/,
  );
  const options = {
    'awslogs-group': '/vpc',
    'awslogs-region': region,
    'awslogs-stream-prefix': 'p',
  };
  expect(await reason({ logConfiguration: { logDriver: 'awslogs', options } })).toBe(
    'ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration.: signal: killed',
  );
  expect(await reason({ secrets: [{ name: 'A', valueFrom: 'a' }] })).toMatch(
    /unable to retrieve secrets from ssm: service call has been retried 3 time\(s\): RequestError: send request failed caused by: Post "https:\/\/ssm\.us-east-1\.amazonaws\.com\/": dial tcp [0-9.]+:443: i\/o timeout\. Please check your task network configuration\.$/,
  );
});
