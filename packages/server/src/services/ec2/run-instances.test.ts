/** RunInstances: article 002's command, its demands one by one, its refusals, its errors. */
import type { Reservation } from '@sekisho/catalog/types/ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { account, Ec2Fixture, region, type TestStatement } from './ec2.fixture.ts';
import { createEc2Service } from './index.ts';

const service = await createEc2Service();
const image = 'ami-0cbec04a61be382d9';
const arn = (type: string, id = '*') => `arn:aws:ec2:${region}:${account}:${type}/${id}`;

let server: Ec2Fixture;
let subnet: string;
let group: string;

interface Created {
  readonly Vpc?: { readonly VpcId?: string };
  readonly Subnet?: { readonly SubnetId?: string };
  readonly GroupId?: string;
}

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
  await server.role('umemoto-wordpress-role');
  await server.profile('umemoto-wordpress-profile', 'umemoto-wordpress-role');
  const vpc = await server.call<Created>('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const VpcId = vpc.Vpc?.VpcId ?? '';
  const made = await server.call<Created>('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24' });
  subnet = made.Subnet?.SubnetId ?? '';
  const sg = await server.call<Created>('CreateSecurityGroup', {
    VpcId,
    GroupName: 'web',
    Description: 'web',
  });
  group = sg.GroupId ?? '';
  await server.call('ImportKeyPair', {
    KeyName: 'umemoto_kadai_1',
    PublicKeyMaterial: Buffer.from(
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvmk5PrOJv4BVgV7WuYTUXQLJZy2JqWAXtlOVgO3bZx me',
    ),
  });
});

/** The article's command. */
function article(more: object = {}): object {
  return {
    ImageId: image,
    MinCount: 1,
    MaxCount: 1,
    InstanceType: 't2.micro',
    KeyName: 'umemoto_kadai_1',
    IamInstanceProfile: { Name: 'umemoto-wordpress-profile' },
    SecurityGroupIds: [group],
    SubnetId: subnet,
    PrivateIpAddress: '10.0.1.50',
    CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'iamrole-test' }] },
    ],
    ...more,
  };
}

const roleArn = `arn:aws:iam::${account}:role/umemoto-wordpress-role`;
const imageArn = `arn:aws:ec2:${region}::image/*`;

