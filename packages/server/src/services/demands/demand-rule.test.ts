/** Tests of the generic rule, with the operations of article 002 first. */
import { loadServiceModel } from '@sekisho/catalog';
import { beforeAll, describe, expect, test } from 'vitest';
import { NotMapped } from './not-mapped.ts';
import { account, root, TestRules } from './testing.ts';

const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;

let iam: TestRules;
let sts: TestRules;
let cloudwatch: TestRules;
beforeAll(async () => {
  iam = await TestRules.open('iam');
  sts = await TestRules.open('sts');
  cloudwatch = await TestRules.open('cloudwatch');
});

describe('article 002', () => {
  const tags = [{ Key: 'Name', Value: 'x' }];

  test('002-1/2 create-policy asks for the policy and, with tags, for tagging it', async () => {
    const PolicyName = 'CloudWatch-Wordpress-ut';
    const policy = arn(`policy/${PolicyName}`);
    expect(await iam.ask('CreatePolicy', { PolicyName })).toEqual([
      `iam:CreatePolicy ${policy} (policy ${PolicyName})`,
    ]);
    expect(await iam.ask('CreatePolicy', { PolicyName, Tags: tags })).toEqual([
      `iam:CreatePolicy ${policy} (policy ${PolicyName})`,
      `iam:TagPolicy ${policy} (policy ${PolicyName})`,
    ]);
    expect(await iam.ask('CreatePolicy', { PolicyName, Path: '/a/b/', Tags: [] })).toEqual([
      `iam:CreatePolicy ${arn('policy/a/b/CloudWatch-Wordpress-ut')} (policy ${PolicyName})`,
    ]);
  });

  test('002-3 create-role names the whole ARN', async () => {
    const RoleName = 'umemoto-wordpress-role';
    expect(await iam.ask('CreateRole', { RoleName, Tags: tags })).toEqual([
      `iam:CreateRole ${arn(`role/${RoleName}`)}`,
      `iam:TagRole ${arn(`role/${RoleName}`)}`,
    ]);
  });

  test('002-4/5 attach and list name the role, not the policy', async () => {
    const PolicyArn = arn('role/Other');
    expect(await iam.ask('AttachRolePolicy', { RoleName: 'Deploy', PolicyArn })).toEqual([
      `iam:AttachRolePolicy ${arn('role/app/Deploy')} (role Deploy)`,
    ]);
    expect(await iam.ask('ListAttachedRolePolicies', { RoleName: 'none' })).toEqual([
      `iam:ListAttachedRolePolicies ${arn('role/none')} (role none)`,
    ]);
  });

  test('002-6/7/8 instance profiles; adding a role passes it to EC2', async () => {
    const InstanceProfileName = 'Web';
    const profile = arn('instance-profile/app/Web');
    expect(await iam.ask('CreateInstanceProfile', { InstanceProfileName: 'new' })).toEqual([
      `iam:CreateInstanceProfile ${arn('instance-profile/new')}`,
    ]);
    const input = { InstanceProfileName, RoleName: 'deploy' };
    expect(await iam.ask('AddRoleToInstanceProfile', input)).toEqual([
      `iam:AddRoleToInstanceProfile ${profile} (instance profile Web)`,
      `iam:PassRole ${arn('role/app/Deploy')}`,
    ]);
    const [, pass] = await iam.demands('AddRoleToInstanceProfile', input);
    expect(pass?.context).toEqual([
      ['iam:PassedToService', 'ec2.amazonaws.com'],
      ['iam:AssociatedResourceArn', `arn:aws:ec2:*:${account}:instance/*`],
    ]);
    expect(await iam.ask('GetInstanceProfile', { InstanceProfileName: 'WEB' })).toEqual([
      `iam:GetInstanceProfile ${profile} (instance profile Web)`,
    ]);
  });

  test('002-12 put-metric-data asks without a resource, with the namespace', async () => {
    const demands = await cloudwatch.demands('PutMetricData', { Namespace: 'WordPress' });
    expect(demands).toEqual([
      {
        action: 'cloudwatch:PutMetricData',
        resource: '*',
        resourceText: null,
        context: [['cloudwatch:namespace', 'WordPress']],
      },
    ]);
  });
});

