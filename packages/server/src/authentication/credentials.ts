/** Whose an access key is: root, user or session, checked against the live records. */
import type { Directory } from '../directory/directory.ts';
import { recordKey } from '../directory/records.ts';
import type { Session, SignedCaller } from './caller.ts';
import { LiveCallers } from './live-callers.ts';
import type { SessionTokens } from './session-token.ts';

/** A root access key from the configuration. */
export interface RootAccessKey {
  readonly account: string;
  readonly id: string;
  readonly secret: string;
}

/** Opens what the directory keeps sealed (services/service.ts: Sealer). */
export interface SecretOpener {
  open(sealed: string, associated: string): string | undefined;
}

/** A key that may sign; `secret` is read only when a signing key must be derived. */
export interface KnownKey {
  readonly known: true;
  readonly caller: SignedCaller;
  readonly secret: () => string;
}

/** A key that may not: `key` unknown, inactive, unbound, its principal gone. */
export interface RefusedKey {
  readonly known: false;
  readonly reason: 'key' | 'token' | 'token-expired';
}

/** What a user's secret is sealed with: the key of its own record. */
export function accessKeyAssociated(accessKeyId: string, account: string): string {
  return recordKey(account, 'access-key', accessKeyId);
}

const refusedKey: RefusedKey = { known: false, reason: 'key' };
const refusedToken: RefusedKey = { known: false, reason: 'token' };
const expiredToken: RefusedKey = { known: false, reason: 'token-expired' };

/** Finds the caller of an access key id and session token. */
export class KeySource {
  readonly #callers: LiveCallers;
  readonly #directory: Directory;
  readonly #tokens: SessionTokens;
  readonly #sealer: SecretOpener;
  readonly #rootKeys: ReadonlyMap<string, RootAccessKey>;

  constructor(parts: {
    readonly partition: string;
    readonly accounts: readonly string[];
    readonly rootAccessKeys: readonly RootAccessKey[];
    readonly directory: Directory;
    readonly sessionTokens: SessionTokens;
    readonly sealer: SecretOpener;
  }) {
    this.#callers = new LiveCallers(parts);
    this.#directory = parts.directory;
    this.#tokens = parts.sessionTokens;
    this.#sealer = parts.sealer;
    this.#rootKeys = new Map(parts.rootAccessKeys.map((key) => [key.id, key]));
  }

  /** The key's caller, as of now: deletion and deactivation bite at once. */
  find(accessKeyId: string, token: string | undefined, now: number): KnownKey | RefusedKey {
    if (token !== undefined) return this.#findSession(accessKeyId, token, now);
    const rootKey = this.#rootKeys.get(accessKeyId);
    if (rootKey !== undefined) {
      const caller = this.rootCaller(rootKey.account, accessKeyId);
      return { known: true, caller, secret: () => rootKey.secret };
    }
    return this.#findUserKey(accessKeyId);
  }

  /** The root user of an account. */
  rootCaller(account: string, accessKeyId: string, session?: Session): SignedCaller {
    return this.#callers.root(account, accessKeyId, session);
  }

  #findUserKey(accessKeyId: string): KnownKey | RefusedKey {
    const key = this.#directory.accessKey(accessKeyId);
    const user = this.#callers.keyHolder(accessKeyId);
    if (key === undefined || user === undefined) return refusedKey;
    const { account, record } = key;
    const secret = () => {
      const associated = accessKeyAssociated(accessKeyId, account);
      const opened = this.#sealer.open(record.sealedSecret, associated);
      if (opened === undefined) throw new Error(`the secret of ${accessKeyId} cannot be opened`);
      return opened;
    };
    return { known: true, caller: user, secret };
  }

  #findSession(accessKeyId: string, token: string, now: number): KnownKey | RefusedKey {
    const session = this.#tokens.open(token);
    // A long-term key never comes with a token, so its token is refused with it.
    if (session === undefined) return refusedToken;
    if (session.accessKeyId !== accessKeyId) return refusedKey;
    if (now >= session.expiresAt) return expiredToken;
    const caller = this.#callers.session(session);
    if (caller === undefined) return refusedKey;
    return { known: true, caller, secret: () => this.#tokens.secretOf(accessKeyId) };
  }
}
