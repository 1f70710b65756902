/** Instance metadata over real HTTP: tokens, refusals, the tree, the role's credentials. */
import { request } from 'node:http';
import type { Reservation } from '@sekisho/catalog/types/ec2';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecord, replaceRecord } from '../../directory/changes.ts';
import { account, Ec2Fixture, region } from '../../services/ec2/ec2.fixture.ts';
import { createEc2Service } from '../../services/ec2/index.ts';
import { InstanceFleet } from './fleet.ts';
import { renewalMilliseconds } from './role-credentials.ts';

const service = await createEc2Service();
let server: Ec2Fixture;
let fleet: InstanceFleet;
let id: string;
let url: string;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  base = url,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const sent = request({ hostname, port, method, path, headers: { ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const ttl = 'X-aws-ec2-metadata-token-ttl-seconds';

async function token(seconds = 21_600, base = url): Promise<string> {
  return (await ask('PUT', '/latest/api/token', { [ttl]: String(seconds) }, base)).body;
}

async function get(path: string): Promise<Answer> {
  return await ask('GET', path, { 'X-aws-ec2-metadata-token': await token() });
}

async function run(more: object = {}): Promise<string> {
  const { Instances: instances } = await server.call<Reservation>('RunInstances', {
    ImageId: 'ami-0cbec04a61be382d9',
    MinCount: 1,
    MaxCount: 1,
    InstanceType: 't2.micro',
    IamInstanceProfile: { Name: 'app-profile' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
    ...more,
  });
  return instances?.[0]?.InstanceId ?? '';
}

const urlOf = async (instance: string) => (await fleet.imdsUrl(account, instance)) ?? '';

beforeEach(async () => {
  server = await Ec2Fixture.create(service);
  await server.role('app');
  await server.profile('app-profile', 'app');
  fleet = await InstanceFleet.start(server.runtime);
  id = await run();
  url = await urlOf(id);
});

afterEach(async () => {
  await fleet.close();
});

const options = (more: object) =>
  server.call('ModifyInstanceMetadataOptions', { InstanceId: id, ...more });

describe('T40 session tokens', () => {
  test('PUT with a time between 1 and 21600 seconds answers a token', async () => {
    const answer = await ask('PUT', '/latest/api/token', { [ttl]: '60' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/^AQAA[A-Za-z0-9_-]{50}==$/);
    expect(answer.headers['x-aws-ec2-metadata-token-ttl-seconds']).toBe('60');
    expect(answer.headers['server']).toBe('EC2ws');
    expect((await ask('PUT', '/latest/api/token', { [ttl]: '21600' })).status).toBe(200);
  });

  test.each(['', '0', '21601', '-1', '1.5', 'x', '1e3', '99999999'])(
    'a time of %j is a bad request',
    async (seconds) => {
      expect((await ask('PUT', '/latest/api/token', { [ttl]: seconds })).status).toBe(400);
    },
  );

  test('no time, and two times, are bad requests', async () => {
    expect((await ask('PUT', '/latest/api/token')).status).toBe(400);
    expect((await ask('PUT', '/latest/api/token', { [ttl]: ['60', '60'] })).status).toBe(400);
  });

  test('a proxy on the way gets no token', async () => {
    const proxied = { [ttl]: '60', 'X-Forwarded-For': '10.0.0.1' };
    const answer = await ask('PUT', '/latest/api/token', proxied);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<h1>403 - Forbidden</h1>');
  });

  test('other paths and methods', async () => {
    expect((await ask('PUT', '/2021-03-23/api/token', { [ttl]: '60' })).status).toBe(403);
    const wrong = await ask('POST', '/latest/api/token', { [ttl]: '60' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers['allow']).toBe('OPTIONS, PUT');
    expect((await ask('DELETE', '/latest/meta-data/')).status).toBe(405);
  });

  test('001-13 v1 GET with HttpTokens=required is 401', async () => {
    const answer = await ask('GET', '/latest/meta-data/iam/security-credentials/app');
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.body).not.toContain('SecretAccessKey');
  });

  test('an expired, a changed and another instance’s token are 401, optional or not', async () => {
    const short = await token(1);
    const other = await token(60, await urlOf(await run()));
    const own = await token();
    const changed = `${own.slice(0, 20)}${own[20] === 'A' ? 'B' : 'A'}${own.slice(21)}`;
    server.pass(1000);
    for (const HttpTokens of ['required', 'optional']) {
      await options({ HttpTokens });
      for (const bad of [short, other, changed, '', 'x']) {
        const headers = { 'X-aws-ec2-metadata-token': bad };
        expect((await ask('GET', '/latest/meta-data/', headers)).status).toBe(401);
      }
    }
    expect((await ask('GET', '/latest/meta-data/')).status).toBe(200);
  });

  test('a foreign Host and any Origin are refused', async () => {
    for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example']) {
      const answer = await ask('PUT', '/latest/api/token', { [ttl]: '60', Host: host });
      expect([host, answer.status]).toEqual([host, 403]);
    }
    for (const host of ['localhost', '169.254.169.254', '[fd00:ec2::254]', '127.0.0.1:80']) {
      const answer = await ask('PUT', '/latest/api/token', { [ttl]: '60', Host: host });
      expect([host, answer.status]).toEqual([host, 200]);
    }
    const page = { [ttl]: '60', Origin: 'http://127.0.0.1:3000' };
    expect((await ask('PUT', '/latest/api/token', page)).status).toBe(403);
  });

  test('a disabled endpoint answers 403', async () => {
    const own = await token();
    await options({ HttpEndpoint: 'disabled' });
    expect((await ask('PUT', '/latest/api/token', { [ttl]: '60' })).status).toBe(403);
    const headers = { 'X-aws-ec2-metadata-token': own };
    expect((await ask('GET', '/latest/meta-data/', headers)).status).toBe(403);
  });
});

describe('the tree', () => {
  test.each([
    ['/latest/meta-data/instance-id', () => id],
    ['/latest/meta-data/ami-id', () => 'ami-0cbec04a61be382d9'],
    ['/latest/meta-data/instance-type', () => 't2.micro'],
    ['/latest/meta-data/local-ipv4', () => '172.31.0.4'],
    ['/latest/meta-data/hostname', () => 'ip-172-31-0-4.ec2.internal'],
    ['/latest/meta-data/placement/region', () => region],
    ['/latest/meta-data/placement/availability-zone', () => 'us-east-1a'],
    ['/latest/meta-data/placement/availability-zone-id', () => 'use1-az1'],
    ['/latest/meta-data/services/domain', () => 'amazonaws.com'],
    ['/latest/meta-data/services/partition', () => 'aws'],
    ['/latest/meta-data/security-groups', () => 'default'],
    ['/latest/meta-data/block-device-mapping/root', () => '/dev/xvda'],
    ['/latest/meta-data/iam/security-credentials/', () => 'app'],
    ['/latest/meta-data/iam/security-credentials', () => 'app'],
    ['/2021-03-23/meta-data/instance-id', () => id],
    ['//latest/meta-data/instance-id', () => id],
    ['/latest/dynamic/fws/instance-monitoring', () => 'disabled'],
    ['/latest/meta-data/network/interfaces/', () => 'macs/'],
  ])('%s', async (path, expected) => {
    const answer = await get(path);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: expected(),
    });
    expect(answer.headers['content-type']).toBe('text/plain');
  });

  test('directories are listed, items that do not exist are 404', async () => {
    const names = (await get('/latest/meta-data/')).body.split('\n');
    expect(names).toContain('instance-id');
    expect(names).toContain('iam/');
    expect(names).not.toContain('tags/');
    expect((await get('/latest')).body).toBe('dynamic\nmeta-data');
    for (const path of [
      'nope',
      'instance-id/x',
      'public-keys/',
      'tags/instance/Name',
      '__proto__',
    ]) {
      expect([path, (await get(`/latest/meta-data/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await get('/latest/user-data')).status).toBe(404);
    expect((await get('/never/meta-data/')).status).toBe(404);
    expect((await get('/latest/%zz')).status).toBe(400);
  });

  test('the network tree of the interface', async () => {
    const mac = (await get('/latest/meta-data/mac')).body;
    const base = `/latest/meta-data/network/interfaces/macs/${mac}`;
    expect((await get('/latest/meta-data/network/interfaces/macs/')).body).toBe(`${mac}/`);
    expect((await get(`${base}/owner-id`)).body).toBe(account);
    expect((await get(`${base}/vpc-ipv4-cidr-block`)).body).toBe('172.31.0.0/16');
    expect((await get(`${base}/subnet-ipv4-cidr-block`)).body).toBe('172.31.0.0/20');
  });

  test('the identity document', async () => {
    const { body } = await get('/latest/dynamic/instance-identity/document');
    expect(JSON.parse(body)).toMatchObject({
      accountId: account,
      instanceId: id,
      region,
      imageId: 'ami-0cbec04a61be382d9',
      architecture: 'x86_64',
      devpayProductCodes: null,
    });
    expect(body).toContain('\n  "accountId" : "123456789012",\n');
    const signature = await get('/latest/dynamic/instance-identity/signature');
    expect(signature.body).toMatch(/^[A-Za-z0-9+/]{20,}={0,2}$/);
  });

  test('tags only when they are enabled; user data byte for byte', async () => {
    await options({ InstanceMetadataTags: 'enabled' });
    expect((await get('/latest/meta-data/tags/instance/')).body).toBe('Name');
    expect((await get('/latest/meta-data/tags/instance/Name')).body).toBe('one');
    const UserData = Buffer.from('#!/bin/sh\n').toString('base64');
    url = await urlOf(await run({ UserData }));
    expect((await get('/latest/')).body).toBe('dynamic\nmeta-data\nuser-data');
    const answer = await get('/latest/user-data');
    expect(answer.body).toBe('#!/bin/sh\n');
    expect(answer.headers['content-type']).toBe('application/octet-stream');
  });

  test('HEAD has the headers without the body', async () => {
    const headers = { 'X-aws-ec2-metadata-token': await token() };
    const answer = await ask('HEAD', '/latest/meta-data/instance-id', headers);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['content-length']).toBe(String(id.length));
  });
});

describe('001-13 the role’s credentials', () => {
  const path = '/latest/meta-data/iam/security-credentials/app';
  const credentials = async () => JSON.parse((await get(path)).body);

  test('are those of a session named after the instance, and carry where it is', async () => {
    const { body } = await get(path);
    const read = JSON.parse(body);
    expect(Object.keys(read)).toEqual([
      'Code',
      'LastUpdated',
      'Type',
      'AccessKeyId',
      'SecretAccessKey',
      'Token',
      'Expiration',
    ]);
    expect(read).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' });
    expect(body.startsWith('{\n  "Code" : "Success",\n  "LastUpdated" : "')).toBe(true);
    expect(read.Expiration).toBe('2026-01-02T09:04:05Z');
    const session = server.tokens.open(read.Token);
    expect(session).toMatchObject({ kind: 'role', sessionName: id, principalName: 'app' });
    expect(new Map(session?.contextKeys).get('ec2:RoleDelivery')).toBe('2.0');
    expect(new Map(session?.contextKeys).get('ec2:SourceInstanceArn')).toBe(
      `arn:aws:ec2:${region}:${account}:instance/${id}`,
    );
    expect(new Map(session?.contextKeys).get('aws:Ec2InstanceSourcePrivateIPv4')).toBe(
      '172.31.0.4',
    );
    expect(new Map(session?.contextKeys).get('aws:Ec2InstanceSourceVpc')).toMatch(/^vpc-/);
  });

  test('stay the same, rotate when an hour old, and differ by the version that hands them out', async () => {
    const first = await credentials();
    expect(await credentials()).toEqual(first);
    server.pass(renewalMilliseconds - 1);
    expect((await credentials()).AccessKeyId).toBe(first.AccessKeyId);
    server.pass(1);
    expect((await credentials()).AccessKeyId).not.toBe(first.AccessKeyId);
    await options({ HttpTokens: 'optional' });
    const old = JSON.parse((await ask('GET', path)).body);
    const session = server.tokens.open(old.Token);
    expect(new Map(session?.contextKeys).get('ec2:RoleDelivery')).toBe('1.0');
  });

  test('a Deny on NumericLessThan ec2:RoleDelivery 2.0 hits credentials of version 1 only', async () => {
    const statement = { Action: 'ec2:DescribeTags', Resource: '*' };
    const Condition = { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } };
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', ...statement },
        { Effect: 'Deny', ...statement, Condition },
      ],
    });
    const role = server.runtime.directory.find(account, 'role', 'app');
    if (role === undefined) throw new Error('no role');
    await server.runtime.state.commit([
      replaceRecord(role, { ...role.record, inlinePolicies: [['p', document]] }),
    ]);
    await options({ HttpTokens: 'optional' });
    const second = server.instanceCaller((await credentials()).Token);
    const first = server.instanceCaller(JSON.parse((await ask('GET', path)).body).Token);
    await server.call('DescribeTags', {}, second);
    await expect(server.call('DescribeTags', {}, first)).rejects.toThrow('with an explicit deny');
  });

  test('the SDK’s own provider reads them', async () => {
    server.pass(Date.now() - server.now);
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = url;
    try {
      const read = await fromInstanceMetadata({ maxRetries: 0 })();
      expect(read.accessKeyId).toBe((await credentials()).AccessKeyId);
      expect(read.sessionToken).toBeDefined();
    } finally {
      delete process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
    }
  });

  test('a role that does not trust EC2 cannot be assumed', async () => {
    const role = server.runtime.directory.find(account, 'role', 'app');
    if (role === undefined) throw new Error('no role');
    const trustPolicy = role.record.trustPolicy.replace('ec2.', 'ecs-tasks.');
    await server.runtime.state.commit([replaceRecord(role, { ...role.record, trustPolicy })]);
    const read = await credentials();
    expect(read.Code).toBe('AssumeRoleUnauthorizedAccess');
    expect(read.Message).toContain('EC2 cannot assume the role app.');
    expect(read.SecretAccessKey).toBeUndefined();
  });

  test('no profile, no role: 404', async () => {
    url = await urlOf(await run({ IamInstanceProfile: undefined }));
    expect((await get('/latest/meta-data/iam/')).status).toBe(404);
    expect((await get('/latest/meta-data/iam/security-credentials/')).status).toBe(404);
    url = await urlOf(id);
    const profile = server.runtime.directory.find(account, 'instance-profile', 'app-profile');
    if (profile === undefined) throw new Error('no profile');
    const { roleName: _role, ...empty } = profile.record;
    await server.runtime.state.commit([replaceRecord(profile, empty)]);
    expect((await get(path)).status).toBe(404);
    expect(JSON.parse((await get('/latest/meta-data/iam/info')).body)).toMatchObject({
      Code: 'Success',
      InstanceProfileId: profile.record.id,
    });
  });

  test('a profile made anew under the same name is another profile', async () => {
    const profile = server.runtime.directory.find(account, 'instance-profile', 'app-profile');
    if (profile === undefined) throw new Error('no profile');
    await server.runtime.state.commit([{ key: profile.key, value: undefined }]);
    const again = { ...profile.record, id: 'AIPAOTHER' };
    await server.runtime.state.commit([
      createRecord(account, 'instance-profile', 'app-profile', again),
    ]);
    expect((await get(path)).status).toBe(404);
    const info = JSON.parse((await get('/latest/meta-data/iam/info')).body);
    expect(info.Code).toBe('InstanceProfileNotFound');
  });
});

describe('the fleet', () => {
  test('follows stop, start and termination', async () => {
    await server.call('StopInstances', { InstanceIds: [id] });
    expect(await fleet.imdsUrl(account, id)).toBeUndefined();
    await expect(ask('GET', '/')).rejects.toThrow();
    server.pass(1000);
    await server.call('StartInstances', { InstanceIds: [id] });
    url = await urlOf(id);
    expect((await get('/latest/meta-data/instance-id')).body).toBe(id);
    await server.call('TerminateInstances', { InstanceIds: [id] });
    expect(await fleet.imdsUrl(account, id)).toBeUndefined();
  });

  test('starts what the store holds, and closes everything', async () => {
    await fleet.close();
    await expect(ask('GET', '/')).rejects.toThrow();
    fleet = await InstanceFleet.start(server.runtime);
    url = await urlOf(id);
    expect((await get('/latest/meta-data/instance-id')).body).toBe(id);
    expect(await fleet.describe('999999999999', id)).toBeUndefined();
    expect(await fleet.describe(account, id)).toMatchObject({
      instanceId: id,
      region,
      httpTokens: 'required',
      metadataEndpoint: url,
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});
