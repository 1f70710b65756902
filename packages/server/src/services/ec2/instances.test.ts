/** Instances after their launch: states, tags, profiles, attributes, filters, pages. */
import type {
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsResult,
  DescribeInstancesResult,
  DescribeTagsResult,
  DescribeVolumesResult,
  InstanceAttribute,
  Reservation,
  StopInstancesResult,
  TerminateInstancesResult,
} from '@sekisho/catalog/types/ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { account, Ec2Fixture, region } from './ec2.fixture.ts';
import { createEc2Service } from './index.ts';
import { transitionMilliseconds } from './limits.ts';

const service = await createEc2Service();
let server: Ec2Fixture;
let id: string;

const launchRequest = {
  ImageId: 'ami-0cbec04a61be382d9',
  MinCount: 1,
  MaxCount: 1,
  InstanceType: 't2.micro',
};

async function run(more: object = {}): Promise<string> {
  const answer = await server.call<Reservation>('RunInstances', { ...launchRequest, ...more });
  return answer.Instances?.[0]?.InstanceId ?? '';
}

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
  await server.role('app');
  await server.profile('app', 'app');
  id = await run({
    IamInstanceProfile: { Name: 'app' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
  });
});

async function instance(instanceId = id) {
  const answer = await server.call<DescribeInstancesResult>('DescribeInstances', {
    InstanceIds: [instanceId],
  });
  return answer.Reservations?.[0]?.Instances?.[0];
}

async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  return await promise.then(
    () => {
      throw new Error('was not refused');
    },
    (error: ServiceError) => error,
  );
}

