/** Every operation × authentication mode × tampering: nothing is served without proof (T1). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServices } from './services.ts';
import type { PlainRequest, SignedRequest } from './testing/client-signature.ts';
import {
  type MatrixCall,
  type MatrixKeys,
  type MatrixService,
  type MatrixWorld,
  matrixNames,
  openMatrix,
} from './testing/matrix-world.ts';
import { converse, wireBytes } from './testing/raw-socket.ts';
import { tamperings } from './testing/tampering.ts';
import type { Answer } from './testing/test-gateway.ts';

/** AWS serves these without a signature: the token in their input is the proof. */
const unsigned = new Set(['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML']);

/** Answered 200 with an error for each key that may not be deleted. */
const decidedByKey = new Set(['s3:DeleteObjects']);

/** What needs no permission, with AWS's reason. */
const withoutPermission: ReadonlyMap<string, string> = new Map([
  ['sts:GetCallerIdentity', 'No permissions are required to perform this operation.'],
  ['sts:GetSessionToken', 'No permissions are required for users to perform this operation.'],
]);

/** The error families, and how each names what is wrong. */
const codes = {
  query: {
    missing: ['MissingAuthenticationToken'],
    key: ['InvalidClientTokenId'],
    expired: ['ExpiredToken'],
    signature: ['SignatureDoesNotMatch'],
    clock: ['SignatureDoesNotMatch'],
    schemes: ['IncompleteSignature'],
  },
  ec2: {
    missing: ['MissingAuthenticationToken'],
    key: ['AuthFailure'],
    expired: ['RequestExpired'],
    signature: ['AuthFailure'],
    clock: ['AuthFailure'],
    schemes: ['IncompleteSignature'],
  },
  json: {
    missing: ['MissingAuthenticationTokenException'],
    key: ['UnrecognizedClientException'],
    expired: ['ExpiredTokenException'],
    signature: ['InvalidSignatureException'],
    clock: ['InvalidSignatureException'],
    schemes: ['IncompleteSignatureException'],
  },
  s3: {
    // A request without credentials is anonymous, and the bucket is private.
    missing: ['AccessDenied'],
    key: ['InvalidAccessKeyId'],
    expired: ['ExpiredToken'],
    signature: ['SignatureDoesNotMatch'],
    clock: ['AccessDenied'],
    schemes: ['InvalidArgument'],
  },
} as const;

type Reason = keyof (typeof codes)['query'];

function familyOf({ name }: MatrixService): keyof typeof codes {
  if (name === 'ec2' || name === 's3') return name;
  const speaksQuery = name === 'iam' || name === 'sts' || name.endsWith('(aws-query)');
  return speaksQuery ? 'query' : 'json';
}

let world: MatrixWorld;

beforeAll(async () => {
  world = await openMatrix();
});

afterAll(async () => {
  await world.gateway.stop();
});

/** Names the operations whose answer is not as the check wants it. */
async function offenders(
  target: MatrixService,
  sign: (request: PlainRequest) => SignedRequest,
  check: (answer: Answer, operation: string, calls: readonly MatrixCall[]) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { operation, request } of target.requests) {
    const answer = await world.gateway.send(sign(request));
    const calls = world.takeCalls();
    const name = `${target.service.id}:${operation}`;
    if (!check(answer, name, calls)) {
      found.push(`${name}: ${answer.status} ${answer.code}, ${calls.length} calls`);
    }
  }
  return found;
}

/** Refused as a whole; or key by key, where the operation is handed nothing but refusals. */
function isRefused(
  answer: Answer,
  operation: string,
  calls: readonly MatrixCall[],
  expected: readonly string[],
): boolean {
  if (decidedByKey.has(operation)) return calls.every(({ isDenied }) => isDenied);
  return calls.length === 0 && (unsigned.has(operation) || isRefusal(answer, expected));
}

/** HEAD has no body to name an error in: its status must be a refusal's. */
function isRefusal(answer: Answer, expected: readonly string[]): boolean {
  return expected.includes(answer.code) || (answer.body === '' && answer.status >= 400);
}

type Mode = readonly [
  name: string,
  reason: Reason,
  sign: (target: MatrixService, request: PlainRequest, keys: MatrixKeys) => SignedRequest,
];

const withKey =
  (name: keyof MatrixKeys): Mode[2] =>
  (target, request, keys) =>
    world.inHeader(target, request, keys[name]);

