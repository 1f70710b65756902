/** Flipping any byte of a signed request, in any signed place, gets it refused (property). */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ServiceError } from '../protocol/service-error.ts';
import type { AuthenticationOptions } from './authenticator.ts';
import { createRequest, type WireParts } from './testing/wire-request.ts';
import {
  createSession,
  createWorld,
  iamOptions,
  now,
  rootCredentials,
  type SigningParts,
  s3Options,
  signParts,
  type World,
} from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

type Place = 'method' | 'target' | 'header' | 'body';
interface Signed extends Omit<WireParts, 'headers' | 'body'> {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const body = 'Action=CreateUser&UserName=alice&Version=2010-05-08';

/** The character with one bit flipped, when that still is a character of its place. */
function flip(text: string, at: number, bit: number): string | undefined {
  const index = at % Math.max(text.length, 1);
  const code = text.charCodeAt(index) ^ (1 << bit);
  // Blanks are folded by the canonical form, control characters never reach a parsed request.
  if (Number.isNaN(code) || code <= 0x20 || code === 0x7f) return undefined;
  return text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
}

function tamper(signed: Signed, place: Place, at: number, bit: number): Signed | undefined {
  if (place !== 'header') {
    const flipped = flip(signed[place], at, bit);
    return flipped === undefined ? undefined : { ...signed, [place]: flipped };
  }
  const index = at % signed.headers.length;
  const [name, value] = signed.headers[index] ?? ['', ''];
  const isName = at % 3 === 0;
  const flipped = flip(isName ? name : value, at >>> 4, bit);
  if (flipped === undefined) return undefined;
  // Names reach us in lower case: a flip of the case bit is no change.
  if (isName && flipped.toLowerCase() === name.toLowerCase()) return undefined;
  const header: readonly [string, string] = isName ? [flipped, value] : [name, flipped];
  return { ...signed, headers: signed.headers.with(index, header) };
}

async function sign(parts: Partial<SigningParts>): Promise<Signed> {
  const signed = await signParts({ credentials: rootCredentials, ...parts });
  return { ...signed, method: signed.method ?? 'GET', body: String(signed.body ?? '') };
}

/** Whether the two say the same: an unsigned body or an equal decoding of the target. */
function isSame(signed: Signed, tampered: Signed): boolean {
  const [a, b] = [createRequest(signed), createRequest(tampered)];
  const meaning = (request: typeof a) => [
    request.method,
    decodeURIComponent(request.rawPath),
    request.query.map(({ name, value }) => [name, value]),
    request.headers,
  ];
  try {
    return (
      JSON.stringify(meaning(a)) === JSON.stringify(meaning(b)) && signed.body === tampered.body
    );
  } catch {
    return false;
  }
}

async function checkAll(
  signed: Signed,
  optionsOf: (tampered: Signed) => AuthenticationOptions,
  places: readonly Place[],
): Promise<void> {
  world.authenticator.authenticate(createRequest(signed), optionsOf(signed));
  const flips = fc.tuple(
    fc.constantFrom(...places),
    fc.nat(100_000),
    fc.integer({ min: 0, max: 7 }),
  );
  fc.assert(
    fc.property(flips, ([place, at, bit]) => {
      const tampered = tamper(signed, place, at, bit);
      if (tampered === undefined || isSame(signed, tampered)) return;
      const run = () =>
        world.authenticator.authenticate(createRequest(tampered), optionsOf(tampered));
      expect(run, `${place} ${at} ${bit}`).toThrow(ServiceError);
    }),
    { numRuns: 1500 },
  );
}

describe('any flipped byte is refused', () => {
  const query = ({ body: text }: Signed) => iamOptions(text);
  const s3 = (): AuthenticationOptions => ({ ...s3Options, signature: 'required' });

  test('a query service, header form', async () => {
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as const;
    await checkAll(await sign({ body, headers }), query, ['method', 'target', 'header', 'body']);
  });

  test('a query service with a session', async () => {
    const credentials = world.tokens.mint(createSession('role', world.roleId, 'deploy'));
    await checkAll(await sign({ credentials, body }), query, ['header', 'body']);
  });

  test('a query service, presigned', async () => {
    const signed = await sign({
      method: 'GET',
      target: '/?Action=GetUser&Version=2010-05-08',
      presignedSeconds: 60,
    });
    await checkAll(signed, query, ['method', 'target', 'header', 'body']);
  });

  test('S3, header form', async () => {
    const headers = [
      ['x-amz-acl', 'private'],
      ['x-amz-meta-a', 'b  c'],
    ] as const;
    const target = '/bucket/k%20ey/%E3%81%82.txt?partNumber=1&uploadId=a%2Bb';
    const signed = await sign({ method: 'PUT', target, service: 's3', headers });
    await checkAll(signed, s3, ['method', 'target', 'header']);
  });

  test('S3, presigned', async () => {
    const target = '/bucket/k%20ey?response-content-type=text%2Fplain';
    const signed = await sign({ method: 'GET', target, service: 's3', presignedSeconds: 60 });
    await checkAll(signed, s3, ['method', 'target', 'header']);
  });

  test('a plus sign in the query is the blank that the service reads, not a plus', async () => {
    const signed = await sign({ method: 'GET', target: '/b?prefix=a%2Bb', service: 's3' });
    const request = createRequest({ ...signed, target: '/b?prefix=a+b', receivedAt: now });
    const query = request.query.map((parameter) => ({
      ...parameter,
      value: parameter.value.replaceAll('+', ' '),
    }));
    expect(() => world.authenticator.authenticate({ ...request, query }, s3Options)).toThrow(
      ServiceError,
    );
  });
});