/** Every demand of the article's command, each in a statement of its own. */
function statements(): readonly (TestStatement & { readonly Sid: string })[] {
  const run = (Sid: string, Resource: string) => ({
    Sid,
    Effect: 'Allow' as const,
    Action: 'ec2:RunInstances',
    Resource,
  });
  return [
    run('image', imageArn),
    run('subnet', arn('subnet', subnet)),
    run('group', arn('security-group', group)),
    run('interface', arn('network-interface')),
    run('volume', arn('volume')),
    run('key', arn('key-pair', 'umemoto_kadai_1')),
    run('instance', arn('instance')),
    {
      Sid: 'tags',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: arn('instance'),
      Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
    {
      Sid: 'role',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roleArn,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
  ];
}

async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  return await promise.then(
    () => {
      throw new Error('was not refused');
    },
    (error: ServiceError) => error,
  );
}

function decode(error: ServiceError) {
  const encoded = /Encoded authorization failure message: (\S+)$/.exec(error.message)?.[1] ?? '';
  return JSON.parse(server.runtime.decodeAuthorizationMessage(encoded, account) ?? 'null');
}

describe('002-10 run-instances', () => {
  test('answers the instance with its profile, address, tags, state pending', async () => {
    const caller = await server.user('umemoto', statements());
    const reservation = await server.call<Reservation>('RunInstances', article(), caller);
    expect(reservation.ReservationId).toMatch(/^r-[0-9a-f]{17}$/);
    const [instance] = reservation.Instances ?? [];
    expect(instance).toMatchObject({
      ImageId: image,
      InstanceType: 't2.micro',
      KeyName: 'umemoto_kadai_1',
      PrivateIpAddress: '10.0.1.50',
      PrivateDnsName: 'ip-10-0-1-50.ec2.internal',
      SubnetId: subnet,
      State: { Code: 0, Name: 'pending' },
      StateReason: { Code: 'pending', Message: 'pending' },
      IamInstanceProfile: {
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
      },
      Tags: [{ Key: 'Name', Value: 'iamrole-test' }],
      MetadataOptions: { State: 'pending', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
      SecurityGroups: [{ GroupId: group, GroupName: 'web' }],
    });
    expect(instance?.InstanceId).toMatch(/^i-[0-9a-f]{17}$/);
  });

  test('each demand left out is refused, and the decoded message names it', async () => {
    for (const { Sid, Action, Resource } of statements()) {
      const rest = statements().filter((statement) => statement.Sid !== Sid);
      const caller = await server.user(`u${Sid}`, rest);
      const error = await refusal(server.call('RunInstances', article(), caller));
      expect(error).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
      const resource = Sid === 'image' ? imageArn.replace('*', image) : Resource;
      expect(error.message).toMatch(
        /^You are not authorized to perform this operation\. User: arn:aws:iam::123456789012:user\//,
      );
      expect(error.message).toContain(
        `is not authorized to perform: ${Action} on resource: ${resource} because no identity-based policy allows the ${Action} action. Encoded authorization failure message: `,
      );
      const message = decode(error);
      expect(Object.keys(message)).toEqual([
        'allowed',
        'explicitDeny',
        'matchedStatements',
        'failures',
        'context',
      ]);
      expect(message).toMatchObject({
        allowed: false,
        explicitDeny: false,
        matchedStatements: { items: [] },
        failures: { items: [] },
        context: { action: Action, resource },
      });
      expect(message.context.principal).toEqual({
        id: `AIDA${`U${Sid.toUpperCase()}`.padEnd(17, 'A')}`,
        name: `u${Sid}`,
        arn: `arn:aws:iam::${account}:user/u${Sid}`,
      });
      expect(server.runtime.state.count(`ec2/${account}/${region}/instance/`)).toBe(0);
    }
  });

  test('an explicit deny shows its statement', async () => {
    const deny: TestStatement = {
      Sid: 'NoMicro',
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: arn('instance'),
      Condition: { StringEquals: { 'ec2:InstanceType': 't2.micro' } },
    };
    const caller = await server.user('denied', [...statements(), deny]);
    const error = await refusal(server.call('RunInstances', article(), caller));
    expect(error.message).toContain('with an explicit deny in an identity-based policy');
    expect(decode(error)).toMatchObject({
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: 'NoMicro',
            effect: 'DENY',
            principals: { items: [{ value: 'AIDADENIEDAAAAAAAAAAA' }] },
            actions: { items: [{ value: 'ec2:RunInstances' }] },
            resources: { items: [{ value: arn('instance') }] },
          },
        ],
      },
    });
    const keys = new Map(
      decode(error).context.conditions.items.map(
        (item: { key: string; values: { items: { value: string }[] } }) => [
          item.key,
          item.values.items.map(({ value }) => value),
        ],
      ),
    );
    expect(keys.get('ec2:InstanceType')).toEqual(['t2.micro']);
    expect(keys.get('ec2:MetadataHttpTokens')).toEqual(['required']);
    expect(keys.get('aws:Resource')).toEqual(['instance/*']);
    expect(keys.get('aws:Type')).toEqual(['instance']);
  });

  test('a role that may be passed to ECS only is not passed to EC2', async () => {
    const others = statements().filter(({ Sid }) => Sid !== 'role');
    const ecs: TestStatement = {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roleArn,
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    };
    const caller = await server.user('ecs', [...others, ecs]);
    const error = await refusal(server.call('RunInstances', article(), caller));
    expect(decode(error).context).toMatchObject({ action: 'iam:PassRole', resource: roleArn });
    expect(error.message).toContain(`iam:PassRole on resource: ${roleArn}`);
  });

  test('tags that are not allowed at creation are refused; so are tags added later', async () => {
    const caller = await server.user('tagger', statements());
    const { Instances: instances } = await server.call<Reservation>(
      'RunInstances',
      article(),
      caller,
    );
    const id = instances?.[0]?.InstanceId ?? '';
    const tag = { Resources: [id], Tags: [{ Key: 'Owner', Value: 'me' }] };
    const error = await refusal(server.call('CreateTags', tag, caller));
    expect(error.message).toContain(`ec2:CreateTags on resource: ${arn('instance', id)}`);
  });

  test('a condition on the instance profile is asked', async () => {
    const only: TestStatement = {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: arn('instance'),
      Condition: {
        ArnNotEquals: { 'ec2:InstanceProfile': `arn:aws:iam::${account}:instance-profile/other` },
      },
    };
    const caller = await server.user('bound', [...statements(), only]);
    await refusal(server.call('RunInstances', article(), caller));
  });

  test('effective metadata options are asked, wished for or not', async () => {
    const optional: TestStatement = {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: arn('instance'),
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    };
    const caller = await server.user('v2only', [...statements(), optional]);
    await server.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'optional' });
    await refusal(server.call('RunInstances', article(), caller));
    const wish = article({ MetadataOptions: { HttpTokens: 'required' } });
    await server.call('RunInstances', wish, caller);
  });

  test('DryRun says what would happen and does nothing', async () => {
    const allowed = await server.user('dry', statements());
    const would = await refusal(server.call('RunInstances', article({ DryRun: true }), allowed));
    expect(would).toMatchObject({
      code: 'DryRunOperation',
      status: 412,
      message: 'Request would have succeeded, but DryRun flag is set.',
    });
    const denied = await server.user('drydenied', []);
    const refused = await refusal(server.call('RunInstances', article({ DryRun: true }), denied));
    expect(refused.code).toBe('UnauthorizedOperation');
    await server.profile('no-role');
    for (const [Name, text] of [
      ['not-there', 'Invalid IAM Instance Profile name'],
      ['no-role', 'has no associated IAM Roles'],
    ]) {
      const launch = article({ DryRun: true, IamInstanceProfile: { Name } });
      expect((await refusal(server.call('RunInstances', launch, allowed))).message).toContain(text);
      const unasked = await refusal(server.call('RunInstances', launch, denied));
      expect(unasked.code).toBe('UnauthorizedOperation');
    }
    expect(server.runtime.state.count(`ec2/${account}/${region}/instance/`)).toBe(0);
  });
});

