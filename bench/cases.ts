/** The measured operations, as signed requests ready to be sent, and what they need beforehand. */
import {
  type SignedRequest,
  signInHeader,
  type TestKey,
} from '../packages/server/src/gateway/testing/client-signature.ts';
import type { MeasuredServer } from './servers.ts';

/** One operation: `next` gives the bytes of the next request. */
export interface Case {
  readonly name: string;
  readonly next: () => Buffer | undefined;
  /** Makes `next` usable again after it has ended: removes what was created. */
  readonly renew?: () => Promise<void>;
}

const versions = { iam: '2010-05-08', sts: '2011-06-15' } as const;
const bucket = 'bench-bucket';
const account = '123456789012';
/** Below the quota of roles in an account. */
const rolesMax = 900;

/** Signatures are good for five minutes; a new one is made long before. */
const resignMilliseconds = 60_000;

/** Makes the user, the role and the object that the cases use. What fails to be made is skipped. */
export async function prepareCases(server: MeasuredServer): Promise<readonly Case[]> {
  const user = await makeUser(server);
  const { id } = await call(server, 'sts', server.key, { Action: 'GetCallerIdentity' }).then(
    (body) => ({ id: textOf(body, 'Account') || account }),
  );
  await makeRole(server, id);
  const cases: Case[] = [
    repeated('GetCallerIdentity', () => form(server, 'sts', user, { Action: 'GetCallerIdentity' })),
    repeated('GetRole', () => form(server, 'iam', user, { Action: 'GetRole', RoleName: 'bench' })),
    repeated('AssumeRole', () =>
      form(server, 'sts', user, {
        Action: 'AssumeRole',
        RoleArn: `arn:aws:iam::${id}:role/bench`,
        RoleSessionName: 'bench',
      }),
    ),
    createRoles(server, user, id),
  ];
  const object = await makeObject(server, user);
  if (object !== undefined) cases.push(repeated('GetObject 1 KiB', object));
  return cases;
}

/** The same request again and again, signed anew now and then. */
function repeated(name: string, make: () => Buffer): Case {
  let bytes = make();
  let madeAt = performance.now();
  return {
    name,
    next: () => {
      if (performance.now() - madeAt > resignMilliseconds) {
        bytes = make();
        madeAt = performance.now();
      }
      return bytes;
    },
  };
}

/** New roles up to the account's quota, which are then deleted, unmeasured. */
function createRoles(server: MeasuredServer, user: TestKey, id: string): Case {
  let created = 0;
  const name = (number: number): string => `bench-${number}`;
  return {
    name: 'CreateRole',
    next: () => {
      if (created === rolesMax) return undefined;
      created += 1;
      return form(server, 'iam', user, {
        Action: 'CreateRole',
        RoleName: name(created),
        AssumeRolePolicyDocument: trustPolicy(id),
      });
    },
    renew: async () => {
      for (; created > 0; created -= 1) {
        const parameters = { Action: 'DeleteRole', RoleName: name(created) };
        // A creation that failed left nothing to delete.
        await call(server, 'iam', server.key, parameters).catch(() => {});
      }
    },
  };
}

function trustPolicy(id: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${id}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
}

/** A user with a policy of four statements: real work for the decision. */
async function makeUser(server: MeasuredServer): Promise<TestKey> {
  await call(server, 'iam', server.key, { Action: 'CreateUser', UserName: 'bench' });
  const key = await call(server, 'iam', server.key, {
    Action: 'CreateAccessKey',
    UserName: 'bench',
  });
  await call(server, 'iam', server.key, {
    Action: 'PutUserPolicy',
    UserName: 'bench',
    PolicyName: 'bench',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Action: 'iam:Delete*', Resource: '*' },
        { Effect: 'Allow', Action: 'iam:*Role', Resource: 'arn:aws:iam::*:role/bench*' },
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
      ],
    }),
  });
  return { id: textOf(key, 'AccessKeyId'), secret: textOf(key, 'SecretAccessKey') };
}

async function makeRole(server: MeasuredServer, id: string): Promise<void> {
  await call(server, 'iam', server.key, {
    Action: 'CreateRole',
    RoleName: 'bench',
    AssumeRolePolicyDocument: trustPolicy(id),
  });
}

async function makeObject(
  server: MeasuredServer,
  user: TestKey,
): Promise<(() => Buffer) | undefined> {
  for (const [path, body] of [
    [`/${bucket}`, ''],
    [`/${bucket}/object`, 'x'.repeat(1024)],
  ] as const) {
    const response = await send(server, signed(server, 's3', server.key, 'PUT', path, body));
    if (response.status < 300) continue;
    process.stderr.write(`skipped: ${server.name} GetObject: ${response.status} at PUT ${path}\n`);
    return undefined;
  }
  return () => bytesOf(signed(server, 's3', user, 'GET', `/${bucket}/object`, ''));
}

function form(
  server: MeasuredServer,
  service: keyof typeof versions,
  key: TestKey,
  parameters: Readonly<Record<string, string>>,
): Buffer {
  const body = new URLSearchParams({ Version: versions[service], ...parameters }).toString();
  return bytesOf(signed(server, service, key, 'POST', '/', body));
}

function signed(
  server: MeasuredServer,
  service: 'iam' | 'sts' | 's3',
  key: TestKey,
  method: string,
  rawPath: string,
  body: string,
): SignedRequest {
  const type = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'] as const;
  return signInHeader(
    {
      method,
      rawPath,
      rawQuery: '',
      headers: [
        ['host', `127.0.0.1:${server.port}`],
        ...(service === 's3' ? [] : [type]),
        ['user-agent', 'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1 lang/python#3.13.7'],
      ],
      body: Buffer.from(body),
    },
    key,
    { service, region: 'us-east-1', now: Date.now() },
  );
}

/** A request as it goes over the wire. */
function bytesOf({ method, rawPath, headers, body }: SignedRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length = body.length > 0 ? `content-length: ${body.length}\r\n` : '';
  return Buffer.concat([
    Buffer.from(`${method} ${rawPath} HTTP/1.1\r\n${lines}${length}\r\n`),
    body,
  ]);
}

async function send(server: MeasuredServer, request: SignedRequest): Promise<Response> {
  const headers = new Headers(
    request.headers.filter(([name]) => name !== 'host').map(([...each]) => each),
  );
  return await fetch(`http://127.0.0.1:${server.port}${request.rawPath}`, {
    method: request.method,
    headers,
    ...(request.body.length > 0 ? { body: new Uint8Array(request.body) } : {}),
  });
}

async function call(
  server: MeasuredServer,
  service: 'iam' | 'sts',
  key: TestKey,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const body = new URLSearchParams({ Version: versions[service], ...parameters }).toString();
  const response = await send(server, signed(server, service, key, 'POST', '/', body));
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${server.name} ${parameters['Action']}: ${text}`);
  return text;
}

function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1] ?? '';
}
