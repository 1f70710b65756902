/** Article 004, a pull that is bound to a VPC and its endpoint, with the policy as the article prints it. */
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  account,
  policy,
  region,
  registryHost,
  TaskArticle,
  withoutIds,
} from './article-004.harness.ts';
import { clientEnvironment, commandArguments, runClient } from './harness.ts';

let article: TaskArticle;
let image = '';
let subnets: readonly string[] = [];
let network: Readonly<Record<string, string>> = {};
let apiEndpoint = '';
/** The gateway endpoint of S3, from where layers come. */
let layerEndpoint = '';

beforeAll(async () => {
  article = await TaskArticle.open();
  image = await article.push('app');
  const { ec2 } = article;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const EnableDnsHostnames = { Value: true };
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames }));
  const subnet = new CreateSubnetCommand({ VpcId, CidrBlock: '10.1.0.0/24' });
  subnets = [(await ec2.send(subnet)).Subnet?.SubnetId ?? ''];
  const endpoint = async (service: string): Promise<string> => {
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: `com.amazonaws.${region}.${service}`,
        VpcEndpointType: 'Interface',
        SubnetIds: [...subnets],
        PrivateDnsEnabled: true,
      }),
    );
    return VpcEndpoint?.VpcEndpointId ?? '';
  };
  network = { 'vpce-xxxxxx': await endpoint('ecr.dkr'), 'vpc-xxxxx': VpcId };
  apiEndpoint = await endpoint('ecr.api');
  await endpoint('logs');
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      RouteTableIds: [RouteTables?.[0]?.RouteTableId ?? ''],
    }),
  );
  layerEndpoint = VpcEndpoint?.VpcEndpointId ?? '';
}, 120_000);

afterAll(async () => {
  await article?.sekisho.stop();
});

const pull = async (executionRole: string, from?: readonly string[]) =>
  await article.run(
    { image, command: ['echo', 'pulled'] },
    { executionRole, ...(from === undefined ? {} : { subnets: from }) },
  );

/** What `sekisho why --last` says. */
const why = (): string =>
  runClient(process.execPath, [...commandArguments, 'why', '--last', '--lang', 'en'], {
    env: clientEnvironment(article.sekisho),
    folder: article.sekisho.folder,
  }).stdout;

const manifestRefused =
  `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ` +
  `${registryHost}/app:latest: unexpected status from HEAD request to https://${registryHost}/v2/app/manifests/latest: 403 Forbidden`;

test('004-7 through the endpoint the image comes and the log is written', async () => {
  await article.role('vpc', { inline: policy('vpc-as-written.json', network) });
  expect(await pull('vpc', subnets)).toMatchObject({
    stopCode: 'EssentialContainerExited',
    exitCode: 0,
    lines: ['pulled'],
  });
});

test('004-7 outside the VPC ecr:BatchGetImage is denied', async () => {
  await article.role('outside', { inline: policy('vpc-as-written.json', network) });
  const { stopCode, stoppedReason } = await pull('outside');
  expect(stopCode).toBe('TaskFailedToStart');
  expect(stoppedReason).toBe(manifestRefused);
  const explained = why();
  expect(explained).toContain('ecr:BatchGetImage');
  expect(explained).toMatch(/aws:sourceVpc/i);
});

test('004-7 D23 both keys must hold: another endpoint of the same VPC is not enough', async () => {
  const other = { ...network, 'vpce-xxxxxx': apiEndpoint };
  await article.role('other', { inline: policy('vpc-as-written.json', other) });
  expect((await pull('other', subnets)).stoppedReason).toBe(manifestRefused);
  const elsewhere = { ...network, 'vpc-xxxxx': 'vpc-0123456789abcdef0' };
  await article.role('elsewhere', { inline: policy('vpc-as-written.json', elsewhere) });
  expect((await pull('elsewhere', subnets)).stoppedReason).toBe(manifestRefused);
});

test('004-7 the condition on GetAuthorizationToken always refuses: Fargate asks over its own network', async () => {
  for (const [index, id] of [network['vpce-xxxxxx'] ?? '', apiEndpoint].entries()) {
    const role = `token-${index}`;
    await article.role(role, {
      inline: policy('vpc-token.json', { ...network, 'vpce-xxxxxx': id }),
    });
    const { stoppedReason } = await pull(role, subnets);
    expect(stoppedReason).toBe(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/${role}/TASK is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    );
  }
  const explained = withoutIds(why());
  expect(explained).toContain('ecr:GetAuthorizationToken');
  expect(explained).toMatch(/aws:sourceVpc/i);
});

test('004-7 D23 an S3 endpoint that leaves out the bucket of the layers stops the pull', async () => {
  const setPolicy = async (Resource: string): Promise<void> => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await article.ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId: layerEndpoint, PolicyDocument }),
    );
  };
  await article.role('layers', { inline: policy('vpc-as-written.json', network) });
  await setPolicy('arn:aws:s3:::my-own-bucket/*');
  expect((await pull('layers', subnets)).stoppedReason).toMatch(
    /^CannotPullContainerError: ref pull has been retried 1 time\(s\): .*: 403 Forbidden$/,
  );
  const explained = why();
  expect(explained).toContain('s3:GetObject');
  expect(explained).toContain(`prod-${region}-starport-layer-bucket`);
  expect(explained).toContain(layerEndpoint);
  await setPolicy(`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`);
  expect((await pull('layers', subnets)).exitCode).toBe(0);
});
