/** Tests of the default: which input member fills which place of which ARN. */
import { beforeAll, describe, expect, test } from 'vitest';
import { matchesFormat, parseArnFormat } from './arn-format.ts';
import { account, TestRules } from './testing.ts';

let ec2: TestRules;
beforeAll(async () => {
  ec2 = await TestRules.open('ec2');
});

const arn = (resource: string) => `arn:aws:ec2:eu-west-1:${account}:${resource}`;

describe('the default rule', () => {
  test('asks for every required type, each filled by its own member', async () => {
    const input = { InstanceId: 'i-1', VolumeId: 'vol-1', Device: '/dev/sdf' };
    expect(await ec2.ask('AttachVolume', input)).toEqual([
      `ec2:AttachVolume ${arn('instance/i-1')}`,
      `ec2:AttachVolume ${arn('volume/vol-1')}`,
    ]);
  });

  test('asks once for each element of a list', async () => {
    expect(await ec2.ask('MonitorInstances', { InstanceIds: ['i-1', 'i-2'] })).toEqual([
      `ec2:MonitorInstances ${arn('instance/i-1')}`,
      `ec2:MonitorInstances ${arn('instance/i-2')}`,
    ]);
  });

  test('puts * for the id of what is yet to be made, and never a name', async () => {
    const [volume] = await ec2.ask('CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 1 });
    expect(volume).toBe(`ec2:CreateVolume ${arn('volume/*')}`);
    const [group] = await ec2.ask('CreateSecurityGroup', { GroupName: 'sg-1', Description: 'd' });
    expect(group).toBe(`ec2:CreateSecurityGroup ${arn('security-group/*')}`);
  });

  test('asks without a resource where the action has none', async () => {
    expect(await ec2.ask('DescribeInstances', { InstanceIds: ['i-1'] })).toEqual([
      'ec2:DescribeInstances * (null)',
    ]);
  });
});

describe('matchesFormat', () => {
  const format = parseArnFormat(
    ['arn:', 'Partition', ':iam::', 'Account', ':role/', 'Name'].reduce((text, part, index) =>
      index % 2 === 1 ? `${text}\u0024{${part}}` : text + part,
    ),
  );

  test.each([
    ['arn:aws:iam::123456789012:role/a/b', true],
    ['arn:aws:iam::123456789012:role/', false],
    ['arn:aws:iam::123456789012:user/a', false],
    ['arn:aws:iam:::role/a', false],
    ['role/a', false],
    ['', false],
  ])('%s: %s', (text, expected) => {
    expect(matchesFormat(format, text)).toBe(expected);
  });
});