describe('IAM', () => {
  test('asks about entities under their stored name and path, whatever the spelling', async () => {
    expect(await iam.ask('GetRole', { RoleName: 'DEPLOY' })).toEqual([
      `iam:GetRole ${arn('role/app/Deploy')} (role Deploy)`,
    ]);
    expect(await iam.ask('DeletePolicy', { PolicyArn: arn('policy/APP/limits') })).toEqual([
      `iam:DeletePolicy ${arn('policy/app/Limits')} (policy ${arn('policy/app/Limits')})`,
    ]);
    expect(await iam.ask('GetPolicy', { PolicyArn: arn('policy/Limits') })).toEqual([
      `iam:GetPolicy ${arn('policy/Limits')} (policy ${arn('policy/Limits')})`,
    ]);
    expect(await iam.ask('AddUserToGroup', { GroupName: 'admins', UserName: 'x' })).toEqual([
      `iam:AddUserToGroup ${arn('group/team/Admins')} (group Admins)`,
    ]);
  });

  test('means the calling user where UserName is left out', async () => {
    for (const operation of ['GetUser', 'ListAccessKeys', 'ChangePassword']) {
      expect(await iam.ask(operation, {})).toEqual([
        `iam:${operation} ${arn('user/team/Alice')} (user Alice)`,
      ]);
    }
    expect(await iam.ask('GetUser', {}, root)).toEqual(['iam:GetUser * (*)']);
    expect(await iam.ask('GetUser', { UserName: 'bob' })).toEqual([
      `iam:GetUser ${arn('user/bob')} (user bob)`,
    ]);
  });

  test('asks for both names when an entity is renamed or moved', async () => {
    expect(await iam.ask('UpdateUser', { UserName: 'Alice', NewUserName: 'Bob' })).toEqual([
      `iam:UpdateUser ${arn('user/team/Alice')} (user Alice)`,
      `iam:UpdateUser ${arn('user/team/Bob')} (user Bob)`,
    ]);
    expect(await iam.ask('UpdateUser', { UserName: 'Alice', NewPath: '/x/' })).toEqual([
      `iam:UpdateUser ${arn('user/team/Alice')} (user Alice)`,
      `iam:UpdateUser ${arn('user/x/Alice')} (user Alice)`,
    ]);
    expect(await iam.ask('UpdateGroup', { GroupName: 'Admins' })).toHaveLength(1);
  });

  test('prints lists as AWS does', async () => {
    expect(await iam.ask('ListRoles', {})).toEqual([`iam:ListRoles * (${arn('role/')})`]);
    expect(await iam.ask('ListUsers', { PathPrefix: '/a/' })).toEqual([
      `iam:ListUsers * (${arn('user/a/')})`,
    ]);
    expect(await iam.ask('ListPolicies', {})).toEqual(['iam:ListPolicies * (policy path /)']);
    expect(await iam.ask('GetAccountSummary', {})).toEqual(['iam:GetAccountSummary * (*)']);
    expect(await iam.ask('ListOpenIDConnectProviders', {})).toEqual([
      `iam:ListOpenIDConnectProviders * (${arn('oidc-provider/*')})`,
    ]);
  });

  test('prints whole ARNs where AWS does', async () => {
    const boundary = { RoleName: 'Deploy', PermissionsBoundary: arn('policy/Limits') };
    expect(await iam.ask('PutRolePermissionsBoundary', boundary)).toEqual([
      `iam:PutRolePermissionsBoundary ${arn('role/app/Deploy')}`,
    ]);
    expect(await iam.ask('DeleteRolePermissionsBoundary', boundary)).toEqual([
      `iam:DeleteRolePermissionsBoundary ${arn('role/app/Deploy')} (role Deploy)`,
    ]);
    const url = 'token.actions.githubusercontent.com';
    expect(await iam.ask('CreateOpenIDConnectProvider', { Url: `https://${url}` })).toEqual([
      `iam:CreateOpenIDConnectProvider ${arn(`oidc-provider/${url}`)}`,
    ]);
  });

  test('looks up the user of an access key', async () => {
    const key = 'AKIAALICEALICEALICE2';
    expect(await iam.ask('GetAccessKeyLastUsed', { AccessKeyId: key })).toEqual([
      `iam:GetAccessKeyLastUsed ${arn('user/team/Alice')} (access key ${key})`,
    ]);
    expect(await iam.ask('GetAccessKeyLastUsed', { AccessKeyId: 'AKIA' })).toEqual([
      `iam:GetAccessKeyLastUsed ${arn('user/*')} (access key AKIA)`,
    ]);
  });

  test('names service-linked roles by their service', async () => {
    const start = 'iam:CreateServiceLinkedRole';
    const ecs = { AWSServiceName: 'ecs.amazonaws.com' };
    expect(await iam.ask('CreateServiceLinkedRole', ecs)).toEqual([
      `${start} ${arn('role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS')}`,
    ]);
    const unknown = { AWSServiceName: 'x.amazonaws.com' };
    expect(await iam.ask('CreateServiceLinkedRole', unknown)).toEqual([
      `${start} ${arn('role/aws-service-role/x.amazonaws.com/*')}`,
    ]);
    const task = `task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/0-1`;
    expect(
      await iam.ask('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: task }),
    ).toHaveLength(1);
  });
});

describe('STS', () => {
  test('asks nothing for who-am-I and session tokens', async () => {
    expect(await sts.ask('GetCallerIdentity', {})).toEqual([]);
    expect(await sts.ask('GetSessionToken', {})).toEqual([]);
  });

  test('requires a trust policy, which only its own rules attach', async () => {
    const RoleArn = arn('role/app/Deploy');
    const input = { RoleArn, RoleSessionName: 's', Tags: [{ Key: 'k', Value: 'v' }] };
    const demands = await sts.demands('AssumeRole', input);
    expect(demands.map(({ action }) => action)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    for (const demand of demands) {
      expect(demand).toMatchObject({ combining: 'resource-required', resource: RoleArn });
      expect(demand.resourcePolicy).toBeUndefined();
      expect(demand.context).toEqual([['sts:RoleSessionName', 's']]);
    }
  });

  test('leaves the resource out of the text where there is none', async () => {
    expect(await sts.ask('DecodeAuthorizationMessage', { EncodedMessage: 'x' })).toEqual([
      'sts:DecodeAuthorizationMessage * (null)',
    ]);
  });
});

describe('CloudWatch', () => {
  const alarm = (name: string) => `arn:aws:cloudwatch:eu-west-1:${account}:alarm:${name}`;

  test('asks once for each alarm named, and for all when none is', async () => {
    expect(await cloudwatch.ask('DeleteAlarms', { AlarmNames: ['a', 'b', 'a'] })).toEqual([
      `cloudwatch:DeleteAlarms ${alarm('a')}`,
      `cloudwatch:DeleteAlarms ${alarm('b')}`,
    ]);
    expect(await cloudwatch.ask('DescribeAlarms', {})).toEqual([
      `cloudwatch:DescribeAlarms ${alarm('*')}`,
    ]);
    expect(await cloudwatch.ask('ListMetrics', { Namespace: 'n' })).toEqual([
      'cloudwatch:ListMetrics * (null)',
    ]);
  });

  test('takes an ARN as the resource only of the type that it fits', async () => {
    const tags = (ResourceARN: string) => cloudwatch.ask('ListTagsForResource', { ResourceARN });
    expect(await tags(alarm('a'))).toEqual([`cloudwatch:ListTagsForResource ${alarm('a')}`]);
    expect(await tags('arn:aws:iam::1:role/x')).toEqual([
      'cloudwatch:ListTagsForResource * (null)',
    ]);
  });

  test('passes the role of a metric stream', async () => {
    const input = { Name: 'm', RoleArn: arn('role/app/deploy') };
    expect(await cloudwatch.ask('PutMetricStream', input)).toEqual([
      `cloudwatch:PutMetricStream arn:aws:cloudwatch:eu-west-1:${account}:metric-stream/m`,
      `iam:PassRole ${arn('role/app/Deploy')}`,
    ]);
  });

  test('asks for the service-linked role when an alarm stops instances', async () => {
    const AlarmActions = ['arn:aws:automate:eu-west-1:ec2:stop'];
    const input = { AlarmName: 'a', AlarmActions };
    expect(await cloudwatch.ask('PutMetricAlarm', input)).toHaveLength(2);
    expect(await cloudwatch.ask('PutMetricAlarm', { AlarmName: 'a' })).toHaveLength(1);
  });
});

describe('every operation', () => {
  test.each(['iam', 'sts', 'cloudwatch'])('of %s is mapped', async (id) => {
    const rules = await TestRules.open(id);
    for (const operation of (await loadServiceModel(id)).operationNames) {
      const demands = await rules.demands(operation, {});
      for (const { action, resource } of demands) {
        expect(action).toMatch(/^[a-z]+:\w+$/);
        expect(resource).toMatch(/^(?:\*|arn:aws:.+)$/);
      }
    }
  });

  test('that is not mapped is refused and says so', async () => {
    const ec2 = await TestRules.open('ec2');
    const hosts = ec2.demands('ModifyHosts', { HostIds: ['h-1'] });
    await expect(hosts).rejects.toThrow(
      'The authorization of ec2:ModifyHosts is not mapped in Sekisho: nothing in its input names ' +
        'the resource type dedicated-host. What cannot be authorized is denied.',
    );
    const unknown = iam.demands('__proto__', {});
    await expect(unknown).rejects.toBeInstanceOf(NotMapped);
    await expect(unknown).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      operation: 'iam:__proto__',
    });
  });

  test('reads no input through a prototype', async () => {
    const input = JSON.parse('{"__proto__": {"RoleName": "Deploy"}}');
    expect(await iam.ask('GetRole', input)).toEqual([`iam:GetRole ${arn('role/*')} (role *)`]);
  });
});
