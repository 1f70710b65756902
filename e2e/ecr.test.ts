/** ECR with the AWS CLI: a repository with its policies, and a password that docker could take. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsCli, aws, findAwsClis, type Sekisho, startSekisho } from './harness.ts';

const account = '123456789012';
const region = 'us-west-2';

/** Their answers are the same; one of them is enough. */
const clis = findAwsClis().slice(0, 1);

describe.each(clis)('ECR with $name', (cli: AwsCli) => {
  let sekisho: Sekisho;

  beforeAll(async () => {
    sekisho = await startSekisho();
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  const ecr = (...args: readonly string[]) =>
    aws(cli, sekisho, ['ecr', ...args, '--region', region, '--output', 'json']);
  const answer = (...args: readonly string[]): Record<string, unknown> => {
    const { code, stdout, stderr } = ecr(...args);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  const named = ['--repository-name', 'app'];

  test('a repository is made, and told at an address that clients reach', () => {
    const host = sekisho.endpoint.slice('http://'.length);
    expect(answer('create-repository', ...named, '--image-tag-mutability', 'IMMUTABLE')).toEqual({
      repository: expect.objectContaining({
        repositoryArn: `arn:aws:ecr:${region}:${account}:repository/app`,
        repositoryUri: `${host}/${account}.dkr.ecr.${region}.amazonaws.com/app`,
        imageTagMutability: 'IMMUTABLE',
      }),
    });
    const again = ecr('create-repository', ...named);
    expect(again.stderr).toContain(
      'An error occurred (RepositoryAlreadyExistsException) when calling the CreateRepository ' +
        `operation: The repository with name 'app' already exists in the registry with id ` +
        `'${account}'`,
    );
  });

  test('the login password is one word without a colon', () => {
    const { stdout } = aws(cli, sekisho, ['ecr', 'get-login-password', '--region', region]);
    expect(stdout).toMatch(/^[A-Za-z0-9_-]{100,}\n$/);
    const { authorizationData } = answer('get-authorization-token');
    expect(authorizationData).toMatchObject([{ proxyEndpoint: sekisho.endpoint }]);
  });

  test('policies are put from files and read back', () => {
    const rules = [
      {
        rulePriority: 1,
        description: 'keep the last ten',
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
        action: { type: 'expire' },
      },
    ];
    writeFileSync(join(sekisho.folder, 'lifecycle.json'), JSON.stringify({ rules }));
    const lifecycle = ['--lifecycle-policy-text', 'file://lifecycle.json'];
    answer('put-lifecycle-policy', ...named, ...lifecycle);
    expect(answer('get-lifecycle-policy', ...named)).toMatchObject({
      lifecyclePolicyText: JSON.stringify({ rules }),
    });
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    answer('set-repository-policy', ...named, '--policy-text', policy);
    expect(answer('get-repository-policy', ...named)).toMatchObject({ policyText: policy });
  });

  test('an empty repository is described and deleted', () => {
    expect(answer('describe-images', ...named)).toEqual({ imageDetails: [] });
    answer('delete-repository', ...named);
    const gone = ecr('list-images', ...named);
    expect(gone.stderr).toContain(
      `The repository with name 'app' does not exist in the registry with id '${account}'`,
    );
  });
});
