/** A task in a VPC with endpoints: which of its execution role's requests go through them. */

import { CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allow, executionPolicy, region, TaskWorld } from './tasks.fixture.ts';

let world: TaskWorld;
let image: string;
let subnetId: string;
let vpcId: string;
let conditions: object;

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
  conditions = { StringEquals: { 'aws:SourceVpc': vpcId, 'aws:SourceVpce': endpoints } };
});

afterAll(async () => {
  await world.stop();
});

const pull = allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);
const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents']);
const token = allow('ecr:GetAuthorizationToken');

function launch(executionRoleArn: string, inVpc: boolean) {
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
    { executionRoleArn, ...(inVpc ? { privateIpv4: '10.1.0.9', subnetId } : {}) },
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
