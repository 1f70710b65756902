/** The network and the key pairs that launches refer to. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type {
  CreateSecurityGroupResult,
  DescribeInternetGatewaysResult,
  DescribeKeyPairsResult,
  DescribeSecurityGroupsResult,
  DescribeSubnetsResult,
  DescribeVpcsResult,
  KeyPair,
} from '@sekisho/catalog/types/ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { Ec2Fixture } from './ec2.fixture.ts';
import { createEc2Service } from './index.ts';

const service = await createEc2Service();
let server: Ec2Fixture;

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
});

async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  return await promise.then(
    () => {
      throw new Error('was not refused');
    },
    (error: ServiceError) => error,
  );
}

describe('the default VPC', () => {
  test('is there before anything was written, with a subnet a zone', async () => {
    const { Vpcs: vpcs } = await server.call<DescribeVpcsResult>('DescribeVpcs', {});
    expect(vpcs).toHaveLength(1);
    expect(vpcs?.[0]).toMatchObject({ CidrBlock: '172.31.0.0/16', IsDefault: true });
    const { Subnets: subnets } = await server.call<DescribeSubnetsResult>('DescribeSubnets', {
      Filters: [{ Name: 'default-for-az', Values: ['true'] }],
    });
    expect(subnets).toHaveLength(6);
    expect(subnets?.every((subnet) => subnet.MapPublicIpOnLaunch)).toBe(true);
    expect(subnets?.every((subnet) => subnet.AvailableIpAddressCount === 4091)).toBe(true);
  });

  test('can be tagged and deleted like any other', async () => {
    const { Vpcs: vpcs } = await server.call<DescribeVpcsResult>('DescribeVpcs', {});
    const VpcId = vpcs?.[0]?.VpcId ?? '';
    await server.call('CreateTags', { Resources: [VpcId], Tags: [{ Key: 'a', Value: 'b' }] });
    expect((await refusal(server.call('DeleteVpc', { VpcId }))).code).toBe('DependencyViolation');
    const { Subnets: subnets } = await server.call<DescribeSubnetsResult>('DescribeSubnets', {});
    for (const { SubnetId } of subnets ?? []) await server.call('DeleteSubnet', { SubnetId });
    // Its internet gateway holds it too.
    expect((await refusal(server.call('DeleteVpc', { VpcId }))).code).toBe('DependencyViolation');
    const { InternetGateways: gateways } = await server.call<DescribeInternetGatewaysResult>(
      'DescribeInternetGateways',
      { Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] },
    );
    const { InternetGatewayId } = gateways?.[0] ?? {};
    await server.call('DetachInternetGateway', { InternetGatewayId, VpcId });
    await server.call('DeleteInternetGateway', { InternetGatewayId });
    await server.call('DeleteVpc', { VpcId });
    expect((await server.call<DescribeVpcsResult>('DescribeVpcs', {})).Vpcs).toEqual([]);
    const launch = { ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1, InstanceType: 't3.nano' };
    expect((await refusal(server.call('RunInstances', launch))).code).toBe('VPCIdNotSpecified');
  });
});

describe('subnets', () => {
  test('lie in their VPC and do not overlap', async () => {
    const made = await server.call<{ Vpc: { VpcId: string } }>('CreateVpc', {
      CidrBlock: '10.0.0.0/16',
    });
    const { VpcId } = made.Vpc;
    const make = (CidrBlock: string) => server.call('CreateSubnet', { VpcId, CidrBlock });
    await make('10.0.1.0/24');
    expect((await refusal(make('10.0.1.128/25'))).code).toBe('InvalidSubnet.Conflict');
    expect((await refusal(make('10.1.0.0/24'))).code).toBe('InvalidSubnet.Range');
    expect((await refusal(make('10.0.2.1/24'))).code).toBe('InvalidParameterValue');
    await make('10.0.2.0/24');
  });
});

describe('security groups', () => {
  test('have names of their own and rules', async () => {
    const group = { GroupName: 'web', Description: 'web' };
    const made = await server.call<CreateSecurityGroupResult>('CreateSecurityGroup', group);
    const GroupId = made.GroupId ?? '';
    expect((await refusal(server.call('CreateSecurityGroup', group))).code).toBe(
      'InvalidGroup.Duplicate',
    );
    const rule = { GroupId, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };
    await server.call('AuthorizeSecurityGroupIngress', rule);
    expect((await refusal(server.call('AuthorizeSecurityGroupIngress', rule))).code).toBe(
      'InvalidPermission.Duplicate',
    );
    const describeGroup = async () =>
      (
        await server.call<DescribeSecurityGroupsResult>('DescribeSecurityGroups', {
          GroupIds: [GroupId],
        })
      ).SecurityGroups?.[0];
    expect((await describeGroup())?.IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        UserIdGroupPairs: [],
        IpRanges: [{ Description: undefined, CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ]);
    await server.call('RevokeSecurityGroupIngress', rule);
    expect((await describeGroup())?.IpPermissions).toEqual([]);
    await server.call('DeleteSecurityGroup', { GroupId });
    expect((await refusal(describeGroup())).code).toBe('InvalidGroup.NotFound');
  });
});

describe('key pairs', () => {
  test('are made once, and their private half is shown once', async () => {
    const rsa = await server.call<KeyPair>('CreateKeyPair', { KeyName: 'rsa' });
    expect(createPrivateKey(rsa.KeyMaterial ?? '').asymmetricKeyType).toBe('rsa');
    expect(rsa.KeyFingerprint).toMatch(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
    const ed = await server.call<KeyPair>('CreateKeyPair', { KeyName: 'ed', KeyType: 'ed25519' });
    expect(ed.KeyMaterial).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    expect((await refusal(server.call('CreateKeyPair', { KeyName: 'ed' }))).code).toBe(
      'InvalidKeyPair.Duplicate',
    );
    const { KeyPairs: pairs } = await server.call<DescribeKeyPairsResult>('DescribeKeyPairs', {
      IncludePublicKey: true,
    });
    expect(pairs?.map(({ KeyName }) => KeyName)).toEqual(['ed', 'rsa']);
    expect(JSON.stringify(pairs)).not.toContain('PRIVATE');
    expect(pairs?.[1]?.PublicKey).toMatch(/^ssh-rsa /);
  });

  test('an imported RSA key has the MD5 of its DER form', async () => {
    const rsa = await server.call<KeyPair>('CreateKeyPair', { KeyName: 'one' });
    const { KeyPairs: pairs } = await server.call<DescribeKeyPairsResult>('DescribeKeyPairs', {
      IncludePublicKey: true,
    });
    const PublicKeyMaterial = Buffer.from(pairs?.[0]?.PublicKey ?? '');
    const imported = await server.call<KeyPair>('ImportKeyPair', {
      KeyName: 'two',
      PublicKeyMaterial,
    });
    const der = createPublicKey(rsa.KeyMaterial ?? '').export({ type: 'spki', format: 'der' });
    const md5 = createHash('md5').update(der).digest('hex').match(/../g)?.join(':');
    expect(imported.KeyFingerprint).toBe(md5);
    const bad = { KeyName: 'three', PublicKeyMaterial: Buffer.from('ssh-rsa AAAA') };
    expect((await refusal(server.call('ImportKeyPair', bad))).code).toBe('InvalidKey.Format');
  });
});
