/** Secrets Manager: versions and labels, deletion, and who may read a secret. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, policyText, region, Workload } from '../workload.fixture.ts';
import { createSecretsManagerService } from './index.ts';

const service = await createSecretsManagerService();
let server: Workload;

beforeEach(async () => {
  server = await Workload.open(service);
});

const start = `arn:aws:secretsmanager:${region}:${account}:secret:`;
const token = (digit: number): string => String(digit).repeat(32);

interface Secret {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionId: string;
  readonly SecretString: string;
  readonly VersionStages: readonly string[];
}

const create = (Name = 'prod/db', more: object = {}) =>
  server.call<Secret>('secretsmanager:CreateSecret', { Name, SecretString: 'one', ...more });

const read = (input: object = {}) =>
  server.call<Secret>('secretsmanager:GetSecretValue', { SecretId: 'prod/db', ...input });

describe('a secret', () => {
  test('has an ARN that ends in six characters and is found by name and by either ARN', async () => {
    const { ARN, Name, VersionId } = await create();
    expect(ARN).toMatch(new RegExp(`^${start}prod/db-[A-Za-z0-9]{6}$`));
    expect(Name).toBe('prod/db');
    for (const SecretId of ['prod/db', ARN, ARN.slice(0, -7)]) {
      const value = await read({ SecretId });
      expect(value).toMatchObject({
        ARN,
        VersionId,
        SecretString: 'one',
        VersionStages: ['AWSCURRENT'],
      });
    }
  });

  test('is refused under a name that is taken, unless token and value are the same', async () => {
    const first = await create('x', { ClientRequestToken: token(1) });
    expect(await create('x', { ClientRequestToken: token(1) })).toEqual(first);
    expect(
      await server.answer('secretsmanager:CreateSecret', { Name: 'x', SecretString: 'y' }),
    ).toBe(
      '400 ResourceExistsException: The operation failed because the secret x already exists.',
    );
    expect(await server.answer('secretsmanager:CreateSecret', { Name: 'a b' })).toBe(
      '400 ValidationException: Invalid name. Must be a valid name containing alphanumeric ' +
        'characters, or any of the following: -/_+=.@!',
    );
  });

  test('is not readable in the store', async () => {
    await create('x', { SecretString: 'in the clear' });
    const stored = await server.state.store.list('sm/');
    expect(JSON.stringify(stored)).not.toContain('in the clear');
    expect(stored).toHaveLength(2);
  });

  test('keeps binary values as bytes', async () => {
    const SecretBinary = new Uint8Array([0, 255, 1]);
    await server.call('secretsmanager:CreateSecret', { Name: 'b', SecretBinary });
    expect((await read({ SecretId: 'b' })) as object).toMatchObject({ SecretBinary });
  });

  test('is found neither in another region nor when it does not exist', async () => {
    const { ARN } = await create();
    const text = "400 ResourceNotFoundException: Secrets Manager can't find the specified secret.";
    for (const SecretId of ['nothing', ARN.replace(region, 'eu-west-1')]) {
      expect(await server.answer('secretsmanager:GetSecretValue', { SecretId })).toBe(text);
    }
  });
});

describe('versions', () => {
  test('move AWSCURRENT and AWSPREVIOUS', async () => {
    const { VersionId: first } = await create();
    const put = (SecretString: string, more: object = {}) =>
      server.call<Secret>('secretsmanager:PutSecretValue', {
        SecretId: 'prod/db',
        SecretString,
        ...more,
      });
    const { VersionId: second } = await put('two');
    expect(await read()).toMatchObject({ SecretString: 'two', VersionId: second });
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ VersionId: first });
    const { VersionId: pending } = await put('three', { VersionStages: ['AWSPENDING'] });
    expect(await read()).toMatchObject({ SecretString: 'two' });
    await server.call('secretsmanager:UpdateSecretVersionStage', {
      SecretId: 'prod/db',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: pending,
      RemoveFromVersionId: second,
    });
    const { VersionIdsToStages: stages } = await server.call<{
      readonly VersionIdsToStages: ReadonlyMap<string, readonly string[]>;
    }>('secretsmanager:DescribeSecret', { SecretId: 'prod/db' });
    expect([...stages]).toEqual([
      [second, ['AWSPREVIOUS']],
      [pending, ['AWSPENDING', 'AWSCURRENT']],
    ]);
  });

  test('are refused when they do not exist or carry another label', async () => {
    const { VersionId } = await create();
    const answer = (input: object) =>
      server.answer('secretsmanager:GetSecretValue', { SecretId: 'prod/db', ...input });
    expect(await answer({ VersionStage: 'AWSPREVIOUS' })).toBe(
      "400 ResourceNotFoundException: Secrets Manager can't find the specified secret value " +
        'for staging label: AWSPREVIOUS',
    );
    expect(await answer({ VersionId: token(9) })).toBe(
      "400 ResourceNotFoundException: Secrets Manager can't find the specified secret value " +
        `for VersionId: ${token(9)}`,
    );
    expect(await answer({ VersionId, VersionStage: 'AWSPENDING' })).toBe(
      '400 InvalidRequestException: You provided a VersionStage that is not associated to the ' +
        'provided VersionId.',
    );
  });

  test('are put again with the same token only with the same value', async () => {
    await create();
    const put = (SecretString: string) =>
      server.answer('secretsmanager:PutSecretValue', {
        SecretId: 'prod/db',
        SecretString,
        ClientRequestToken: token(2),
      });
    expect(await put('two')).toBe('success');
    expect(await put('two')).toBe('success');
    expect(await put('three')).toContain(
      `400 ResourceExistsException: You can't use ClientRequestToken ${token(2)}`,
    );
  });
});

describe('deletion', () => {
  test('waits for the recovery window, can be taken back, and then is final', async () => {
    await create();
    const id = { SecretId: 'prod/db' };
    await server.call('secretsmanager:DeleteSecret', { ...id, RecoveryWindowInDays: 7 });
    expect(await server.answer('secretsmanager:GetSecretValue', id)).toBe(
      "400 InvalidRequestException: You can't perform this operation on the secret because it " +
        'was marked for deletion.',
    );
    expect(await server.answer('secretsmanager:CreateSecret', { Name: 'prod/db' })).toBe(
      "400 InvalidRequestException: You can't create this secret because a secret with this " +
        'name is already scheduled for deletion.',
    );
    await server.call('secretsmanager:RestoreSecret', id);
    expect(await read()).toMatchObject({ SecretString: 'one' });
    await server.call('secretsmanager:DeleteSecret', id);
    server.now += 31 * 86_400_000;
    expect(await server.answer('secretsmanager:DescribeSecret', id)).toContain('NotFound');
    expect(await create()).toMatchObject({ Name: 'prod/db' });
    expect(await server.state.store.list('sm/')).toHaveLength(2);
  });

  test('forced is at once and leaves nothing', async () => {
    await create();
    const input = { SecretId: 'prod/db', ForceDeleteWithoutRecovery: true };
    await server.call('secretsmanager:DeleteSecret', input);
    expect(await server.state.store.list('sm/')).toEqual([]);
    expect(await server.answer('secretsmanager:DeleteSecret', input)).toBe('success');
  });
});

describe('authorization', () => {
  test('is asked on the full ARN; a name that does not exist is asked as it was written', async () => {
    const { ARN } = await create();
    const reader = await server.user('reader', [
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${start}prod/*` },
    ]);
    const answer = (SecretId: string) =>
      server.answer('secretsmanager:GetSecretValue', { SecretId }, reader);
    expect(await answer('prod/db')).toBe('success');
    expect(await answer(ARN)).toBe('success');
    const denied = (resource: string) =>
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/reader is not authorized ` +
      `to perform: secretsmanager:GetSecretValue on resource: ${resource} because no ` +
      'identity-based policy allows the secretsmanager:GetSecretValue action';
    expect(await answer('prod/none')).toBe(denied('prod/none'));
    const { ARN: other } = await create('test/db');
    expect(await answer('test/db')).toBe(denied(other));
  });

  test('CreateSecret fits patterns that end in -* and -??????', async () => {
    for (const [index, end] of ['-*', '-??????'].entries()) {
      const creator = await server.user(`creator${index}`, [
        {
          Effect: 'Allow',
          Action: 'secretsmanager:CreateSecret',
          Resource: `${start}app${index}${end}`,
        },
      ]);
      const input = { Name: `app${index}` };
      expect(await server.answer('secretsmanager:CreateSecret', input, creator)).toBe('success');
      const other = { Name: `app${index}`, Tags: [{ Key: 'a', Value: 'b' }] };
      expect(await server.answer('secretsmanager:CreateSecret', other, creator)).toContain(
        'secretsmanager:TagResource on resource: app',
      );
    }
  });

  test('conditions see tags, the version stage, the name and the recovery window', async () => {
    await create('x', { Tags: [{ Key: 'team', Value: 'red' }] });
    await create('y', { Tags: [{ Key: 'team', Value: 'blue' }] });
    const Resource = '*';
    const caller = await server.user('bound', [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource,
        Condition: {
          StringEquals: {
            'aws:ResourceTag/team': 'red',
            'secretsmanager:ResourceTag/team': 'red',
            'secretsmanager:VersionStage': 'AWSCURRENT',
          },
          ArnLike: { 'secretsmanager:SecretId': `${start}x-*` },
        },
      },
      {
        Effect: 'Allow',
        Action: 'secretsmanager:DeleteSecret',
        Resource,
        Condition: {
          NumericGreaterThanEquals: { 'secretsmanager:RecoveryWindowInDays': '10' },
        },
      },
    ]);
    const answer = async (operation: string, input: object) =>
      (await server.answer(`secretsmanager:${operation}`, input, caller)).slice(0, 7);
    expect(await answer('GetSecretValue', { SecretId: 'x' })).toBe('success');
    expect(await answer('GetSecretValue', { SecretId: 'y' })).toBe('400 Acc');
    const previous = { SecretId: 'x', VersionStage: 'AWSPREVIOUS' };
    expect(await answer('GetSecretValue', previous)).toBe('400 Acc');
    const remove = { SecretId: 'x', RecoveryWindowInDays: 7 };
    expect(await answer('DeleteSecret', remove)).toBe('400 Acc');
    expect(await answer('DeleteSecret', { ...remove, RecoveryWindowInDays: 10 })).toBe('success');
  });

  test('the resource policy is enough in the account and needs the identity’s across', async () => {
    const { ARN } = await create();
    const local = await server.user('local', []);
    const foreign = await server.user('foreign', [], otherAccount);
    const allowed = await server.user(
      'allowed',
      [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: ARN }],
      otherAccount,
    );
    const principals = [local, foreign, allowed].map((caller) => 'arn' in caller && caller.arn);
    await server.call('secretsmanager:PutResourcePolicy', {
      SecretId: ARN,
      ResourcePolicy: policyText({
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Principal: { AWS: principals },
      }),
    });
    const answer = async (caller: typeof local) =>
      (await server.answer('secretsmanager:GetSecretValue', { SecretId: ARN }, caller)).slice(0, 7);
    expect(await answer(local)).toBe('success');
    expect(await answer(foreign)).toBe('400 Acc');
    expect(await answer(allowed)).toBe('success');
  });

  test('BlockPublicPolicy refuses a policy for everybody', async () => {
    await create();
    const put = (more: object) =>
      server.answer('secretsmanager:PutResourcePolicy', {
        SecretId: 'prod/db',
        ResourcePolicy: policyText({
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
          Principal: '*',
        }),
        ...more,
      });
    expect(await put({ BlockPublicPolicy: true })).toContain('400 PublicPolicyException: The Bl');
    expect(await put({})).toBe('success');
  });

  test('of a batch is asked secret by secret', async () => {
    const { ARN } = await create('x');
    await create('y');
    const caller = await server.user('batch', [
      { Effect: 'Allow', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: ARN },
    ]);
    const SecretIdList = ['x', 'y', 'z'];
    const answer = await server.call<{
      readonly SecretValues: readonly Secret[];
      readonly Errors: readonly { readonly SecretId: string; readonly ErrorCode: string }[];
    }>('secretsmanager:BatchGetSecretValue', { SecretIdList }, caller);
    expect(answer.SecretValues.map(({ Name }) => Name)).toEqual(['x']);
    expect(answer.Errors.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode])).toEqual([
      ['y', 'AccessDeniedException'],
      ['z', 'AccessDeniedException'],
    ]);
  });
});

test('secrets are listed by pages, the newest first, and filtered', async () => {
  for (const name of ['a/1', 'a/2', 'b/1']) {
    server.now += 1000;
    await create(name);
  }
  interface List {
    readonly SecretList: readonly Secret[];
    readonly NextToken?: string;
  }
  const list = (input: object) => server.call<List>('secretsmanager:ListSecrets', input);
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  const names = [...first.SecretList, ...second.SecretList].map(({ Name }) => Name);
  expect(names).toEqual(['b/1', 'a/2', 'a/1']);
  expect(second.NextToken).toBeUndefined();
  const filtered = await list({ Filters: [{ Key: 'name', Values: ['a/'] }], SortOrder: 'asc' });
  expect(filtered.SecretList.map(({ Name }) => Name)).toEqual(['a/1', 'a/2']);
});

test('random passwords hold each type of character that is not excluded', async () => {
  const { RandomPassword: password } = await server.call<{ readonly RandomPassword: string }>(
    'secretsmanager:GetRandomPassword',
    { PasswordLength: 12, ExcludePunctuation: true, ExcludeCharacters: 'abc' },
  );
  expect(password).toMatch(/^(?=.*[d-z])(?=.*[A-Z])(?=.*\d)[d-zA-Z0-9]{12}$/);
});

test('rotation is state: it needs a function and can be cancelled', async () => {
  await create();
  const id = { SecretId: 'prod/db' };
  expect(await server.answer('secretsmanager:RotateSecret', id)).toBe(
    '400 InvalidRequestException: No Lambda rotation function ARN is associated with this secret.',
  );
  await server.call('secretsmanager:RotateSecret', {
    ...id,
    RotationLambdaARN: `arn:aws:lambda:${region}:${account}:function:rotate`,
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  const describe = () => server.call('secretsmanager:DescribeSecret', id);
  expect(await describe()).toMatchObject({
    RotationEnabled: true,
    RotationRules: { AutomaticallyAfterDays: 30 },
  });
  await server.call('secretsmanager:CancelRotateSecret', id);
  expect(await describe()).toMatchObject({ RotationEnabled: false });
});
