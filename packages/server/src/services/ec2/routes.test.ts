/** Route tables, internet gateways and network ACLs, as far as Terraform's VPCs need them. */
import type {
  AssociateRouteTableResult,
  CreateInternetGatewayResult,
  CreateRouteTableResult,
  CreateSubnetResult,
  CreateVpcResult,
  DescribeNetworkAclsResult,
  DescribeRouteTablesResult,
  ReplaceRouteTableAssociationResult,
  RouteTable,
} from '@sekisho/catalog/types/ec2';
import { beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../authentication/caller.ts';
import type { ServiceError } from '../../protocol/service-error.ts';
import { Ec2Fixture } from './ec2.fixture.ts';
import { createEc2Service } from './index.ts';

const service = await createEc2Service();
let server: Ec2Fixture;
let VpcId: string;

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
  const { Vpc: vpc } = await server.call<CreateVpcResult>('CreateVpc', {
    CidrBlock: '10.0.0.0/16',
  });
  VpcId = vpc?.VpcId ?? '';
});

async function answer(
  operation: string,
  input: object,
  caller: Caller = server.root(),
): Promise<string> {
  return await server.call(operation, input, caller).then(
    () => 'done',
    ({ code }: ServiceError) => code,
  );
}

async function tables(): Promise<readonly RouteTable[]> {
  const found = await server.call<DescribeRouteTablesResult>('DescribeRouteTables', {
    Filters: [{ Name: 'vpc-id', Values: [VpcId] }],
  });
  return found.RouteTables ?? [];
}

async function newTable(): Promise<string> {
  const made = await server.call<CreateRouteTableResult>('CreateRouteTable', { VpcId });
  return made.RouteTable?.RouteTableId ?? '';
}

async function newGateway(): Promise<string> {
  const made = await server.call<CreateInternetGatewayResult>('CreateInternetGateway', {});
  return made.InternetGateway?.InternetGatewayId ?? '';
}

test('a VPC has a main table and a network ACL of its own, which go with it', async () => {
  expect(await tables()).toMatchObject([
    {
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' }],
    },
  ]);
  const { NetworkAcls: acls } = await server.call<DescribeNetworkAclsResult>(
    'DescribeNetworkAcls',
    {
      Filters: [
        { Name: 'vpc-id', Values: [VpcId] },
        { Name: 'default', Values: ['true'] },
      ],
    },
  );
  expect(acls).toHaveLength(1);
  const RouteTableId = (await tables())[0]?.RouteTableId;
  await server.call('CreateTags', { Resources: [RouteTableId], Tags: [{ Key: 'a', Value: 'b' }] });
  expect((await tables())[0]?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await server.call('DeleteVpc', { VpcId });
  expect(await tables()).toEqual([]);
});

test('routes lead to a gateway of the same VPC, each destination once', async () => {
  const RouteTableId = await newTable();
  const GatewayId = await newGateway();
  const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId };
  expect(await answer('CreateRoute', route)).toBe('InvalidParameterValue');
  await server.call('AttachInternetGateway', { InternetGatewayId: GatewayId, VpcId });
  expect(await answer('CreateRoute', route)).toBe('done');
  const other = { ...route, GatewayId: 'igw-0123456789abcdef0' };
  expect(await answer('CreateRoute', other)).toBe('InvalidInternetGatewayID.NotFound');
  expect(await answer('CreateRoute', { ...route, DestinationCidrBlock: '0.0.0.1/0' })).toBe(
    'InvalidParameterValue',
  );
  expect(await answer('DeleteVpc', { VpcId })).toBe('DependencyViolation');
  const detach = { InternetGatewayId: GatewayId, VpcId };
  await server.call('DetachInternetGateway', detach);
  const [table] = (await tables()).filter((each) => each.RouteTableId === RouteTableId);
  expect(table?.Routes?.[1]).toMatchObject({ State: 'blackhole', GatewayId });
  await server.call('DeleteRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' });
  expect(await answer('DeleteRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' })).toBe(
    'InvalidRoute.NotFound',
  );
  expect(await answer('DetachInternetGateway', detach)).toBe('Gateway.NotAttached');
  await server.call('DeleteInternetGateway', { InternetGatewayId: GatewayId });
});

test('a subnet has one table; the main association can only be given to another', async () => {
  const RouteTableId = await newTable();
  const { Subnet: subnet } = await server.call<CreateSubnetResult>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.0.0/24',
  });
  const associate = { RouteTableId, SubnetId: subnet?.SubnetId };
  const { AssociationId } = await server.call<AssociateRouteTableResult>(
    'AssociateRouteTable',
    associate,
  );
  expect(await answer('AssociateRouteTable', associate)).toBe('Resource.AlreadyAssociated');
  expect(await answer('DeleteRouteTable', { RouteTableId })).toBe('DependencyViolation');
  await server.call('DisassociateRouteTable', { AssociationId });
  const main = (await tables()).find((table) => table.Associations?.[0]?.Main === true);
  const old = main?.Associations?.[0]?.RouteTableAssociationId;
  expect(await answer('DisassociateRouteTable', { AssociationId: old })).toBe(
    'InvalidParameterValue',
  );
  const replace = { AssociationId: old, RouteTableId };
  const replaced = await server.call<ReplaceRouteTableAssociationResult>(
    'ReplaceRouteTableAssociation',
    replace,
  );
  expect(replaced.NewAssociationId).not.toBe(old);
  const after = (await tables()).find((table) => table.Associations?.[0]?.Main === true);
  expect(after?.RouteTableId).toBe(RouteTableId);
  await server.call('DeleteRouteTable', { RouteTableId: main?.RouteTableId });
  expect(await tables()).toHaveLength(1);
});

test('each operation asks about every resource that it touches', async () => {
  const RouteTableId = await newTable();
  const { Subnet: subnet } = await server.call<CreateSubnetResult>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.0.0/24',
  });
  const Action = ['ec2:AssociateRouteTable', 'ec2:AttachInternetGateway', 'ec2:CreateRouteTable'];
  const user = await server.user('tables', [
    { Effect: 'Allow', Action, Resource: ['arn:aws:ec2:*:*:route-table/*'] },
    {
      Effect: 'Allow',
      Action: 'ec2:CreateRouteTable',
      Resource: 'arn:aws:ec2:*:*:vpc/*',
      Condition: { StringEquals: { 'ec2:VpcID': VpcId } },
    },
  ]);
  const associate = { RouteTableId, SubnetId: subnet?.SubnetId };
  expect(await answer('AssociateRouteTable', associate, user)).toBe('UnauthorizedOperation');
  expect(await answer('CreateRouteTable', { VpcId }, user)).toBe('done');
  const InternetGatewayId = await newGateway();
  const attach = { InternetGatewayId, VpcId };
  expect(await answer('AttachInternetGateway', attach, user)).toBe('UnauthorizedOperation');
  expect(await answer('DescribeRouteTables', {}, user)).toBe('UnauthorizedOperation');
});