const refusedModes: readonly Mode[] = [
  ['no credentials', 'missing', (_target, request) => unsignedRequest(request)],
  ['a wrong secret', 'signature', withKey('wrongSecret')],
  ['an unknown key', 'key', withKey('unknown')],
  ['an inactive key', 'key', withKey('inactive')],
  ['the key of a deleted user', 'key', withKey('deletedUser')],
  ['an expired session', 'expired', withKey('expiredSession')],
  ['the session token of another key', 'key', withKey('tokenOfAnotherKey')],
  ['a long-term key with a foreign token', 'key', withKey('longTermWithToken')],
  [
    'an expired presigned request',
    'clock',
    (target, request, keys) => world.inQuery(target, request, keys.root, Date.now() - 61_000),
  ],
  [
    'two schemes at once',
    'schemes',
    (target, request, keys) => {
      const presigned = world.inQuery(target, request, keys.root);
      const { headers } = world.inHeader(target, request, keys.root);
      return { ...presigned, headers: [...headers] };
    },
  ],
];

function unsignedRequest(request: PlainRequest): SignedRequest {
  return { ...request, headers: request.headers.map(([name, value]) => [name, value]) };
}

const names = matrixNames(await createServices()).map(({ name }) => name);

describe.each(names)('%s', (name) => {
  const target = (): MatrixService => {
    const found = world.services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`${name} is not in the matrix`);
    return found;
  };

  test('has a request for each operation of its model', () => {
    const { requests, service } = target();
    expect(requests.map(({ operation }) => operation)).toEqual(service.model.operationNames);
  });

  test('lets root in, so that the refusals below are of the credentials', async () => {
    const missing = codes[familyOf(target())];
    const authentication = Object.values(missing)
      .flat()
      .filter((code) => code !== 'AccessDenied');
    for (const sign of [world.inHeader, world.inQuery]) {
      const found = await offenders(
        target(),
        (request) => sign(target(), request, world.keys.root),
        (answer) => !isOneOf(answer.code, authentication),
      );
      expect(found).toEqual([]);
    }
  });

  test.each(refusedModes)('T1 %s opens no operation', async (_name, reason, sign) => {
    const expected = codes[familyOf(target())][reason];
    const found = await offenders(
      target(),
      (request) => sign(target(), request, world.keys),
      (answer, operation, calls) => isRefused(answer, operation, calls, expected),
    );
    expect(found).toEqual([]);
  });

  test('a caller without any policy is refused everything that needs a permission', async () => {
    const denied = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];
    for (const sign of [world.inHeader, world.inQuery]) {
      const found = await offenders(
        target(),
        (request) => sign(target(), request, world.keys.fresh),
        (answer, operation, calls) => {
          if (withoutPermission.has(operation)) return calls.length === 1;
          return isRefused(answer, operation, calls, denied);
        },
      );
      expect(found).toEqual([]);
    }
  });

  test.each(tamperings)('T1 tampering with %s reaches no operation', async (_name, tamper) => {
    const found: string[] = [];
    for (const { operation, request } of target().requests) {
      const id = `${target().service.id}:${operation}`;
      if (unsigned.has(id)) continue;
      const signed = world.inHeader(target(), request, world.keys.root);
      for (const tampered of tamper(signed)) {
        const answer = await world.gateway.send(tampered);
        const calls = world.takeCalls();
        if (calls.length > 0 || answer.status < 300 || answer.status >= 500) {
          found.push(`${id}: ${answer.status} ${answer.code}, ${calls.length} calls`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});

describe('over real sockets', () => {
  const everyNth = 60;

  test.each(refusedModes)('T1 %s opens no operation', async (_name, reason, sign) => {
    const found: string[] = [];
    for (const target of world.services) {
      const expected = codes[familyOf(target)][reason];
      for (const [index, { operation, request }] of target.requests.entries()) {
        const id = `${target.service.id}:${operation}`;
        if (index % everyNth !== 0 || unsigned.has(id)) continue;
        const bytes = wireBytes(sign(target, request, world.keys));
        const { answers } = await converse(world.gateway.server.port, bytes);
        const [answer] = answers;
        const calls = world.takeCalls();
        if (calls.length > 0 || answer === undefined || !isRefusal(answer, expected)) {
          found.push(`${id}: ${answer?.status} ${answer?.code}, ${calls.length} calls`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});

test('the matrix covers every service of the server, and nothing failed inside', () => {
  const covered = new Set(world.services.map(({ service }) => service.id));
  expect([...covered].sort()).toEqual(world.gateway.services.map(({ id }) => id).sort());
  expect(world.gateway.warnings).toEqual([]);
});

function isOneOf(code: string, list: readonly string[]): boolean {
  return list.includes(code);
}
