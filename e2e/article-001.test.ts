/** Article 001 with the AWS CLI: its trust policies, and what goes wrong; ids of the acceptance table. */
import { join } from 'node:path';
import {
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessKeyOf, account, allowing, exampleText } from './article-001.harness.ts';
import { Article, words } from './article-002.harness.ts';
import { type AwsCli, findAwsClis, root } from './harness.ts';

/** One suffices: what differs between them is tested with article 002. */
const clis = findAwsClis().filter(({ needsEndpointFlag }) => !needsEndpointFlag);
const arn = (name: string): string => `arn:aws:iam::${account}:${name}`;
const file = (name: string): string => `file://${join(root, 'examples', '001', name)}`;

describe.each(clis.slice(0, 1))('article 001 with $name', (cli: AwsCli) => {
  let article: Article;
  let user = { id: '', secret: '' };

  beforeAll(async () => {
    article = await Article.open(cli);
    await article.iam.send(new CreateUserCommand({ UserName: 'user-name' }));
    user = await accessKeyOf(article.iam, 'user-name');
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  const createRole = (name: string, trust: string): readonly string[] => [
    ...words(`iam create-role --role-name ${name} --assume-role-policy-document`),
    trust,
  ];
  const trusting = (AWS: string): string =>
    exampleText('trust-user.json').replace(arn('user/user-name'), AWS);

  describe('001-1 the trust policy for a user', () => {
    test('D9 as written: Resource has no place in it', () => {
      const trust = file('trust-user-as-written.json');
      expect(article.refused(createRole('Test1', trust))).toContain(
        '(MalformedPolicyDocument) when calling the CreateRole operation: ' +
          'Has prohibited field Resource',
      );
    });

    test('D10 without Resource: the placeholders are nobody', () => {
      const trust = trusting('arn:aws:iam::AWS-account-ID:user/user-name');
      expect(article.refused(createRole('Test1', trust))).toContain(
        '(MalformedPolicyDocument) when calling the CreateRole operation: Invalid principal in ' +
          'policy: "AWS":"arn:aws:iam::AWS-account-ID:user/user-name"',
      );
    });

    test('D12 a group is no principal, whatever note 6 says', async () => {
      await article.iam.send(new CreateGroupCommand({ GroupName: 'team' }));
      const refused = article.refused(createRole('Test1', trusting(arn('group/team'))));
      expect(refused).toContain(`Invalid principal in policy: "AWS":"${arn('group/team')}"`);
    });

    test('corrected, it lets the user assume the role', () => {
      article.json(createRole('Test1', '').slice(0, -1).join(' '), exampleText('trust-user.json'));
      const assume = words(
        `sts assume-role --role-arn ${arn('role/Test1')} --role-session-name work`,
      );
      const { code, stdout } = article.run([...assume, '--output', 'json'], { credentials: user });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/Test1/work` },
        Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
      });
    });
  });

  describe('001-3 the trust policy for EC2', () => {
    const create = 'iam create-role --role-name ec2 --assume-role-policy-document';

    const { Version, Statement } = JSON.parse(exampleText('trust-ec2.json'));
    const echoed = { Version, Statement: [Statement] };

    test('its Statement may be an object, its Sid stays', () => {
      expect(Statement.Sid).toMatch(/^TrustPolicyStatement/);
      expect(article.json(create, file('trust-ec2.json'))).toMatchObject({
        Role: { AssumeRolePolicyDocument: echoed },
      });
    });

    test('on the wire it is percent-encoded', async () => {
      const { Role } = await article.iam.send(new GetRoleCommand({ RoleName: 'ec2' }));
      const encoded = Role?.AssumeRolePolicyDocument ?? '';
      expect(encoded).toMatch(/^%7B%22Version%22%3A%222012-10-17%22[A-Za-z0-9%._~*-]+%7D$/);
      expect(JSON.parse(decodeURIComponent(encoded))).toEqual(echoed);
    });

    test('negative: no principal; a service that does not exist', () => {
      const { Principal: _, ...statement } = JSON.parse(exampleText('trust-ec2.json')).Statement;
      const without = JSON.stringify({ Version: '2012-10-17', Statement: statement });
      expect(article.refused(createRole('r', without))).toContain(
        '(MalformedPolicyDocument) when calling the CreateRole operation',
      );
      const typo = exampleText('trust-ec2.json').replace('amazonaws.com', 'amazon.com');
      expect(article.refused(createRole('r', typo))).toContain(
        'Invalid principal in policy: "SERVICE":"ec2.amazon.com"',
      );
    });
  });

  test('001-9 D11 the comma too many, by the API', () => {
    const create = 'iam create-policy --policy-name task_role_policy --policy-document';
    const asWritten = file('task-role-policy-as-written.json');
    expect(article.refused([...words(create), asWritten])).toContain(
      '(MalformedPolicyDocument) when calling the CreatePolicy operation: Syntax errors in policy.',
    );
    article.json(create, file('task-role-policy.json'));
  });

  test('001-7 a launch with a profile that is unknown, or has no role', async () => {
    await article.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'empty' }));
    const launch = (profile: string): string =>
      article.refused(
        words(`ec2 run-instances --image-id ami-0cbec04a61be382d9 --instance-type t2.micro
          --iam-instance-profile Name=${profile}`),
      );
    expect(launch('x')).toContain(
      '(InvalidParameterValue) when calling the RunInstances operation: Value (x) for parameter ' +
        'iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    );
    expect(launch('empty')).toContain(
      '(InvalidParameterValue) when calling the RunInstances operation: ' +
        `IAM Instance Profile "${arn('instance-profile/empty')}" has no associated IAM Roles`,
    );
  });

  test('001-11 registering nginx needs iam:PassRole on the task role, for ECS tasks', async () => {
    article.json(createRole('task_role', '').slice(0, -1).join(' '), file('trust-ecs-tasks.json'));
    const register = words(
      `ecs register-task-definition --family ecs_task --task-role-arn ${arn('role/task_role')}
       --container-definitions ${file('container-definitions.json')} --output json`,
    );
    const may = async (...Statement: readonly object[]): Promise<void> => {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      const policy = { UserName: 'user-name', PolicyName: 'register', PolicyDocument };
      await article.iam.send(new PutUserPolicyCommand(policy));
    };
    const registering = allowing('ecs:RegisterTaskDefinition');
    const passingTo = (service: string): object => ({
      ...allowing('iam:PassRole', arn('role/task_role')),
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    for (const more of [[], [passingTo('ec2.amazonaws.com')]]) {
      await may(registering, ...more);
      expect(article.refused(register, { credentials: user })).toContain(
        `User: ${arn('user/user-name')} is not authorized to perform: iam:PassRole on resource: ` +
          `${arn('role/task_role')} because no identity-based policy allows the iam:PassRole action`,
      );
    }
    await may(registering, passingTo('ecs-tasks.amazonaws.com'));
    const { code, stdout } = article.run(register, { credentials: user });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      taskDefinition: {
        revision: 1,
        taskRoleArn: arn('role/task_role'),
        containerDefinitions: [{ image: 'nginx:latest', memoryReservation: 512 }],
      },
    });
  });

  test('001-14 a trust in a role is a trust in its unique id', async () => {
    const { iam } = article;
    const AssumeRolePolicyDocument = exampleText('trust-user.json');
    const deployer = { RoleName: 'deployer' };
    const target = arn('role/target');
    const make = async (): Promise<string> => {
      const { Role } = await iam.send(
        new CreateRoleCommand({ ...deployer, AssumeRolePolicyDocument }),
      );
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [allowing('sts:AssumeRole', target)],
      });
      await iam.send(new PutRolePolicyCommand({ ...deployer, PolicyName: 'p', PolicyDocument }));
      return Role?.RoleId ?? '';
    };
    const assume = (role: string): readonly string[] =>
      words(`sts assume-role --role-arn ${role} --role-session-name work --output json`);
    const assumeAsDeployer = () => {
      const { stdout, stderr } = article.run(assume(arn('role/deployer')), { credentials: user });
      expect(stderr).toBe('');
      const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(stdout).Credentials;
      return { id: AccessKeyId, secret: SecretAccessKey, token: SessionToken };
    };
    const oldId = await make();
    article.json(createRole('target', '').slice(0, -1).join(' '), trusting(arn('role/deployer')));
    const old = assumeAsDeployer();
    expect(article.run(assume(target), { credentials: old }).code).toBe(0);

    await iam.send(new DeleteRolePolicyCommand({ ...deployer, PolicyName: 'p' }));
    await iam.send(new DeleteRoleCommand(deployer));
    expect(await make()).not.toBe(oldId);
    expect(article.refused(assume(target), { credentials: old })).toContain(
      '(InvalidClientTokenId)',
    );
    const shown = 'iam get-role --role-name target --query Role.AssumeRolePolicyDocument.Statement';
    expect(article.json(shown)).toMatchObject([{ Principal: { AWS: oldId } }]);
    expect(oldId).toMatch(/^AROA/);
    expect(article.refused(assume(target), { credentials: assumeAsDeployer() })).toContain(
      `User: arn:aws:sts::${account}:assumed-role/deployer/work is not authorized to perform: ` +
        `sts:AssumeRole on resource: ${target}`,
    );
  });
});
