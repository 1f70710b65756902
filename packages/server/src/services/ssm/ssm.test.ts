/** Parameter Store: names, versions, hierarchies, and who may read what. */
import type { GetParameterResult, GetParametersByPathResult } from '@sekisho/catalog/types/ssm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSecretsManagerService } from '../secretsmanager/index.ts';
import { account, region, Workload } from '../workload.fixture.ts';
import { createSsmService } from './index.ts';

const services = [await createSsmService(), await createSecretsManagerService()];
let server: Workload;

beforeEach(async () => {
  server = await Workload.open(...services);
});

const start = `arn:aws:ssm:${region}:${account}:parameter/`;

const put = (Name: string, more: object = {}) =>
  server.call('ssm:PutParameter', { Name, Value: 'one', Type: 'String', ...more });

const get = async (Name: string, more: object = {}) =>
  (await server.call<GetParameterResult>('ssm:GetParameter', { Name, ...more })).Parameter;

describe('a parameter', () => {
  test('has an ARN without the leading slash and is found by name and ARN', async () => {
    expect(await put('/app/db')).toEqual({ Version: 1, Tier: 'Standard' });
    await put('db');
    expect(await get('/app/db')).toMatchObject({
      Name: '/app/db',
      ARN: `${start}app/db`,
      Value: 'one',
      Version: 1,
      DataType: 'text',
    });
    expect(await get('db')).toMatchObject({ ARN: `${start}db` });
    expect(await get(`${start}app/db`)).toMatchObject({ Name: '/app/db' });
    expect(await get(`${start}db`)).toMatchObject({ Name: 'db' });
  });

  test('exists once unless it is overwritten, which makes a version', async () => {
    await put('/x');
    const again = { Name: '/x', Value: 'two', Type: 'String' };
    expect(await server.answer('ssm:PutParameter', again)).toBe(
      '400 ParameterAlreadyExists: The parameter already exists. To overwrite this value, set ' +
        'the overwrite option in the request to true.',
    );
    expect(await put('/x', { Value: 'two', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await get('/x')).toMatchObject({ Value: 'two', Version: 2 });
    expect(await get('/x:1')).toMatchObject({ Value: 'one', Selector: ':1', Name: '/x' });
    expect(await server.answer('ssm:GetParameter', { Name: '/x:9' })).toBe(
      '400 ParameterVersionNotFound: Systems Manager could not find version 9 of /x. Verify the ' +
        'version and try again.',
    );
  });

  test('that is not there has no message', async () => {
    expect(await server.answer('ssm:GetParameter', { Name: '/none' })).toBe(
      '400 ParameterNotFound: ',
    );
    expect(await server.answer('ssm:DeleteParameter', { Name: '/none' })).toBe(
      '400 ParameterNotFound: ',
    );
    const both = await server.call('ssm:GetParameters', { Names: ['/none'] });
    expect(both).toEqual({ Parameters: [], InvalidParameters: ['/none'] });
  });

  test('is refused with a bad name, too many levels, no type, or too long a value', async () => {
    const answer = (Name: string, more: object = {}) =>
      server.answer('ssm:PutParameter', { Name, Value: 'v', Type: 'String', ...more });
    for (const name of ['a b', 'a/b', '/ssm/x', '/x/', '//x']) {
      expect(await answer(name)).toContain("400 ValidationException: Parameter name: can't be ");
    }
    expect(await answer('/aws/x')).toBe(
      '400 AccessDeniedException: No access to reserved parameter name: /aws/x.',
    );
    expect(await answer('/a'.repeat(16))).toContain('HierarchyLevelLimitExceededException');
    expect(await answer('/x', { Type: undefined })).toContain('A parameter type is required');
    expect(await answer('/x', { Value: 'v'.repeat(4097) })).toContain('Standard tier parameters');
    const large = { Value: 'v'.repeat(4097), Tier: 'Intelligent-Tiering' };
    expect(await put('/x', large)).toEqual({ Version: 1, Tier: 'Advanced' });
  });
});

test('a SecureString is shown in the clear only with decryption, and never lies in the store so', async () => {
  await put('/s', { Type: 'SecureString', Value: 'in the clear' });
  expect((await get('/s'))?.Value).not.toContain('in the clear');
  expect((await get('/s', { WithDecryption: true }))?.Value).toBe('in the clear');
  const stored = JSON.stringify(await server.state.store.list('ssm/'));
  expect(stored).not.toContain('in the clear');
});

test('labels name versions and move between them', async () => {
  await put('/x');
  await put('/x', { Value: 'two', Overwrite: true });
  const label = (ParameterVersion: number) =>
    server.call('ssm:LabelParameterVersion', {
      Name: '/x',
      ParameterVersion,
      Labels: ['live', '1st'],
    });
  expect(await label(1)).toEqual({ InvalidLabels: ['1st'], ParameterVersion: 1 });
  expect(await get('/x:live')).toMatchObject({ Value: 'one' });
  await label(2);
  expect(await get('/x:live')).toMatchObject({ Value: 'two' });
  const history = await server.call<{ readonly Parameters: readonly object[] }>(
    'ssm:GetParameterHistory',
    { Name: '/x' },
  );
  expect(history.Parameters).toMatchObject([
    { Version: 1, Labels: [] },
    { Version: 2, Labels: ['live'] },
  ]);
});

describe('a hierarchy', () => {
  const byPath = async (Path: string, more: object = {}) => {
    const input = { Path, ...more };
    return await server.call<GetParametersByPathResult>('ssm:GetParametersByPath', input);
  };
  const names = ({ Parameters }: GetParametersByPathResult) => Parameters?.map(({ Name }) => Name);

  beforeEach(async () => {
    for (const name of ['/app/a', '/app/b/c', '/apple', 'plain']) await put(name);
  });

  test('is read one level deep, or wholly', async () => {
    expect(names(await byPath('/app'))).toEqual(['/app/a']);
    expect(names(await byPath('/app', { Recursive: true }))).toEqual(['/app/a', '/app/b/c']);
    expect(names(await byPath('/'))).toEqual(['/apple', 'plain']);
    expect(await server.answer('ssm:GetParametersByPath', { Path: 'app' })).toContain(
      'The parameter name must begin with a forward slash "/"',
    );
  });

  test('is read by pages of at most ten', async () => {
    for (let index = 0; index < 11; index += 1) await put(`/many/${index}`);
    const first = await byPath('/many');
    expect(first.Parameters).toHaveLength(10);
    const rest = await byPath('/many', { NextToken: first.NextToken });
    expect(rest.Parameters).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
  });

  test('right to a path is right to its whole subtree, and to nothing else', async () => {
    const caller = await server.user('reader', [
      { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: `${start}app` },
      { Effect: 'Deny', Action: 'ssm:GetParameter', Resource: `${start}app/b/c` },
    ]);
    const answer = (Path: string) =>
      server.answer('ssm:GetParametersByPath', { Path, Recursive: true }, caller);
    expect(await answer('/app')).toBe('success');
    expect(await answer('/')).toBe(
      `400 AccessDeniedException: User: arn:aws:iam::${account}:user/reader is not authorized to ` +
        `perform: ssm:GetParametersByPath on resource: ${start} because no identity-based policy ` +
        'allows the ssm:GetParametersByPath action',
    );
  });

  test('is described with filters, whose mistakes are told', async () => {
    const found = await server.call<GetParametersByPathResult>('ssm:DescribeParameters', {
      ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/app/'] }],
    });
    expect(names(found)).toEqual(['/app/a', '/app/b/c']);
    const answer = (filter: object) =>
      server.answer('ssm:DescribeParameters', { ParameterFilters: [filter] });
    expect(await answer({ Key: 'Name', Option: 'Near', Values: ['x'] })).toBe(
      '400 InvalidFilterOption: The following filter option is not valid: Near. Valid options ' +
        'include: [BeginsWith, Equals, Contains].',
    );
    expect(await answer({ Key: 'Label', Values: ['x'] })).toContain('400 InvalidFilterKey: ');
  });
});

describe('authorization', () => {
  test('of GetParameters is asked name by name, and one refusal refuses all', async () => {
    await put('/a');
    await put('/b');
    const caller = await server.user('reader', [
      { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: `${start}a` },
    ]);
    const answer = (...Names: string[]) => server.answer('ssm:GetParameters', { Names }, caller);
    expect(await answer('/a')).toBe('success');
    expect(await answer('/a:1')).toBe('success');
    expect(await answer('/a', '/b')).toContain(`ssm:GetParameters on resource: ${start}b because`);
  });

  test('conditions see tags, Overwrite and Recursive', async () => {
    await put('/red', { Tags: [{ Key: 'team', Value: 'red' }] });
    await put('/blue', { Tags: [{ Key: 'team', Value: 'blue' }] });
    const caller = await server.user('bound', [
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: '*',
        Condition: {
          StringEquals: { 'ssm:resourceTag/team': 'red', 'aws:ResourceTag/team': 'red' },
        },
      },
      {
        Effect: 'Allow',
        Action: 'ssm:PutParameter',
        Resource: '*',
        Condition: { StringEquals: { 'ssm:Overwrite': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: 'ssm:GetParametersByPath',
        Resource: '*',
        Condition: { StringEquals: { 'ssm:Recursive': 'false' } },
      },
    ]);
    const answer = async (operation: string, input: object) =>
      (await server.answer(`ssm:${operation}`, input, caller)).slice(0, 7);
    expect(await answer('GetParameter', { Name: '/red' })).toBe('success');
    expect(await answer('GetParameter', { Name: '/blue' })).toBe('400 Acc');
    const red = { Name: '/red', Value: 'two' };
    expect(await answer('PutParameter', red)).toBe('400 Acc');
    expect(await answer('PutParameter', { ...red, Overwrite: true })).toBe('success');
    expect(await answer('GetParametersByPath', { Path: '/' })).toBe('success');
    expect(await answer('GetParametersByPath', { Path: '/', Recursive: true })).toBe('400 Acc');
  });

  test('tags at creation are a right of their own', async () => {
    const caller = await server.user('writer', [
      { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: '*' },
    ]);
    const input = { Name: '/x', Value: 'v', Type: 'String', Tags: [{ Key: 'a', Value: 'b' }] };
    expect(await server.answer('ssm:PutParameter', input, caller)).toContain(
      `ssm:AddTagsToResource on resource: ${start}x`,
    );
  });
});

test('a reference to a secret needs decryption and the right to the secret', async () => {
  await server.call('secretsmanager:CreateSecret', { Name: 'db', SecretString: 'hush' });
  const Name = '/aws/reference/secretsmanager/db';
  expect(await get(Name, { WithDecryption: true })).toMatchObject({
    Name,
    Type: 'SecureString',
    Value: 'hush',
    Version: 0,
  });
  expect(await server.answer('ssm:GetParameter', { Name })).toBe(
    '400 ValidationException: WithDecryption flag must be True for retrieving a Secret Manager ' +
      'secret.',
  );
  const missing = { Name: `${Name}s`, WithDecryption: true };
  expect(await server.answer('ssm:GetParameter', missing)).toBe(
    '400 ParameterNotFound: An error occurred (ResourceNotFoundException) when referencing ' +
      "Secrets Manager: Secrets Manager can't find the specified secret.",
  );
  const caller = await server.user('reader', [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }]);
  const input = { Name, WithDecryption: true };
  expect(await server.answer('ssm:GetParameter', input, caller)).toContain(
    'secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:',
  );
});

test('tags are set, listed and removed on parameters only', async () => {
  await put('/x');
  const id = { ResourceType: 'Parameter', ResourceId: '/x' };
  await server.call('ssm:AddTagsToResource', { ...id, Tags: [{ Key: 'a', Value: 'b' }] });
  const list = () => server.call('ssm:ListTagsForResource', id);
  expect(await list()).toEqual({ TagList: [{ Key: 'a', Value: 'b' }] });
  await server.call('ssm:RemoveTagsFromResource', { ...id, TagKeys: ['a'] });
  expect(await list()).toEqual({ TagList: [] });
  const other = { ResourceType: 'Document', ResourceId: 'x' };
  expect(await server.answer('ssm:ListTagsForResource', other)).toContain('InvalidResourceId');
});

test('deletion of several tells which were not there, and starts versions anew', async () => {
  await put('/x');
  await put('/x', { Overwrite: true });
  const Names = ['/x', '/none'];
  expect(await server.call('ssm:DeleteParameters', { Names })).toEqual({
    DeletedParameters: ['/x'],
    InvalidParameters: ['/none'],
  });
  expect(await server.state.store.list('ssm/')).toEqual([]);
  expect(await put('/x')).toMatchObject({ Version: 1 });
});
