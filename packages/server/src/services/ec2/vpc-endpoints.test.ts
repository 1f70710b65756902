/** VPC endpoints as records: what may be made, changed and deleted, and who may do it. */
import type {
  CreateRouteTableResult,
  CreateSubnetResult,
  CreateVpcEndpointResult,
  CreateVpcResult,
  DeleteVpcEndpointsResult,
  DescribePrefixListsResult,
  DescribeRouteTablesResult,
  DescribeVpcEndpointServicesResult,
  DescribeVpcEndpointsResult,
  VpcEndpoint,
} from '@sekisho/catalog/types/ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../authentication/caller.ts';
import type { ServiceError } from '../../protocol/service-error.ts';
import { account, Ec2Fixture, region } from './ec2.fixture.ts';
import { createEc2Service } from './index.ts';
import { Inventory } from './inventory.ts';
import { endpointFor } from './route-choice.ts';

const service = await createEc2Service();
const s3 = 'com.amazonaws.us-east-1.s3';
const logs = 'com.amazonaws.us-east-1.logs';
let server: Ec2Fixture;
let VpcId: string;

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
  const { Vpc: vpc } = await server.call<CreateVpcResult>('CreateVpc', {
    CidrBlock: '10.0.0.0/16',
  });
  VpcId = vpc?.VpcId ?? '';
});

async function refusal(
  operation: string,
  input: object,
  caller: Caller = server.root(),
): Promise<string> {
  return await server.call(operation, input, caller).then(
    () => 'allowed',
    ({ code, message }: ServiceError) => `${code}: ${message}`,
  );
}

async function withDns(): Promise<void> {
  await server.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
}

async function subnet(CidrBlock: string, AvailabilityZone = 'us-east-1a'): Promise<string> {
  const made = await server.call<CreateSubnetResult>('CreateSubnet', {
    VpcId,
    CidrBlock,
    AvailabilityZone,
  });
  return made.Subnet?.SubnetId ?? '';
}

async function mainTable(): Promise<string> {
  const { RouteTables: tables } = await server.call<DescribeRouteTablesResult>(
    'DescribeRouteTables',
    {
      Filters: [
        { Name: 'vpc-id', Values: [VpcId] },
        { Name: 'association.main', Values: ['true'] },
      ],
    },
  );
  return tables?.[0]?.RouteTableId ?? '';
}

async function create(input: object): Promise<VpcEndpoint> {
  const made = await server.call<CreateVpcEndpointResult>('CreateVpcEndpoint', { VpcId, ...input });
  return made.VpcEndpoint ?? {};
}

