/** Temporary credentials: sessions sealed into their own token, nothing of them stored (AEAD). */
import { createHmac, type KeyObject } from 'node:crypto';
import type { Random } from '../platform/platform.ts';
import { AuthenticatedCipher, deriveKey } from '../platform/sealer.ts';
import { createUniqueId } from '../platform/unique-id.ts';
import type { Session } from './caller.ts';

/** Credentials of a session as handed out. `expiresAt` in milliseconds since 1970. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

const associated = 'session-token';
const cacheSize = 4096;

/**
 * Mints and opens session tokens. The secret is derived from the access key id, so it stands
 * neither in the store nor in the token.
 */
export class SessionTokens {
  readonly #cipher: AuthenticatedCipher;
  readonly #secretKey: KeyObject;
  readonly #random: Random;
  /** Opened tokens: opening costs more than all the rest of a verification. */
  readonly #opened = new Map<string, Session>();

  constructor(masterKey: Uint8Array, random: Random) {
    this.#cipher = new AuthenticatedCipher(deriveKey(masterKey, 'session-token'), random);
    this.#secretKey = deriveKey(masterKey, 'session-secret');
    this.#random = random;
  }

  /** New credentials for a session; its access key id (`ASIA…`) is made here. */
  mint(session: Omit<Session, 'accessKeyId'>): TemporaryCredentials {
    const accessKeyId = createUniqueId('ASIA', session.account, this.#random);
    const sessionToken = this.#cipher.seal(JSON.stringify({ ...session, accessKeyId }), associated);
    const secretAccessKey = this.secretOf(accessKeyId);
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: session.expiresAt };
  }

  /** The session that a token seals; undefined when the token is not ours, or was changed. */
  open(token: string): Session | undefined {
    const known = this.#opened.get(token);
    if (known !== undefined) return known;
    const text = this.#cipher.open(token, associated);
    if (text === undefined) return undefined;
    // What opens under our key was written by mint(): its shape is Session.
    const session = JSON.parse(text) as Session;
    if (this.#opened.size >= cacheSize) this.#opened.clear();
    this.#opened.set(token, session);
    return session;
  }

  /** The secret access key of a temporary access key: 40 characters. */
  secretOf(accessKeyId: string): string {
    const digest = createHmac('sha256', this.#secretKey).update(accessKeyId).digest();
    return digest.subarray(0, 30).toString('base64');
  }
}