describe('001-4…7 the errors of a launch', () => {
  const cases: readonly (readonly [name: string, more: object, code: string, message: string])[] = [
    [
      'a profile that is not there',
      { IamInstanceProfile: { Name: 'x' } },
      'InvalidParameterValue',
      'Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    ],
    [
      'a profile ARN that is not there',
      { IamInstanceProfile: { Arn: `arn:aws:iam::${account}:instance-profile/x` } },
      'InvalidParameterValue',
      `Value (arn:aws:iam::${account}:instance-profile/x) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
    ],
    [
      'a profile without role',
      { IamInstanceProfile: { Name: 'empty' } },
      'InvalidParameterValue',
      `IAM Instance Profile "arn:aws:iam::${account}:instance-profile/empty" has no associated IAM Roles`,
    ],
    [
      'name and ARN together',
      { IamInstanceProfile: { Name: 'x', Arn: 'y' } },
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    ],
    [
      'an image id that is none',
      { ImageId: 'ami-x' },
      'InvalidAMIID.Malformed',
      'Invalid id: "ami-x" (expecting "ami-...")',
    ],
    [
      'a key pair that is not there',
      { KeyName: 'nobody' },
      'InvalidKeyPair.NotFound',
      "The key pair 'nobody' does not exist",
    ],
    [
      'a subnet that is not there',
      { SubnetId: 'subnet-00000000000000000' },
      'InvalidSubnetID.NotFound',
      "The subnet ID 'subnet-00000000000000000' does not exist",
    ],
    [
      'a group that is not there',
      { SecurityGroupIds: ['sg-00000000000000000'] },
      'InvalidGroup.NotFound',
      "The security group 'sg-00000000000000000' does not exist",
    ],
    [
      'an instance type that is none',
      { InstanceType: 'x9.huge' },
      'InvalidParameterValue',
      "Invalid value 'x9.huge' for InstanceType.",
    ],
    [
      'an address outside the subnet',
      { PrivateIpAddress: '10.9.0.5' },
      'InvalidParameterValue',
      "Address 10.9.0.5 does not fall within the subnet's address range",
    ],
  ];
  test.each(cases)('%s', async (_name, more, code, message) => {
    await server.profile('empty');
    const error = await refusal(server.call('RunInstances', article(more)));
    expect({ code: error.code, message: error.message, status: error.status }).toEqual({
      code,
      message,
      status: 400,
    });
  });

  test('an address in use', async () => {
    await server.call('RunInstances', article());
    const error = await refusal(server.call('RunInstances', article()));
    expect(error).toMatchObject({
      code: 'InvalidIPAddress.InUse',
      message: 'Address 10.0.1.50 is in use.',
    });
  });

  test('a client token makes one reservation, and only of the same parameters', async () => {
    const token = { ClientToken: 'one' };
    const first = await server.call<Reservation>('RunInstances', article(token));
    const again = await server.call<Reservation>('RunInstances', article(token));
    expect(again.ReservationId).toBe(first.ReservationId);
    const other = article({ ...token, InstanceType: 't3.micro' });
    expect((await refusal(server.call('RunInstances', other))).code).toBe(
      'IdempotentParameterMismatch',
    );
  });

  test('without subnet and group the default network is used', async () => {
    const { Instances: instances } = await server.call<Reservation>('RunInstances', {
      ImageId: image,
      MinCount: 1,
      MaxCount: 3,
      InstanceType: 't3.micro',
    });
    expect(instances?.map(({ PrivateIpAddress: ip }) => ip)).toEqual([
      '172.31.0.4',
      '172.31.0.5',
      '172.31.0.6',
    ]);
    expect(instances?.[0]?.SecurityGroups?.[0]?.GroupName).toBe('default');
    expect(instances?.[0]?.PublicIpAddress).toMatch(/^198\.1[89]\./);
    expect(instances?.[0]?.IamInstanceProfile).toBeUndefined();
  });
});