describe('states', () => {
  test('pending becomes running, stopping becomes stopped, and back', async () => {
    expect((await instance())?.State?.Name).toBe('pending');
    server.pass(transitionMilliseconds);
    expect((await instance())?.State).toEqual({ Code: 16, Name: 'running' });
    const stop = await server.call<StopInstancesResult>('StopInstances', { InstanceIds: [id] });
    expect(stop.StoppingInstances).toEqual([
      {
        InstanceId: id,
        CurrentState: { Code: 64, Name: 'stopping' },
        PreviousState: { Code: 16, Name: 'running' },
      },
    ]);
    const early = await refusal(server.call('StartInstances', { InstanceIds: [id] }));
    expect(early).toMatchObject({
      code: 'IncorrectInstanceState',
      message: `The instance '${id}' is not in a state from which it can be started.`,
    });
    server.pass(transitionMilliseconds);
    expect((await instance())?.State).toEqual({ Code: 80, Name: 'stopped' });
    await server.call('StartInstances', { InstanceIds: [id] });
    server.pass(transitionMilliseconds);
    expect((await instance())?.State?.Name).toBe('running');
  });

  test('a terminated instance loses profile, volume and address, and is forgotten later', async () => {
    const volume = (await instance())?.BlockDeviceMappings;
    expect(volume).toEqual([]);
    server.pass(transitionMilliseconds);
    const answer = await server.call<TerminateInstancesResult>('TerminateInstances', {
      InstanceIds: [id],
    });
    expect(answer.TerminatingInstances?.[0]?.CurrentState?.Name).toBe('shutting-down');
    server.pass(transitionMilliseconds);
    const gone = await instance();
    expect(gone?.State).toEqual({ Code: 48, Name: 'terminated' });
    expect(gone?.IamInstanceProfile).toBeUndefined();
    expect(gone?.NetworkInterfaces).toEqual([]);
    const volumes = await server.call<DescribeVolumesResult>('DescribeVolumes', {});
    expect(volumes.Volumes).toEqual([]);
    expect(server.runtime.state.count(`ec2/${account}/${region}/address/`)).toBe(0);
    server.pass(3_600_000);
    expect(await refusal(instance())).toMatchObject({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${id}' does not exist`,
    });
    await run();
    expect(server.runtime.state.count(`ec2/${account}/${region}/instance/`)).toBe(1);
  });

  test('all or none: one protected instance stops the termination of both', async () => {
    const other = await run({ DisableApiTermination: true });
    const both = { InstanceIds: [id, other] };
    expect(await refusal(server.call('TerminateInstances', both))).toMatchObject({
      code: 'OperationNotPermitted',
      message: `The instance '${other}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    });
    server.pass(transitionMilliseconds);
    expect((await instance())?.State?.Name).toBe('running');
    await server.call('ModifyInstanceAttribute', {
      InstanceId: other,
      DisableApiTermination: { Value: false },
    });
    await server.call('TerminateInstances', both);
  });

  test('one refused instance refuses the whole call', async () => {
    const other = await run();
    const caller = await server.user('stopper', [
      {
        Effect: 'Allow',
        Action: 'ec2:StopInstances',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/Name': 'one' } },
      },
    ]);
    const both = { InstanceIds: [id, other] };
    const error = await refusal(server.call('StopInstances', both, caller));
    expect(error.code).toBe('UnauthorizedOperation');
    expect(error.message).toContain(`instance/${other}`);
    await server.call('StopInstances', { InstanceIds: [id] }, caller);
  });
});

describe('002-12 tags', () => {
  test('describe-tags shows the tags of instances, filtered', async () => {
    await server.call('CreateTags', { Resources: [id], Tags: [{ Key: 'Env', Value: 'dev' }] });
    const filter = { Filters: [{ Name: 'resource-id', Values: [id] }] };
    const all = await server.call<DescribeTagsResult>('DescribeTags', filter);
    expect(all.Tags).toEqual([
      { Key: 'Env', ResourceId: id, ResourceType: 'instance', Value: 'dev' },
      { Key: 'Name', ResourceId: id, ResourceType: 'instance', Value: 'one' },
    ]);
    await server.call('DeleteTags', { Resources: [id], Tags: [{ Key: 'Env', Value: 'other' }] });
    expect((await server.call<DescribeTagsResult>('DescribeTags', filter)).Tags).toHaveLength(2);
    await server.call('DeleteTags', { Resources: [id], Tags: [{ Key: 'Env' }] });
    expect((await server.call<DescribeTagsResult>('DescribeTags', filter)).Tags).toHaveLength(1);
  });

  test('describe-tags is allowed by `*` only, and its refusal has no encoded message', async () => {
    const named = await server.user('named', [
      { Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: `arn:aws:ec2:${region}:*:*/*` },
    ]);
    const error = await refusal(server.call('DescribeTags', {}, named));
    expect(error.code).toBe('UnauthorizedOperation');
    expect(error.message).toBe(
      `You are not authorized to perform this operation. User: arn:aws:iam::${account}:user/named is not authorized to perform: ec2:DescribeTags because no identity-based policy allows the ec2:DescribeTags action`,
    );
    const star = await server.user('star', [
      { Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*' },
    ]);
    await server.call('DescribeTags', {}, star);
  });

  test('reserved keys and more than fifty tags are refused', async () => {
    const reserved = { Resources: [id], Tags: [{ Key: 'aws:x', Value: '' }] };
    expect((await refusal(server.call('CreateTags', reserved))).code).toBe('InvalidParameterValue');
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect(await refusal(server.call('CreateTags', { Resources: [id], Tags: many }))).toMatchObject(
      {
        code: 'TagLimitExceeded',
        message: 'The maximum number of Tags for a resource has been reached.',
      },
    );
  });
});

describe('instance profile associations', () => {
  const associations = async () =>
    (
      await server.call<DescribeIamInstanceProfileAssociationsResult>(
        'DescribeIamInstanceProfileAssociations',
        {},
      )
    ).IamInstanceProfileAssociations ?? [];

  test('associate, replace, disassociate', async () => {
    const [first] = await associations();
    expect(first).toMatchObject({ InstanceId: id, State: 'associating' });
    server.pass(transitionMilliseconds);
    expect((await associations())[0]?.State).toBe('associated');
    const again = { InstanceId: id, IamInstanceProfile: { Name: 'app' } };
    expect(await refusal(server.call('AssociateIamInstanceProfile', again))).toMatchObject({
      code: 'IncorrectState',
      message: `There is an existing association for instance ${id}`,
    });
    await server.role('other');
    const otherArn = await server.profile('other', 'other');
    const replaced = await server.call<AssociateIamInstanceProfileResult>(
      'ReplaceIamInstanceProfileAssociation',
      { AssociationId: first?.AssociationId, IamInstanceProfile: { Arn: otherArn } },
    );
    const association = replaced.IamInstanceProfileAssociation;
    expect(association?.IamInstanceProfile?.Arn).toBe(otherArn);
    expect(association?.AssociationId).not.toBe(first?.AssociationId);
    const old = { AssociationId: first?.AssociationId };
    expect(await refusal(server.call('DisassociateIamInstanceProfile', old))).toMatchObject({
      code: 'InvalidAssociationID.NotFound',
      message: `An invalid association-id of '${first?.AssociationId}' was given`,
    });
    await server.call('DisassociateIamInstanceProfile', {
      AssociationId: association?.AssociationId,
    });
    expect(await associations()).toEqual([]);
    expect((await instance())?.IamInstanceProfile).toBeUndefined();
  });

  test('replacing asks for the new profile and for passing its role', async () => {
    const roleArn = await server.role('other');
    const otherArn = await server.profile('other', 'other');
    const AssociationId = (await associations())[0]?.AssociationId;
    const input = { AssociationId, IamInstanceProfile: { Name: 'other' } };
    const action = 'ec2:ReplaceIamInstanceProfileAssociation';
    const replace = { Effect: 'Allow' as const, Action: action, Resource: '*' };
    const noRole = await server.user('norole', [replace]);
    const error = await refusal(server.call('ReplaceIamInstanceProfileAssociation', input, noRole));
    expect(error.message).toContain(`iam:PassRole on resource: ${roleArn}`);
    const pass = { Effect: 'Allow' as const, Action: 'iam:PassRole', Resource: roleArn };
    const bound = await server.user('bound', [
      {
        ...replace,
        Condition: { ArnNotEquals: { 'ec2:NewInstanceProfile': otherArn } },
      },
      pass,
    ]);
    const refused = await refusal(
      server.call('ReplaceIamInstanceProfileAssociation', input, bound),
    );
    expect(refused.message).toContain(action);
    const may = await server.user('may', [replace, pass]);
    await server.call('ReplaceIamInstanceProfileAssociation', input, may);
  });
});

describe('001-4…7 what Terraform reads', () => {
  test.each([
    ['disableApiStop', { DisableApiStop: { Value: false } }],
    ['disableApiTermination', { DisableApiTermination: { Value: false } }],
    ['instanceInitiatedShutdownBehavior', { InstanceInitiatedShutdownBehavior: { Value: 'stop' } }],
    ['userData', { UserData: { Value: undefined } }],
  ])('attribute %s', async (Attribute, expected) => {
    const answer = await server.call<InstanceAttribute>('DescribeInstanceAttribute', {
      InstanceId: id,
      Attribute,
    });
    expect(answer).toEqual({ InstanceId: id, ...expected });
  });

  test('user data comes back as it was sent, and lies sealed in the store', async () => {
    const UserData = Buffer.from('#!/bin/sh\necho secret').toString('base64');
    const other = await run({ UserData });
    const answer = await server.call<InstanceAttribute>('DescribeInstanceAttribute', {
      InstanceId: other,
      Attribute: 'userData',
    });
    expect(answer.UserData?.Value).toBe(UserData);
    const key = `ec2/${account}/${region}/instance/${other}`;
    expect(JSON.stringify(server.runtime.state.get(key))).not.toContain(UserData);
  });

  test.each([
    ['DescribeInstanceTypes', { InstanceTypes: ['t2.micro'] }],
    ['DescribeVpcs', {}],
    ['DescribeSubnets', {}],
    ['DescribeSecurityGroups', {}],
    ['DescribeVolumes', {}],
    ['DescribeInstanceCreditSpecifications', { InstanceIds: [] }],
    ['DescribeImages', { ImageIds: ['ami-0cbec04a61be382d9'] }],
    ['DescribeKeyPairs', {}],
    ['DescribeNetworkInterfaces', {}],
    ['DescribeAvailabilityZones', {}],
    ['DescribeRegions', {}],
    ['DescribeAccountAttributes', {}],
    ['DescribeInstanceStatus', {}],
    ['DescribeSecurityGroupRules', {}],
    ['GetInstanceMetadataDefaults', {}],
  ])('%s is the same twice', async (operation, input) => {
    expect(await server.call(operation, input)).toEqual(await server.call(operation, input));
  });

  test('metadata options change at once and are applied after pending', async () => {
    server.pass(transitionMilliseconds);
    await server.call('ModifyInstanceMetadataOptions', { InstanceId: id, HttpTokens: 'optional' });
    expect((await instance())?.MetadataOptions).toMatchObject({
      State: 'applied',
      HttpTokens: 'optional',
    });
    const caller = await server.user('imds', [
      {
        Effect: 'Allow',
        Action: 'ec2:ModifyInstanceMetadataOptions',
        Resource: '*',
        Condition: { StringEquals: { 'ec2:Attribute/HttpTokens': 'required' } },
      },
    ]);
    const optional = { InstanceId: id, HttpTokens: 'optional' };
    await refusal(server.call('ModifyInstanceMetadataOptions', optional, caller));
    const required = { InstanceId: id, HttpTokens: 'required' };
    await server.call('ModifyInstanceMetadataOptions', required, caller);
  });
});

describe('filters and pages', () => {
  const ids = async (input: object): Promise<readonly string[]> => {
    const answer = await server.call<DescribeInstancesResult>('DescribeInstances', input);
    return (answer.Reservations ?? []).flatMap((reservation) =>
      (reservation.Instances ?? []).map(({ InstanceId = '' }) => InstanceId),
    );
  };

  test('filters join with and, their values with or, `*` and `?` are wildcards', async () => {
    const other = await run({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'two' }] }],
    });
    const filter = (Name: string, ...Values: readonly string[]) => ({ Name, Values });
    expect(await ids({ Filters: [filter('tag:Name', 'o?e')] })).toEqual([id]);
    expect(await ids({ Filters: [filter('tag:Name', 'o*')] })).toEqual([id]);
    expect(await ids({ Filters: [filter('tag:Name', 'o\\*')] })).toEqual([]);
    expect(await ids({ Filters: [filter('tag:Name', 'one', 'two')] })).toHaveLength(2);
    const none = [filter('tag:Name', 'one'), filter('instance-id', other)];
    expect(await ids({ Filters: none })).toEqual([]);
    expect(await ids({ Filters: [filter('iam-instance-profile.name', 'app')] })).toEqual([id]);
    const error = await refusal(ids({ Filters: [filter('nonsense', 'x')] }));
    expect(error).toMatchObject({
      code: 'InvalidParameterValue',
      message: "The filter 'nonsense' is invalid",
    });
  });

  test('pages follow each other, and only our own tokens are taken', async () => {
    await server.call('RunInstances', { ...launchRequest, MinCount: 11, MaxCount: 11 });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page: DescribeInstancesResult = await server.call('DescribeInstances', {
        MaxResults: 5,
        NextToken,
      });
      for (const reservation of page.Reservations ?? []) {
        for (const { InstanceId = '' } of reservation.Instances ?? []) seen.push(InstanceId);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
    expect((await refusal(ids({ NextToken: 'AAAA' }))).code).toBe('InvalidNextToken');
    expect((await refusal(ids({ MaxResults: 4 }))).code).toBe('InvalidParameterValue');
  });
});
