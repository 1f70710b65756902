/** Requests of the SDK's own clients verify, with long-term and with session keys. */

import { Readable } from 'node:stream';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuthenticationOptions } from '../authenticator.ts';
import { readDeclaredChecksum, verifyChecksums } from '../payload/checksum/verify-checksums.ts';
import { readAll } from '../testing/chunked-body.ts';
import { createRequest } from '../testing/wire-request.ts';
import {
  createSession,
  createWorld,
  rootCredentials,
  s3Options,
  type World,
} from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | Readable | undefined;
}

/** A request handler that keeps what the client would have sent. */
function capture() {
  const sent: Sent[] = [];
  return {
    sent,
    requestHandler: {
      handle: (request: unknown) => {
        sent.push(request as Sent);
        return Promise.reject(new Error('captured'));
      },
    },
  };
}

async function bytesOf(body: Sent['body']): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

/** What would arrive, now. */
async function arrive(sent: Sent | undefined) {
  if (sent === undefined) throw new Error('the client sent nothing');
  const body = await bytesOf(sent.body);
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const pairs = Object.entries(sent.query).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one) => (one === null ? encode(name) : `${encode(name)}=${encode(one ?? '')}`)),
  );
  const target = pairs.length === 0 ? sent.path : `${sent.path}?${pairs.join('&')}`;
  const date = sent.headers['x-amz-date'] ?? '';
  const shape = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
  const receivedAt = Date.parse(date.replace(shape, '$1-$2-$3T$4:$5:$6Z'));
  const headers = Object.entries(sent.headers);
  return {
    body,
    request: createRequest({ method: sent.method, target, headers, body, receivedAt }),
  };
}

const endpoint = 'http://127.0.0.1:4566';
const region = 'us-east-1';

function credentials(kind: 'root' | 'session') {
  return kind === 'root'
    ? rootCredentials
    : world.tokens.mint({
        ...createSession('role', world.roleId, 'deploy'),
        expiresAt: Number.MAX_SAFE_INTEGER,
      });
}

async function verify(sent: Sent | undefined, options: Omit<AuthenticationOptions, 'body'>) {
  const { request, body } = await arrive(sent);
  const { authenticated } = world.authenticator.authenticate(request, { ...options, body });
  return authenticated.caller.kind;
}

describe.each(['root', 'session'] as const)('with %s credentials', (kind) => {
  const expected = kind === 'root' ? 'root' : 'role-session';

  test('STS and IAM (aws-query)', async () => {
    const { sent, requestHandler } = capture();
    const init = {
      endpoint,
      region,
      credentials: credentials(kind),
      requestHandler,
      maxAttempts: 1,
    };
    await new STSClient(init).send(new GetCallerIdentityCommand()).catch(() => {});
    const input = { RoleName: 'r', AssumeRolePolicyDocument: '{"a":"ü +"}', Description: '日本' };
    await new IAMClient(init).send(new CreateRoleCommand(input)).catch(() => {});
    const options = { family: 'query', signature: 'required' } as const;
    expect(await verify(sent[0], { ...options, signingName: 'sts' })).toBe(expected);
    expect(await verify(sent[1], { ...options, signingName: 'iam' })).toBe(expected);
  });

  test('CloudWatch (JSON or CBOR)', async () => {
    const { sent, requestHandler } = capture();
    const init = {
      endpoint,
      region,
      credentials: credentials(kind),
      requestHandler,
      maxAttempts: 1,
    };
    await new CloudWatchClient(init).send(new ListMetricsCommand({})).catch(() => {});
    const options = { family: 'json', signature: 'required', signingName: 'monitoring' } as const;
    expect(await verify(sent[0], options)).toBe(expected);
  });

  test('S3: odd keys, queries, checksums and streams', async () => {
    const { sent, requestHandler } = capture();
    const init = {
      endpoint,
      region,
      credentials: credentials(kind),
      requestHandler,
      maxAttempts: 1,
    };
    const client = new S3Client({ ...init, forcePathStyle: true });
    const Bucket = 'bucket';
    const Key = "a b/../c//ü(1)'!*+~=&.txt";
    await client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-1' })).catch(() => {});
    await client
      .send(new ListObjectsV2Command({ Bucket, Prefix: 'a b/+', Delimiter: '/' }))
      .catch(() => {});
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' })).catch(() => {});
    const Body = Readable.from([Buffer.from('hello '), Buffer.from('stream')]);
    await client
      .send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 12 }))
      .catch(() => {});
    expect(sent.length).toBe(4);
    for (const [index, text] of ['', '', 'hello', 'hello stream'].entries()) {
      const { request } = await arrive(sent[index]);
      const { authenticated, payload } = world.authenticator.authenticate(request, s3Options);
      expect(authenticated.caller.kind).toBe(expected);
      const declared = readDeclaredChecksum(request);
      const checked = verifyChecksums(payload, declared);
      expect(await readAll(checked.payload.stream)).toBe(text);
      if (index >= 2) expect(checked.computed.size).toBe(1);
    }
  });
});
