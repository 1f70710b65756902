/** Policies of repositories and of the registry: who is let in by them, and what is refused. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, policyText, region, rootOf } from '../workload.fixture.ts';
import { EcrWorkload } from './ecr.fixture.ts';

let ecr: EcrWorkload;

beforeEach(async () => {
  ecr = await EcrWorkload.open();
  await ecr.repository();
});

const set = (...statements: readonly object[]) =>
  ecr.answer('SetRepositoryPolicy', {
    repositoryName: 'app',
    policyText: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
const invalid =
  "400 InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy " +
  "constraint: 'Invalid repository policy provided'";

const list = { repositoryName: 'app', registryId: account };

describe('a repository policy', () => {
  test('is enough inside the account', async () => {
    const user = await ecr.server.user('u', []);
    expect(await ecr.answer('ListImages', list, user)).toMatch(/no identity-based policy allows/);
    const Principal = { AWS: `arn:aws:iam::${account}:user/u` };
    expect(await set({ Effect: 'Allow', Principal, Action: 'ecr:ListImages' })).toBe('success');
    expect(await ecr.answer('ListImages', list, user)).toBe('success');
    expect(await ecr.answer('DescribeImages', list, user)).toMatch(/AccessDenied/);
  });

  test('and the caller’s own are both needed from another account', async () => {
    const statement = { Effect: 'Allow', Action: 'ecr:ListImages', Resource: '*' } as const;
    const allowed = await ecr.server.user('a', [statement], otherAccount);
    const bare = await ecr.server.user('b', [], otherAccount);
    expect(await ecr.answer('ListImages', list, allowed)).toMatch(
      /because no resource-based policy allows the ecr:ListImages action$/,
    );
    const Principal = { AWS: otherAccount };
    expect(await set({ Effect: 'Allow', Principal, Action: 'ecr:ListImages' })).toBe('success');
    expect(await ecr.answer('ListImages', list, allowed)).toBe('success');
    expect(await ecr.answer('ListImages', list, bare)).toMatch(/no identity-based policy allows/);
  });

  test('that denies wins over everything', async () => {
    const statement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' } as const;
    const user = await ecr.server.user('u', [statement]);
    expect(await ecr.answer('ListImages', list, user)).toBe('success');
    await set({ Effect: 'Deny', Principal: '*', Action: 'ecr:ListImages' });
    expect(await ecr.answer('ListImages', list, user)).toMatch(/explicit deny in a resource-based/);
  });

  test('names no resource, only actions of ECR, and principals that exist', async () => {
    const base = { Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages' };
    const Resource = `arn:aws:ecr:${region}:${account}:repository/app`;
    expect(await set({ ...base, Resource })).toBe(invalid);
    expect(await set({ ...base, Resource: '*' })).toBe(invalid);
    expect(await set({ ...base, Action: 's3:GetObject' })).toBe(invalid);
    expect(await set({ Effect: 'Allow', Action: 'ecr:ListImages' })).toBe(invalid);
    const Principal = { AWS: `arn:aws:iam::${account}:user/nobody` };
    expect(await set({ ...base, Principal })).toBe(invalid);
    const input = { repositoryName: 'app', policyText: '{' };
    expect(await ecr.answer('SetRepositoryPolicy', input)).toBe(invalid);
    expect(await set({ ...base, Principal: { Service: 'codebuild.amazonaws.com' } })).toBe(
      'success',
    );
  });

  test('that locks its own author out must be forced', async () => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 'ecr:SetRepositoryPolicy' };
    expect(await set(statement)).toMatch(/^400 InvalidParameterException/);
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const input = { repositoryName: 'app', policyText, force: true };
    expect(await ecr.answer('SetRepositoryPolicy', input)).toBe('success');
    expect(await ecr.answer('SetRepositoryPolicy', input)).toMatch(/AccessDenied/);
  });

  test('is read and deleted as it was put', async () => {
    const input = { repositoryName: 'app' };
    const absent =
      '400 RepositoryPolicyNotFoundException: Repository policy does not exist for the repository ' +
      `with name 'app' in the registry with id '${account}'`;
    expect(await ecr.answer('GetRepositoryPolicy', input)).toBe(absent);
    const text =
      '{ "Version":"2012-10-17", "Statement":[{"Effect":"Allow","Principal":"*",' +
      '"Action":"ecr:BatchGetImage"}] }';
    await ecr.call('SetRepositoryPolicy', { ...input, policyText: text });
    const answer = { registryId: account, repositoryName: 'app', policyText: text };
    expect(await ecr.call('GetRepositoryPolicy', input)).toEqual(answer);
    expect(await ecr.call('DeleteRepositoryPolicy', input)).toEqual(answer);
    expect(await ecr.answer('GetRepositoryPolicy', input)).toBe(absent);
    expect(await ecr.answer('DeleteRepositoryPolicy', input)).toBe(absent);
  });
});

describe('a registry policy', () => {
  const other = rootOf(otherAccount);
  const Resource = `arn:aws:ecr:${region}:${account}:repository/shared/*`;
  const Principal = { AWS: otherAccount };
  const put = (Action: string) =>
    ecr.answer('PutRegistryPolicy', {
      policyText: policyText({ Effect: 'Allow', Principal, Action, Resource }),
    });

  test('lets another account make repositories', async () => {
    const creation = { repositoryName: 'shared/one', registryId: account };
    expect(await ecr.answer('CreateRepository', creation, other)).toMatch(/AccessDenied/);
    expect(await put('ecr:CreateRepository')).toBe('success');
    expect(await ecr.answer('CreateRepository', creation, other)).toBe('success');
    expect(await ecr.answer('DescribeRepositories', { repositoryNames: ['shared/one'] })).toBe(
      'success',
    );
    const elsewhere = { repositoryName: 'own/one', registryId: account };
    expect(await ecr.answer('CreateRepository', elsewhere, other)).toMatch(/AccessDenied/);
  });

  test('speaks of other actions only in its second scope', async () => {
    await ecr.repository('shared/app');
    const input = { repositoryName: 'shared/app', registryId: account };
    await put('ecr:ListImages');
    expect(await ecr.answer('ListImages', input, other)).toMatch(/AccessDenied/);
    await ecr.call('PutAccountSetting', { name: 'REGISTRY_POLICY_SCOPE', value: 'V2' });
    expect(await ecr.answer('ListImages', input, other)).toBe('success');
    await ecr.call('SetRepositoryPolicy', {
      repositoryName: 'shared/app',
      policyText: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal, Action: 'ecr:ListImages' }],
      }),
    });
    expect(await ecr.answer('ListImages', input, other)).toMatch(/explicit deny/);
  });

  test('is read and deleted as it was put', async () => {
    const absent =
      '400 RegistryPolicyNotFoundException: Registry policy does not exist in the registry with ' +
      `id '${account}'`;
    expect(await ecr.answer('GetRegistryPolicy')).toBe(absent);
    await put('ecr:ReplicateImage');
    expect(await ecr.answer('GetRegistryPolicy')).toBe('success');
    expect(await ecr.answer('DeleteRegistryPolicy')).toBe('success');
    expect(await ecr.answer('DeleteRegistryPolicy')).toBe(absent);
  });
});
