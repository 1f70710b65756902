/** OpenID Connect providers. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MillisecondDate } from '../../../protocol/timestamp.ts';
import { account, otherAccount, TestIam } from '../testing.ts';

const thumbprint = '6938FD4D98BAB03FAADB97B34396831E3780AEA1';
const github = 'token.actions.githubusercontent.com';
const arn = (url: string) => `arn:aws:iam::${account}:oidc-provider/${url}`;

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

describe('OIDC providers', () => {
  const create = (Url: string, more: object = {}) =>
    iam.answer('CreateOpenIDConnectProvider', { Url, ...more });

  test('000-4: are created, read, listed and deleted', async () => {
    const output = await iam.call('CreateOpenIDConnectProvider', {
      Url: `https://${github}:443`,
      ClientIDList: ['sts.amazonaws.com', 'b', 'sts.amazonaws.com'],
      ThumbprintList: [thumbprint],
    });
    expect(output).toMatchObject({ OpenIDConnectProviderArn: arn(github) });
    const provider = await iam.call('GetOpenIDConnectProvider', {
      OpenIDConnectProviderArn: arn(github),
    });
    expect(provider).toEqual({
      Url: github,
      ClientIDList: ['sts.amazonaws.com', 'b'],
      ThumbprintList: [thumbprint.toLowerCase()],
      CreateDate: new MillisecondDate(iam.now),
      Tags: [],
    });
    expect(provider.CreateDate).toBeInstanceOf(MillisecondDate);
    expect(await create(`https://${github}`)).toBe(
      `409 EntityAlreadyExists: Provider with url https://${github} already exists.`,
    );
    expect(await create(`https://${github}/`)).toBe('success');
    const { OpenIDConnectProviderList } = await iam.call('ListOpenIDConnectProviders', {});
    expect(OpenIDConnectProviderList).toEqual([{ Arn: arn(github) }, { Arn: arn(`${github}/`) }]);
    const remove = { OpenIDConnectProviderArn: arn(github) };
    expect(await iam.answer('DeleteOpenIDConnectProvider', remove)).toBe('success');
    expect(await iam.answer('DeleteOpenIDConnectProvider', remove)).toBe(
      `404 NoSuchEntity: OpenId connect Provider ${arn(github)} cannot be found.`,
    );
    expect(await iam.answer('GetOpenIDConnectProvider', remove)).toBe(
      `404 NoSuchEntity: OpenIDConnect Provider not found for arn ${arn(github)}`,
    );
  });

  test('URLs that are none, are not https, or have more than a path', async () => {
    expect(await create('test')).toBe('400 ValidationError: Invalid Open ID Connect Provider URL');
    expect(await create('http://id.example.com')).toBe(
      '400 InvalidInput: Invalid Open ID Connect Provider URL. The URL must begin with https://.',
    );
    for (const url of ['https://id.example.com/?a', 'https://id.example.com/#a']) {
      expect(await create(url)).toBe('400 InvalidInput: Unknown');
    }
    for (const url of ['https://a:b@id.example.com', 'https://[::1]/', 'https://ü.example/']) {
      expect(await create(url)).toBe('400 ValidationError: Invalid Open ID Connect Provider URL');
    }
  });

  test('the members of its lists are checked with everything else', async () => {
    const lists = { ClientIDList: ['x'.repeat(256)], ThumbprintList: ['x'] };
    const answer = await create('x'.repeat(256), lists);
    expect(answer).toMatch(/^400 ValidationError: 3 validation errors detected: /);
    expect(answer).toContain(
      "Value at 'clientIDList' failed to satisfy constraint: Member must satisfy constraint: " +
        '[Member must have length less than or equal to 255, ' +
        'Member must have length greater than or equal to 1]',
    );
    expect(answer).toContain(
      "Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: " +
        '[Member must have length less than or equal to 40, ' +
        'Member must have length greater than or equal to 40]',
    );
  });

  test('five thumbprints and a hundred client ids are the most', async () => {
    const ThumbprintList = Array.from({ length: 6 }, () => thumbprint);
    const Url = 'https://id.example.com/Path';
    expect(await create(Url, { ThumbprintList })).toBe(
      '400 InvalidInput: Thumbprint list must contain fewer than 5 entries.',
    );
    const ids = Array.from({ length: 101 }, (_, index) => `id${index}`);
    expect(await create(Url, { ClientIDList: ids })).toBe(
      '409 LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    );
    const list = { ThumbprintList: ThumbprintList.slice(1), ClientIDList: ids.slice(1) };
    expect(await create(Url, list)).toBe('success');
    const OpenIDConnectProviderArn = arn('id.example.com/Path');
    const client = { OpenIDConnectProviderArn, ClientID: 'id0' };
    expect(await iam.answer('AddClientIDToOpenIDConnectProvider', client)).toMatch(/^409/);
    const known = { ...client, ClientID: 'id1' };
    for (const name of [
      'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
    ] as const) {
      expect(await iam.answer(name, known)).toBe('success');
    }
    const update = (prints: readonly string[]) =>
      iam.answer('UpdateOpenIDConnectProviderThumbprint', {
        OpenIDConnectProviderArn,
        ThumbprintList: prints,
      });
    expect(await update([])).toBe(
      '400 InvalidInput: Thumbprint list must contain at least one entry.',
    );
    expect(await update([thumbprint])).toBe('success');
  });

  test('ARNs of other kinds and accounts', async () => {
    const get = (OpenIDConnectProviderArn: string) =>
      iam.answer('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });
    expect(await get('this-is-not-an-arn-at-all')).toMatch(/^400 InvalidInput: Invalid ARN/);
    expect(await get(`arn:aws:iam::${account}:role/x`)).toBe(
      '400 InvalidInput: Invalid resource type in ARN',
    );
    expect(await get(arn(github).replace(account, otherAccount))).toMatch(/^403 AccessDenied/);
  });
});
