/** Article 000: what the deploy role may do, one call at a time; ids of the acceptance table. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Article,
  account,
  because,
  type Clients,
  executionRole,
  filled,
  type Key,
  powerUser,
  region,
  repository,
  taskRole,
  words,
} from './article-000.harness.ts';
import {
  makeRoles,
  makeWorkload,
  putDeployPolicy,
  taskDefinition,
} from './article-000-workload.harness.ts';
import {
  cleanEnvironment,
  clientEnvironment,
  findAwsClis,
  hasProgram,
  runClient,
} from './harness.ts';
import { type OciImage, writeImage } from './oci-image.harness.ts';

let article: Article;
let key: Key;
let job: Clients;
let image: OciImage;
const elsewhere = { image: 'public.ecr.aws/docker/library/python:3' };
const [cli] = findAwsClis();
const sessionArn = `arn:aws:sts::${account}:assumed-role/github-deploy/GitHubActions`;
const repositoryArn = (name: string) => `arn:aws:ecr:${region}:${account}:repository/${name}`;
const denied = (action: string, resource: string) =>
  `User: ${sessionArn} is not authorized to perform: ${action} on resource: ${resource} ` +
  because(action);
const refusal = (action: string, resource: string) => ({
  name: 'AccessDeniedException',
  message: denied(action, resource),
});

beforeAll(async () => {
  article = await Article.open();
  await makeRoles(article);
  // Of another registry: what runs is not the matter here.
  await makeWorkload(article, elsewhere);
  await article.root.ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' }));
  key = await article.session();
  job = article.clients(key);
  image = writeImage(join(article.sekisho.folder, 'image'), [
    [{ name: 'app/base.txt', content: 'base' }],
    [{ name: 'app/main.py', content: 'print("hello")' }],
  ]);
});
afterAll(async () => {
  await article?.sekisho.stop();
});

describe.skipIf(cli === undefined || !hasProgram('skopeo'))('000-9: docker login and push', () => {
  let password = '';
  const at = (name: string) => `docker://${new URL(article.sekisho.endpoint).host}/${name}`;
  const skopeo = (...args: readonly string[]) =>
    runClient('skopeo', args, { env: cleanEnvironment(), folder: article.sekisho.folder });
  const push = (name: string) =>
    skopeo(
      ...['copy', '--dest-tls-verify=false', `--dest-creds=AWS:${password}`],
      ...[`oci:${image.folder}:latest`, at(name)],
    );
  const pull = (name: string, folder: string) =>
    skopeo(
      ...['copy', '--src-tls-verify=false', `--src-creds=AWS:${password}`],
      ...[at(name), `oci:${folder}:latest`],
    );
  const attached = { RoleName: 'github-deploy', PolicyArn: powerUser };

  test('the image is in the repository', async () => {
    if (cli === undefined) return;
    password = article.cli(cli, words('ecr get-login-password'), key).stdout.trim();
    expect(push('flask-app:v1')).toMatchObject({ code: 0 });
    const named = { repositoryName: 'flask-app' };
    const { imageIds } = await job.ecr.send(new ListImagesCommand(named));
    expect(imageIds).toEqual([{ imageDigest: image.digest, imageTag: 'v1' }]);
    const { images } = await job.ecr.send(
      new BatchGetImageCommand({ ...named, imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(images?.[0]?.imageId?.imageDigest).toBe(image.digest);
    const { repositories } = await job.ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['flask-app'] }),
    );
    expect(repositories?.[0]?.repositoryArn).toBe(repositoryArn('flask-app'));
  });

  test('another repository refuses, naming ecr:InitiateLayerUpload', async () => {
    expect(push('other:v1').stderr).toContain('403 (Forbidden)');
    await expect(
      job.ecr.send(new InitiateLayerUploadCommand({ repositoryName: 'other' })),
    ).rejects.toMatchObject(refusal('ecr:InitiateLayerUpload', repositoryArn('other')));
  });

  const layer = () =>
    new GetDownloadUrlForLayerCommand({
      repositoryName: 'flask-app',
      layerDigest: image.layers[0] ?? '',
    });

  test('D3 with the inline policy alone nothing is pulled, with the corrected one it is', async () => {
    expect(pull('flask-app:v1', 'refused').stderr).toContain('403 (Forbidden)');
    await expect(job.ecr.send(layer())).rejects.toMatchObject(
      refusal('ecr:GetDownloadUrlForLayer', repositoryArn('flask-app')),
    );
    await putDeployPolicy(article.root.iam, filled('deploy-policy.json'));
    expect(pull('flask-app:v1', 'back')).toMatchObject({ code: 0 });
    await putDeployPolicy(article.root.iam, filled('deploy-policy-as-written.json'));
  });

  test('D5 with PowerUser the scope is void: pull, and push anywhere', async () => {
    await article.root.iam.send(new AttachRolePolicyCommand(attached));
    expect(pull('flask-app:v1', 'pulled')).toMatchObject({ code: 0 });
    expect(push('other:v1')).toMatchObject({ code: 0 });
    await article.root.iam.send(new DetachRolePolicyCommand(attached));
    await expect(job.ecr.send(layer())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('000-10: create-repository', () => {
  test('in us-west-2', async () => {
    const { repository } = await job.ecr.send(
      new CreateRepositoryCommand({ repositoryName: 'new' }),
    );
    expect(repository?.repositoryArn).toBe(repositoryArn('new'));
  });

  test('in ap-northeast-1 it is refused, and why names both regions', async () => {
    const tokyo = article.clients(key, 'ap-northeast-1').ecr;
    await expect(
      tokyo.send(new CreateRepositoryCommand({ repositoryName: 'new' })),
    ).rejects.toMatchObject(
      refusal('ecr:CreateRepository', `arn:aws:ecr:ap-northeast-1:${account}:repository/new`),
    );
    const { stdout } = article.command('why', '--last', '--lang', 'en');
    expect(stdout).toContain('ecr:CreateRepository');
    expect(stdout).toContain('aws:RequestedRegion');
    expect(stdout).toContain('ap-northeast-1');
    expect(stdout).toContain('us-west-2');
  });
});

describe('000-11: describe', () => {
  test('000-16: the cluster, the service, and what the variables table asks for', async () => {
    const { clusters } = await job.ecs.send(
      new DescribeClustersCommand({ clusters: ['portfolio'] }),
    );
    expect(clusters).toMatchObject([{ clusterName: 'portfolio', status: 'ACTIVE' }]);
    const { services } = await job.ecs.send(
      new DescribeServicesCommand({ cluster: 'portfolio', services: ['flask'] }),
    );
    expect(services).toMatchObject([{ serviceName: 'flask', status: 'ACTIVE' }]);
    const taskDefinitionOf = new DescribeTaskDefinitionCommand({ taskDefinition: 'flask-app' });
    const { taskDefinition: found } = await article.root.ecs.send(taskDefinitionOf);
    expect(found).toMatchObject({
      family: 'flask-app',
      executionRoleArn: executionRole,
      taskRoleArn: taskRole,
    });
  });

  test('D2 the task definition is refused, with the corrected policy it is not', async () => {
    const describeIt = new DescribeTaskDefinitionCommand({ taskDefinition: 'flask-app' });
    await expect(job.ecs.send(describeIt)).rejects.toMatchObject(
      refusal('ecs:DescribeTaskDefinition', '*'),
    );
    await putDeployPolicy(article.root.iam, filled('deploy-policy.json'));
    await expect(job.ecs.send(describeIt)).resolves.toBeDefined();
    await putDeployPolicy(article.root.iam, filled('deploy-policy-as-written.json'));
  });

  test('another cluster is refused', async () => {
    await expect(
      job.ecs.send(new DescribeClustersCommand({ clusters: ['other'] })),
    ).rejects.toMatchObject(
      refusal('ecs:DescribeClusters', `arn:aws:ecs:${region}:${account}:cluster/other`),
    );
  });
});

describe('000-12: a new revision', () => {
  const register = (more: object, clients = job) =>
    clients.ecs.send(new RegisterTaskDefinitionCommand({ ...taskDefinition(), ...more }));

  test('with both roles', async () => {
    const { taskDefinition: made } = await register({});
    expect(made).toMatchObject({ family: 'flask-app', registeredBy: sessionArn });
  });

  test.each(['executionRoleArn', 'taskRoleArn'])(
    'a third role as %s is refused',
    async (member) => {
      const third = `arn:aws:iam::${account}:role/third`;
      await expect(register({ [member]: third })).rejects.toMatchObject(
        refusal('iam:PassRole', third),
      );
    },
  );

  test('the same role is not passed to EC2', async () => {
    const { iam } = article.root;
    const InstanceProfileName = 'tasks';
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    const RoleName = 'ecsTaskExecutionRole';
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    const extra = { RoleName: 'github-deploy', PolicyName: 'launch' };
    const Statement = { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ ...extra, PolicyDocument }));
    const launch = {
      ImageId: 'ami-0cbec04a61be382d9',
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
    } as const;
    const IamInstanceProfile = { Name: InstanceProfileName };
    await expect(
      job.ec2.send(new RunInstancesCommand({ ...launch, IamInstanceProfile })),
    ).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining(denied('iam:PassRole', executionRole)),
    });
    await iam.send(new DeleteRolePolicyCommand(extra));
  });

  test('with tags it needs ecs:TagResource', async () => {
    const tags = [{ key: 'Team', value: 'web' }];
    await expect(register({ tags })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(because('ecs:TagResource')),
    });
  });

  test('D8 the corrected policy registers this family only', async () => {
    await putDeployPolicy(article.root.iam, filled('deploy-policy.json'));
    await expect(register({})).resolves.toBeDefined();
    await expect(register({ family: 'other' })).rejects.toMatchObject({
      message: expect.stringContaining(because('ecs:RegisterTaskDefinition')),
    });
    await putDeployPolicy(article.root.iam, filled('deploy-policy-as-written.json'));
    await expect(register({ family: 'other' })).resolves.toBeDefined();
  });
});

describe('000-13: start and stop on demand', () => {
  const update = (service: string, desiredCount: number) =>
    job.ecs.send(new UpdateServiceCommand({ cluster: 'portfolio', service, desiredCount }));

  test('another service, RunTask and StopTask are refused', async () => {
    const arn = (kind: string) => `arn:aws:ecs:${region}:${account}:${kind}`;
    await expect(update('other', 1)).rejects.toMatchObject(
      refusal('ecs:UpdateService', arn('service/portfolio/other')),
    );
    const cluster = 'portfolio';
    await expect(
      job.ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'flask-app' })),
    ).rejects.toMatchObject({ message: expect.stringContaining(because('ecs:RunTask')) });
    const task = 'a'.repeat(32);
    await expect(job.ecs.send(new StopTaskCommand({ cluster, task }))).rejects.toMatchObject(
      refusal('ecs:StopTask', arn(`task/portfolio/${task}`)),
    );
  });

  const python = spawnSync('python3', ['-c', 'import boto3'], { env: cleanEnvironment() });
  if (python.status !== 0) console.warn('skipped: no boto3 on this machine');
  test.skipIf(python.status !== 0 || cli === undefined)(
    'boto3 with the role sets 1, then 0',
    async () => {
      const script = `
import boto3, time
ecs = boto3.client("ecs", region_name="${region}")
name = dict(cluster="portfolio", service="flask")
for count in (1, 0):
    ecs.update_service(**name, desiredCount=count)
    for _ in range(100):
        service = ecs.describe_services(cluster="portfolio", services=["flask"])["services"][0]
        if service["runningCount"] == count and len(service["deployments"]) == 1: break
        time.sleep(0.3)
    print(service["desiredCount"], service["runningCount"])
`;
      const { stdout, stderr } = runClient('python3', ['-c', script], {
        env: clientEnvironment(article.sekisho, {
          credentials: {
            id: key.accessKeyId,
            secret: key.secretAccessKey,
            token: key.sessionToken ?? '',
          },
        }),
      });
      expect([stderr, stdout]).toEqual(['', '1 1\n0 0\n']);
      const tasks = await article.root.ecs.send(new ListTasksCommand({ cluster: 'portfolio' }));
      expect(tasks.taskArns).toEqual([]);
    },
  );
});

describe('000-17: sekisho checklist github-ecs', () => {
  const checklist = () =>
    article.command(
      ...['checklist', 'github-ecs', '--role', 'github-deploy', '--repo', repository],
      ...['--repository', 'flask-app', '--cluster', 'portfolio', '--service', 'flask'],
      ...['--task-definition', 'flask-app', '--lang', 'en'],
    );

  test('has a mark on each line; a missing statement is ✗ with what would add it', async () => {
    await putDeployPolicy(article.root.iam, filled('deploy-policy.json'));
    // The checklist says, rightly, that no image is `latest` in the repository.
    await article.root.ecs.send(new RegisterTaskDefinitionCommand(taskDefinition(elsewhere)));
    const complete = checklist();
    expect([complete.code, complete.stdout]).toEqual([0, expect.not.stringContaining('✗')]);
    expect(complete.stdout.split('✓').length).toBeGreaterThan(10);
    const { Version, Statement } = JSON.parse(filled('deploy-policy.json'));
    const kept = Statement.filter(({ Sid }: { Sid: string }) => Sid !== 'ECSUpdateService');
    await putDeployPolicy(article.root.iam, JSON.stringify({ Version, Statement: kept }));
    const { code, stdout } = checklist();
    expect(code).toBe(1);
    expect(stdout).toContain('✗');
    expect(stdout).toContain('ecs:UpdateService');
    expect(stdout).toContain('aws iam put-role-policy');
    await putDeployPolicy(article.root.iam, filled('deploy-policy-as-written.json'));
  });
});
