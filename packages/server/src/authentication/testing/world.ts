/** For tests: a directory with a user and a role, their keys, and an authenticator over them. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Directory } from '../../directory/directory.ts';
import { recordKey } from '../../directory/records.ts';
import { createNodeRandom } from '../../platform/node-random.ts';
import { createSealer } from '../../platform/sealer.ts';
import { createUniqueId } from '../../platform/unique-id.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import type { Json } from '../../store/store.ts';
import {
  type AuthenticationOptions,
  type Authenticator,
  createAuthenticator,
} from '../authenticator.ts';
import type { Session } from '../caller.ts';
import { KeySource } from '../credentials.ts';
import { SessionTokens } from '../session-token.ts';
import { createRequest, type WireParts } from './wire-request.ts';

export const account = '123456789012';
/** 2026-01-02T03:04:05Z. */
export const now = Date.UTC(2026, 0, 2, 3, 4, 5);
export const random = createNodeRandom();

/** A key pair, with a token when it is temporary. */
export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const rootCredentials: TestCredentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Everything that a test may want to change. */
export interface World {
  readonly state: State;
  readonly tokens: SessionTokens;
  readonly authenticator: Authenticator;
  readonly userCredentials: TestCredentials;
  readonly userId: string;
  readonly roleId: string;
  readonly put: (kind: 'user' | 'role' | 'access-key', name: string, value: Json) => Promise<void>;
  readonly remove: (kind: 'user' | 'role' | 'access-key', name: string) => Promise<void>;
}

export async function createWorld(mode: 'verify' | 'any-key' = 'verify'): Promise<World> {
  const masterKey = random.bytes(32);
  const state = await State.open(new MemoryStore());
  const directory = new Directory(state);
  const sealer = createSealer(masterKey, random);
  const tokens = new SessionTokens(masterKey, random);
  const keys = new KeySource({
    partition: 'aws',
    accounts: [account],
    rootAccessKeys: [
      { account, id: rootCredentials.accessKeyId, secret: rootCredentials.secretAccessKey },
    ],
    directory,
    sessionTokens: tokens,
    sealer,
  });
  const authenticator = createAuthenticator({
    keys,
    mode,
    firstAccount: account,
    defaultRegion: 'us-east-1',
  });
  const userId = createUniqueId('AIDA', account, random);
  const roleId = createUniqueId('AROA', account, random);
  const accessKeyId = createUniqueId('AKIA', account, random);
  const secretAccessKey = Buffer.from(random.bytes(30)).toString('base64');
  const put: World['put'] = async (kind, name, value) => {
    await state.commit([{ key: recordKey(account, kind, name), value }]);
  };
  const remove: World['remove'] = async (kind, name) => {
    await state.commit([{ key: recordKey(account, kind, name), value: undefined }]);
  };
  await put('user', 'alice', userRecord('alice', userId));
  await put('role', 'deploy', roleRecord('deploy', roleId));
  const sealedSecret = sealer.seal(secretAccessKey, recordKey(account, 'access-key', accessKeyId));
  const key = { id: accessKeyId, userName: 'alice', userId, createdAt: 0, sealedSecret };
  await put('access-key', accessKeyId, { ...key, status: 'Active' });
  const userCredentials = { accessKeyId, secretAccessKey };
  return { state, tokens, authenticator, userCredentials, userId, roleId, put, remove };
}

export function userRecord(name: string, id: string): Json {
  const empty = { inlinePolicies: [], attachedPolicies: [], tags: [], groups: [] };
  return { name, id, path: '/team/', createdAt: 0, ...empty };
}

export function roleRecord(name: string, id: string): Json {
  const empty = { inlinePolicies: [], attachedPolicies: [], tags: [], trustPrincipalIds: [] };
  return {
    name,
    id,
    path: '/ci/',
    createdAt: 0,
    trustPolicy: '',
    maxSessionSeconds: 3600,
    ...empty,
  };
}

/** A session as STS would seal it, living for an hour from `now`. */
export function createSession(
  kind: Session['kind'],
  principalId: string,
  principalName: string,
): Omit<Session, 'accessKeyId'> {
  return {
    kind,
    account,
    issuedAt: now,
    expiresAt: now + 3_600_000,
    principalId,
    principalName,
    sessionName: kind === 'session-token' ? '' : 'session',
    tags: [],
    transitiveTagKeys: [],
    chained: false,
    contextKeys: [],
  };
}

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** What to sign, and how. Times in milliseconds. */
export interface SigningParts extends WireParts {
  readonly credentials: TestCredentials;
  readonly service?: string;
  readonly region?: string;
  readonly signedAt?: number;
  readonly body?: string;
  readonly presignedSeconds?: number;
}

/** The request signed by the SDK's own signer. */
export async function signRequest(parts: SigningParts): Promise<HttpRequest> {
  return createRequest(await signParts(parts));
}

/** As signRequest, still open to tampering. */
export async function signParts(
  parts: SigningParts,
): Promise<WireParts & { target: string; headers: [string, string][] }> {
  const { service = 'iam', region = 'us-east-1', body = '', target = '/' } = parts;
  const signer = new SignatureV4({
    credentials: parts.credentials,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    // Like the SDK's clients: the header is sent for every service.
    applyChecksum: true,
  });
  const [path = '', query = ''] = target.split('?');
  const request = {
    method: parts.method ?? 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: 4566,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: {
      host: '127.0.0.1:4566',
      // As the SDK's S3 presigner does it.
      ...(service === 's3' && parts.presignedSeconds !== undefined
        ? { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }
        : {}),
      ...Object.fromEntries(parts.headers ?? []),
    },
    body,
  };
  const signingDate = new Date(parts.signedAt ?? now);
  const { presignedSeconds } = parts;
  const signed =
    presignedSeconds === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn: presignedSeconds });
  const pairs = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return {
    method: signed.method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: Object.entries(signed.headers),
    body,
    receivedAt: parts.receivedAt ?? now,
  };
}

/** Options of a query service, with the body that was signed. */
export function iamOptions(body = ''): AuthenticationOptions {
  return {
    family: 'query',
    signingName: 'iam',
    region: 'us-east-1',
    signature: 'required',
    body: Buffer.from(body),
  };
}

export const s3Options: AuthenticationOptions = {
  family: 's3',
  signingName: 's3',
  signature: 'optional',
};
