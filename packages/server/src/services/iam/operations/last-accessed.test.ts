/** Last-accessed reports: what policies grant, and who has used it when. */
import { beforeEach, describe, expect, test } from 'vitest';
import { serviceUseChange } from '../../../directory/service-use.ts';
import { account, otherAccount, rootOf, TestIam } from '../testing.ts';

const arn = (kind: string, name: string): string => `arn:aws:iam::${account}:${kind}/${name}`;
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: ['s3:Get*', 'iam:ListUsers'], Resource: '*' },
});

let iam: TestIam;
let ids: ReadonlyMap<string, string>;

beforeEach(async () => {
  iam = await TestIam.open();
  const { Policy } = await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument });
  const PolicyArn = Policy?.Arn ?? '';
  await iam.call('CreateGroup', { GroupName: 'g' });
  await iam.call('AttachGroupPolicy', { GroupName: 'g', PolicyArn });
  const made = ['alice', 'bob'].map(async (UserName) => {
    const { User } = await iam.call('CreateUser', { UserName });
    await iam.call('AddUserToGroup', { GroupName: 'g', UserName });
    return [UserName, User?.UserId ?? ''] as const;
  });
  ids = new Map(await Promise.all(made));
});

async function use(name: string, prefix: string, at: number): Promise<void> {
  const entity = { account, id: ids.get(name) ?? '' };
  await iam.state.commit([
    serviceUseChange(iam.state, entity, prefix, { at, region: 'eu-west-1' }),
  ]);
}

async function report(Arn: string): Promise<string> {
  const { JobId } = await iam.call('GenerateServiceLastAccessedDetails', { Arn });
  return JobId ?? '';
}

describe('last-accessed reports', () => {
  test('name every service that is granted, used or not', async () => {
    await use('alice', 's3', iam.now - 5000);
    await use('bob', 's3', iam.now - 1000);
    await use('alice', 'ec2', iam.now);
    const JobId = await report(arn('user', 'alice'));
    expect(await iam.call('GetServiceLastAccessedDetails', { JobId })).toMatchObject({
      JobStatus: 'COMPLETED',
      JobType: 'SERVICE_LEVEL',
      ServicesLastAccessed: [
        { ServiceNamespace: 'iam', TotalAuthenticatedEntities: 0 },
        {
          ServiceName: 'Amazon S3',
          ServiceNamespace: 's3',
          LastAuthenticatedEntity: arn('user', 'alice'),
          LastAuthenticatedRegion: 'eu-west-1',
          TotalAuthenticatedEntities: 1,
        },
      ],
    });
  });

  test('of a group and of a policy count whoever has it, latest first', async () => {
    await use('alice', 's3', iam.now - 5000);
    await use('bob', 's3', iam.now - 1000);
    for (const Arn of [arn('group', 'g'), arn('policy', 'p')]) {
      const JobId = await report(Arn);
      const ServiceNamespace = 's3';
      const { EntityDetailsList } = await iam.call('GetServiceLastAccessedDetailsWithEntities', {
        JobId,
        ServiceNamespace,
      });
      expect(EntityDetailsList.map(({ EntityInfo }) => EntityInfo)).toEqual(
        ['bob', 'alice'].map((Name) => ({
          Arn: arn('user', Name),
          Name,
          Type: 'USER',
          Id: ids.get(Name),
          Path: '/',
        })),
      );
    }
  });

  test('are found in their own account for a day; unknown things are refused', async () => {
    const JobId = await report(arn('user', 'alice'));
    const get = () => iam.answer('GetServiceLastAccessedDetails', { JobId });
    const other = rootOf(otherAccount);
    expect(await iam.answer('GetServiceLastAccessedDetails', { JobId }, other)).toMatch(/^404/);
    iam.now += 86_400_000;
    expect(await get()).toBe('success');
    await report(arn('user', 'alice'));
    expect(await get()).toBe(`404 NoSuchEntity: Job id ${JobId} cannot be found.`);
    const generate = (Arn: string, Granularity?: 'ACTION_LEVEL') =>
      iam.answer('GenerateServiceLastAccessedDetails', { Arn, Granularity });
    expect(await generate(arn('user', 'nobody'))).toMatch(/^404 NoSuchEntity/);
    expect(await generate(arn('policy', 'absent'))).toMatch(/^404 NoSuchEntity/);
    expect(await generate(arn('user', 'alice'), 'ACTION_LEVEL')).toMatch(/^501 NotImplemented/);
  });

  test('uses go with their user', async () => {
    await use('alice', 's3', iam.now);
    await iam.call('RemoveUserFromGroup', { GroupName: 'g', UserName: 'alice' });
    await iam.call('DeleteUser', { UserName: 'alice' });
    expect(iam.state.keys(`iam-use/${account}/${ids.get('alice')}/`)).toEqual([]);
  });
});