describe('gateway endpoints', () => {
  test('lead route tables to the service, once', async () => {
    const table = await mainTable();
    const endpoint = await create({ ServiceName: s3, RouteTableIds: [table] });
    expect(endpoint).toMatchObject({
      VpcEndpointType: 'Gateway',
      State: 'available',
      RouteTableIds: [table],
      PrivateDnsEnabled: false,
      PolicyDocument:
        '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    });
    const { RouteTables: tables } = await server.call<DescribeRouteTablesResult>(
      'DescribeRouteTables',
      { RouteTableIds: [table] },
    );
    expect(tables?.[0]?.Routes).toEqual([
      {
        DestinationCidrBlock: '10.0.0.0/16',
        GatewayId: 'local',
        Origin: 'CreateRouteTable',
        State: 'active',
      },
      {
        DestinationPrefixListId: 'pl-63a5400a',
        GatewayId: endpoint.VpcEndpointId,
        Origin: 'CreateRoute',
        State: 'active',
      },
    ]);
    expect(
      await refusal('CreateVpcEndpoint', { VpcId, ServiceName: s3, RouteTableIds: [table] }),
    ).toBe(
      `RouteAlreadyExists: route table ${table} already has a route with destination-prefix-list-id pl-63a5400a`,
    );
  });

  test('take no subnets, groups or private DNS', async () => {
    const SubnetIds = [await subnet('10.0.0.0/24')];
    expect(await refusal('CreateVpcEndpoint', { VpcId, ServiceName: logs, SubnetIds })).toBe(
      'InvalidParameter: Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.',
    );
    expect(await refusal('CreateVpcEndpoint', { VpcId, ServiceName: logs })).toBe(
      'InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface]).',
    );
    const VpcEndpointType = 'Interface';
    const RouteTableIds = [await mainTable()];
    const routed = { VpcId, ServiceName: logs, VpcEndpointType, RouteTableIds };
    expect(await refusal('CreateVpcEndpoint', routed)).toBe(
      'InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint.',
    );
  });
});

describe('interface endpoints', () => {
  test('have an address in each subnet, names, and the default group', async () => {
    await withDns();
    const SubnetIds = [await subnet('10.0.0.0/24'), await subnet('10.0.1.0/24', 'us-east-1b')];
    const input = { ServiceName: logs, VpcEndpointType: 'Interface', SubnetIds };
    const endpoint = await create(input);
    expect(endpoint).toMatchObject({ State: 'pending', PrivateDnsEnabled: true, SubnetIds });
    expect(endpoint.NetworkInterfaceIds).toHaveLength(2);
    expect(endpoint.Groups).toMatchObject([{ GroupName: 'default' }]);
    const names = endpoint.DnsEntries?.map(({ DnsName: name }) => name) ?? [];
    expect(names[0]).toMatch(
      /^vpce-[0-9a-f]{17}-[0-9a-f]{8}\.logs\.us-east-1\.vpce\.amazonaws\.com$/,
    );
    expect(names.at(-1)).toBe('logs.us-east-1.amazonaws.com');
    expect(await refusal('DeleteSubnet', { SubnetId: SubnetIds[0] })).toContain(
      'DependencyViolation',
    );
    expect(await refusal('DeleteVpc', { VpcId })).toContain('DependencyViolation');
    await server.call('DeleteVpcEndpoints', { VpcEndpointIds: [endpoint.VpcEndpointId] });
    for (const SubnetId of SubnetIds) await server.call('DeleteSubnet', { SubnetId });
    await server.call('DeleteVpc', { VpcId });
  });

  test('refuse two subnets of a zone, names that are taken, and DNS that is off', async () => {
    const one = await subnet('10.0.0.0/24');
    const two = await subnet('10.0.1.0/24');
    const input = { VpcId, ServiceName: logs, VpcEndpointType: 'Interface' };
    expect(await refusal('CreateVpcEndpoint', input)).toBe(
      `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`,
    );
    await withDns();
    expect(await refusal('CreateVpcEndpoint', { ...input, SubnetIds: [one, two] })).toBe(
      `DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of ${two}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
    );
    await create(input);
    expect(await refusal('CreateVpcEndpoint', input)).toBe(
      `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for logs.us-east-1.amazonaws.com in the VPC ${VpcId}`,
    );
    const s3Input = { ...input, ServiceName: s3, PrivateDnsEnabled: true };
    expect(await refusal('CreateVpcEndpoint', s3Input)).toBe(
      `InvalidParameter: To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${VpcId} must have a Gateway endpoint for the service.`,
    );
    expect(await refusal('CreateVpcEndpoint', { ...input, ServiceName: `${logs}x` })).toBe(
      `InvalidServiceName: The Vpc Endpoint Service '${logs}x' does not exist`,
    );
  });

  test('can be changed: policy, subnets, groups, and back to full access', async () => {
    await withDns();
    const one = await subnet('10.0.0.0/24');
    const two = await subnet('10.0.1.0/24', 'us-east-1b');
    const input = { ServiceName: logs, VpcEndpointType: 'Interface', SubnetIds: [one] };
    const { VpcEndpointId } = await create(input);
    const policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'logs:PutLogEvents', Resource: '*' }],
    });
    const changes = { AddSubnetIds: [two], RemoveSubnetIds: [one], PolicyDocument: policy };
    await server.call('ModifyVpcEndpoint', { VpcEndpointId, ...changes });
    const read = async () =>
      await server.call<DescribeVpcEndpointsResult>('DescribeVpcEndpoints', {
        Filters: [{ Name: 'service-name', Values: [logs] }],
      });
    expect((await read()).VpcEndpoints?.[0]).toMatchObject({
      SubnetIds: [two],
      PolicyDocument: policy,
      State: 'available',
    });
    await server.call('ModifyVpcEndpoint', { VpcEndpointId, ResetPolicy: true });
    expect((await read()).VpcEndpoints?.[0]?.PolicyDocument).toContain('"Action":"*"');
    const broken = { VpcEndpointId, PolicyDocument: '{"Statement":[}' };
    expect(await refusal('ModifyVpcEndpoint', broken)).toBe(
      'InvalidPolicyDocument: The Policy Document is not valid. Syntax error at position (1,15)',
    );
    const nobody = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
    expect(await refusal('ModifyVpcEndpoint', { VpcEndpointId, PolicyDocument: nobody })).toContain(
      'InvalidPolicyDocument',
    );
    await server.call('DeleteSubnet', { SubnetId: one });
  });
});

test('a client token makes one endpoint; unknown ids are told one by one', async () => {
  const input = { ServiceName: s3, ClientToken: 't' };
  const first = await create(input);
  expect((await create(input)).VpcEndpointId).toBe(first.VpcEndpointId);
  const gone = 'vpce-0123456789abcdef0';
  const deleted = await server.call<DeleteVpcEndpointsResult>('DeleteVpcEndpoints', {
    VpcEndpointIds: [first.VpcEndpointId, gone],
  });
  expect(deleted.Unsuccessful).toEqual([
    {
      ResourceId: gone,
      Error: {
        Code: 'InvalidVpcEndpointId.NotFound',
        Message: `The Vpc Endpoint Id '${gone}' does not exist`,
      },
    },
  ]);
  expect(await refusal('DescribeVpcEndpoints', { VpcEndpointIds: ['x'] })).toContain(
    'InvalidVpcEndpointId.Malformed',
  );
});

test('services and prefix lists are found by name and by type', async () => {
  const { ServiceDetails: details } = await server.call<DescribeVpcEndpointServicesResult>(
    'DescribeVpcEndpointServices',
    {
      ServiceNames: [s3],
      Filters: [{ Name: 'service-type', Values: ['Gateway'] }],
    },
  );
  expect(details).toMatchObject([{ ServiceName: s3, ServiceType: [{ ServiceType: 'Gateway' }] }]);
  const { PrefixLists: lists } = await server.call<DescribePrefixListsResult>(
    'DescribePrefixLists',
    { Filters: [{ Name: 'prefix-list-name', Values: [s3] }] },
  );
  expect(lists).toMatchObject([{ PrefixListId: 'pl-63a5400a', PrefixListName: s3 }]);
});

test('a call takes the interface by its name, else the gateway by the route table', async () => {
  await withDns();
  const subnetId = await subnet('10.0.0.0/24');
  const inventory = () =>
    new Inventory(server.runtime, { partition: 'aws', region, account }, server.now);
  const call = { account, region, vpcId: VpcId, subnetId, service: 's3', sourceIp: '10.0.0.9' };
  const { RouteTable: table } = await server.call<CreateRouteTableResult>('CreateRouteTable', {
    VpcId,
  });
  const RouteTableId = table?.RouteTableId ?? '';
  const gateway = await create({ ServiceName: s3, RouteTableIds: [RouteTableId] });
  expect(endpointFor(call, inventory())).toBeUndefined();
  await server.call('AssociateRouteTable', { RouteTableId, SubnetId: subnetId });
  expect(endpointFor(call, inventory())?.id).toBe(gateway.VpcEndpointId);
  expect(endpointFor({ ...call, vpcId: 'vpc-0' }, inventory())).toBeUndefined();
  expect(endpointFor({ ...call, service: 'logs' }, inventory())).toBeUndefined();
  const DnsOptions = { PrivateDnsOnlyForInboundResolverEndpoint: false };
  const interfaces = { ServiceName: s3, VpcEndpointType: 'Interface', PrivateDnsEnabled: true };
  const inbound = await create({ ...interfaces });
  expect(endpointFor(call, inventory())?.id).toBe(gateway.VpcEndpointId);
  const { VpcEndpointId } = inbound;
  await server.call('ModifyVpcEndpoint', { VpcEndpointId, DnsOptions });
  expect(endpointFor(call, inventory())?.id).toBe(VpcEndpointId);
});

describe('authorization', () => {
  test('names the endpoint, the VPC, the tables and the service', async () => {
    const table = await mainTable();
    const input = { VpcId, ServiceName: s3, RouteTableIds: [table] };
    const allow = (Condition: object) => [
      { Effect: 'Allow', Action: 'ec2:CreateVpcEndpoint', Resource: '*', Condition } as const,
    ];
    const ofService = (name: string) =>
      allow({ StringEqualsIfExists: { 'ec2:VpceServiceName': name } });
    const other = await server.user('other', ofService(logs));
    expect(await refusal('CreateVpcEndpoint', input, other)).toContain('UnauthorizedOperation');
    const same = await server.user('same', ofService(s3));
    expect(await refusal('CreateVpcEndpoint', input, same)).toBe('allowed');
    const tables = await server.user('tables', [
      {
        Effect: 'Allow',
        Action: 'ec2:CreateVpcEndpoint',
        Resource: ['arn:aws:ec2:*:*:vpc-endpoint/*', 'arn:aws:ec2:*:*:vpc/*'],
      },
    ]);
    expect(await refusal('CreateVpcEndpoint', input, tables)).toContain(`route-table/${table}`);
    const bare = { VpcId, ServiceName: 'com.amazonaws.us-east-1.dynamodb' };
    expect(await refusal('CreateVpcEndpoint', bare, tables)).toBe('allowed');
  });

  test.each([
    ['ec2:VpceServiceOwner', 'amazon', 'aws-marketplace'],
    ['ec2:VpceServiceRegion', 'us-east-1', 'us-west-2'],
    ['ec2:VpceServiceName', s3, logs],
  ])('%s is told', async (key, right, wrong) => {
    const outcomes = [];
    for (const [name, value] of [
      ['right', right],
      ['wrong', wrong],
    ] as const) {
      const user = await server.user(name, [
        { Effect: 'Allow', Action: 'ec2:CreateVpcEndpoint', Resource: 'arn:aws:ec2:*:*:vpc/*' },
        {
          Effect: 'Allow',
          Action: 'ec2:CreateVpcEndpoint',
          Resource: 'arn:aws:ec2:*:*:vpc-endpoint/*',
          Condition: { StringEquals: { [key]: value } },
        },
      ]);
      outcomes.push(
        (await refusal('CreateVpcEndpoint', { VpcId, ServiceName: s3 }, user)).split(':')[0],
      );
    }
    expect(outcomes).toEqual(['allowed', 'UnauthorizedOperation']);
  });

  test('aws:ResourceAccount is not told when an endpoint is made, and is when it is changed', async () => {
    const told = (Null: string) => ({ Null: { 'aws:ResourceAccount': Null } });
    const allow = { Effect: 'Allow', Resource: '*' } as const;
    const user = await server.user('accounts', [
      { ...allow, Action: 'ec2:CreateVpcEndpoint', Condition: told('true') },
      { ...allow, Action: 'ec2:ModifyVpcEndpoint', Condition: told('false') },
    ]);
    expect(await refusal('CreateVpcEndpoint', { VpcId, ServiceName: s3 }, user)).toBe('allowed');
    const { VpcEndpointId } = await create({ ServiceName: s3 });
    const modify = { VpcEndpointId, ResetPolicy: true };
    expect(await refusal('ModifyVpcEndpoint', modify, user)).toBe('allowed');
  });

  test('deleting and changing ask about the tags of the endpoint', async () => {
    const TagSpecifications = [
      { ResourceType: 'vpc-endpoint', Tags: [{ Key: 'team', Value: 'a' }] },
    ];
    const { VpcEndpointId } = await create({ ServiceName: s3, TagSpecifications });
    const user = await server.user('team', [
      {
        Effect: 'Allow',
        Action: ['ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'b' } },
      },
    ]);
    const modify = { VpcEndpointId, ResetPolicy: true };
    const remove = { VpcEndpointIds: [VpcEndpointId] };
    expect(await refusal('ModifyVpcEndpoint', modify, user)).toContain('Unauthorized');
    expect(await refusal('DeleteVpcEndpoints', remove, user)).toContain('Unauthorized');
    await server.call('CreateTags', {
      Resources: [VpcEndpointId],
      Tags: [{ Key: 'team', Value: 'b' }],
    });
    expect(await refusal('ModifyVpcEndpoint', modify, user)).toBe('allowed');
    expect(await refusal('DeleteVpcEndpoints', remove, user)).toBe('allowed');
  });
});
