/** Article 001's instance and task at work: each with its role's credentials and nothing else. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ModifyInstanceMetadataOptionsCommand,
  RunInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, exampleText } from './article-001.harness.ts';
import { Article } from './article-002.harness.ts';
import { agentCalls, instanceCredentials } from './ecs-agent.harness.ts';
import {
  type AwsCli,
  type ClientResult,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  root,
  runClient,
} from './harness.ts';

const clis = findAwsClis().filter(({ needsEndpointFlag }) => !needsEndpointFlag);
const instanceRole = 'ec2_instance_role';
const instancePolicy = exampleText('ecs-container-instance-policy.json');
const Bucket = 'article-001-of-ours';

describe.each(clis.slice(0, 1))('article 001 at work, with $name', (cli: AwsCli) => {
  let article: Article;
  let metadataUrl = '';

  beforeAll(async () => {
    article = await Article.open(cli, '--tasks', 'process');
    await makeRole(instanceRole, 'trust-ec2.json', instancePolicy);
    await makeRole('task_role', 'trust-ecs-tasks.json', exampleText('task-role-policy.json'));
    const InstanceProfileName = 'ecs_container_instance_profile';
    await article.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await article.iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: instanceRole }),
    );
    article.instanceId = await launch({ IamInstanceProfile: { Name: InstanceProfileName } });
    metadataUrl = urlOf(article.instanceId);
    await article.s3.send(new CreateBucketCommand({ Bucket }));
    await article.s3.send(new PutObjectCommand({ Bucket, Key: 'x.txt', Body: 'x' }));
  }, 120_000);
  afterAll(async () => {
    await article.sekisho.stop();
  });

  async function makeRole(RoleName: string, trust: string, policy: string): Promise<void> {
    const AssumeRolePolicyDocument = exampleText(trust);
    await article.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await setPolicy(RoleName, policy);
  }

  async function setPolicy(RoleName: string, PolicyDocument: string): Promise<void> {
    await article.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
  }

  async function launch(more: object): Promise<string> {
    const { Instances } = await article.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0cbec04a61be382d9',
        MinCount: 1,
        MaxCount: 1,
        InstanceType: 't2.micro',
        MetadataOptions: { HttpTokens: 'required' },
        ...more,
      }),
    );
    const id = Instances?.[0]?.InstanceId ?? '';
    const waiting = { client: article.ec2, maxWaitTime: 30, minDelay: 0.2, maxDelay: 0.5 };
    await waitUntilInstanceRunning(waiting, { InstanceIds: [id] });
    return id;
  }

  /** A program as if inside an instance. */
  const inside = (instance: string, ...program: readonly string[]): ClientResult =>
    runClient(
      process.execPath,
      [...commandArguments, 'instance', 'exec', instance, '--', ...program],
      { env: clientEnvironment(article.sekisho), folder: article.sekisho.folder },
    );
  const urlOf = (instance: string): string =>
    inside(instance, 'printenv', 'AWS_EC2_METADATA_SERVICE_ENDPOINT').stdout.trim();

  describe('001-13 an application on the instance', () => {
    const path = 'latest/meta-data/iam/security-credentials/';

    async function token(url: string): Promise<{ readonly headers: Record<string, string> }> {
      const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
      const answer = await fetch(`${url}latest/api/token`, { method: 'PUT', headers });
      return { headers: { 'X-aws-ec2-metadata-token': await answer.text() } };
    }

    test('gets its keys from the role; none lie on the disk or in the environment', () => {
      const listed = inside(article.instanceId, cli.path, 'configure', 'list').stdout;
      expect(listed).toMatch(/access_key\s+\*+\w{4}\s+iam-role/);
      const environment = inside(article.instanceId, 'env').stdout;
      expect(environment).not.toMatch(/^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)=/m);
      expect(environment).toMatch(/^AWS_SHARED_CREDENTIALS_FILE=\/dev\/null$/m);
      const identity = article.inside('sts get-caller-identity --query Arn --output text');
      const session = `assumed-role/${instanceRole}/${article.instanceId}`;
      expect(identity.stdout).toBe(`arn:aws:sts::${account}:${session}\n`);
    });

    test('by version 2: a token first, then keys that expire', async () => {
      const headers = await token(metadataUrl);
      expect(await (await fetch(metadataUrl + path, headers)).text()).toBe(instanceRole);
      const answer = await fetch(metadataUrl + path + instanceRole, headers);
      const keys: Record<string, string> = JSON.parse(await answer.text());
      expect(keys).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' });
      expect(keys['AccessKeyId']).toMatch(/^ASIA/);
      expect(Date.parse(keys['Expiration'] ?? '')).toBeGreaterThan(Date.now() + 3_600_000);
    });

    test('version 1 is 401 where tokens are required, and answers where they are not', async () => {
      const withTokens = (HttpTokens: 'required' | 'optional') => {
        const input = { InstanceId: article.instanceId, HttpTokens };
        return article.ec2.send(new ModifyInstanceMetadataOptionsCommand(input));
      };
      expect((await fetch(metadataUrl + path)).status).toBe(401);
      await withTokens('optional');
      expect((await fetch(metadataUrl + path)).status).toBe(200);
      await withTokens('required');
      expect((await fetch(metadataUrl + path)).status).toBe(401);
    });

    test('without a profile there is nothing: 404, and the CLI finds no credentials', async () => {
      const bare = await launch({});
      const url = urlOf(bare);
      expect((await fetch(url + path, await token(url))).status).toBe(404);
      const refused = inside(bare, cli.path, 'sts', 'get-caller-identity');
      expect(refused.stderr).toContain('Unable to locate credentials');
    });
  });

  describe('001-12 the instance as a container instance', () => {
    let containerInstance = '';
    const script = join(root, 'examples', '001', 'register-container-instance.sh');

    test('the cluster is made by somebody who may make the service-linked role', () => {
      expect(article.inside('ecs create-cluster --cluster-name default').stderr).toContain(
        'Unable to assume the service linked role.',
      );
      expect(inside(article.instanceId, 'bash', script).stderr).toContain(
        '(ClientException) when calling the RegisterContainerInstance operation: Cluster not found.',
      );
      article.json('ecs create-cluster --cluster-name default');
      expect(article.inside('ecs create-cluster --cluster-name default').code).toBe(0);
    }, 120_000);

    test('registers with the role of its profile, and is ACTIVE', () => {
      const registered = inside(article.instanceId, 'bash', script);
      expect(registered.stderr).toBe('');
      containerInstance = JSON.parse(registered.stdout).containerInstance.containerInstanceArn;
      const describe = 'ecs describe-container-instances --container-instances';
      expect(article.json(describe, containerInstance)).toMatchObject({
        containerInstances: [
          { status: 'ACTIVE', agentConnected: true, ec2InstanceId: article.instanceId },
        ],
      });
    }, 120_000);

    test('each of the fourteen actions is needed for its calls, and suffices', async () => {
      const { endpoint } = article.sekisho;
      const credentials = await instanceCredentials(metadataUrl);
      const calls = agentCalls(endpoint, credentials, containerInstance);
      const { Version, Statement } = JSON.parse(instancePolicy);
      const actions: readonly string[] = Statement[0].Action;
      expect([...calls.keys()]).toEqual(actions);
      const answers = async (action: string, allowed: readonly string[]) => {
        const document = { Version, Statement: [{ ...Statement[0], Action: allowed }] };
        await setPolicy(instanceRole, JSON.stringify(document));
        return (await calls.get(action)?.()) ?? [];
      };
      const denied = (action: string): RegExp =>
        new RegExp(
          `not authorized to perform: ${action.replace('*', String.raw`\w+`)} on resource`,
        );
      for (const action of actions) {
        const others = actions.filter((each) => each !== action);
        for (const said of await answers(action, others)) expect(said).toMatch(denied(action));
        for (const said of await answers(action, [action])) {
          expect([action, said]).toEqual([action, expect.not.stringContaining('not authorized')]);
        }
      }
      await setPolicy(instanceRole, instancePolicy);
    }, 120_000);
  });

  test('001-10 the task on it runs as its task role: ListBucket allowed, GetObject denied', () => {
    article.json(
      `ecs register-task-definition --family ecs_task --task-role-arn
        arn:aws:iam::${account}:role/task_role --container-definitions`,
      exampleText('container-definitions.json'),
    );
    const folder = join(article.sekisho.folder, 'outputs');
    const script = join(folder, 'main.sh');
    mkdirSync(folder);
    const lines = [
      `cd ${folder}`,
      `${cli.path} sts get-caller-identity --query Arn --output text > identity 2>&1`,
      `${cli.path} s3 ls s3://${Bucket} > list 2>&1`,
      `${cli.path} s3api get-object --bucket ${Bucket} --key x.txt object > get 2>&1`,
      'exit 0',
    ];
    writeFileSync(script, lines.join('\n'));
    const containerOverrides = [{ name: 'nginx', command: ['sh', script] }];
    const overrides = JSON.stringify({ containerOverrides });
    const run = 'ecs run-task --task-definition ecs_task --query tasks[0].taskArn --overrides';
    const taskArn = String(article.json(run, overrides));
    article.json(`ecs wait tasks-stopped --tasks ${taskArn}`);
    const output = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const session = `arn:aws:sts::${account}:assumed-role/task_role/${taskArn.split('/').at(-1)}`;
    expect(output('identity')).toBe(`${session}\n`);
    expect(output('list')).toMatch(/ 1 x\.txt\n$/);
    expect(output('get')).toContain(
      '(AccessDenied) when calling the GetObject operation: ' +
        `User: ${session} is not authorized to perform: s3:GetObject on resource: ` +
        `"arn:aws:s3:::${Bucket}/x.txt" because no identity-based policy allows the ` +
        's3:GetObject action',
    );
    expect(article.json(`ecs describe-tasks --tasks ${taskArn}`)).toMatchObject({
      tasks: [{ launchType: 'EC2', containers: [{ exitCode: 0 }] }],
    });
  }, 180_000);
});
