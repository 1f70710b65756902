/** The keys of issuers, found by OIDC discovery over the guarded network, and cached. */
import { parseJson } from '@sekisho/policy';
import type { Clock, Network } from '../../platform/platform.ts';
import { readKeySet, type VerificationKey } from './json-web-key.ts';
import { stringOf } from './jwt.ts';
import type { LocalIssuerKeys } from './local-issuer-keys.ts';

const requestLimits = { milliseconds: 3000, bytes: 65_536 } as const;
/** Keys this fresh are used without asking. */
const freshMilliseconds = 600_000;
/** Keys older than this are not used even when the issuer cannot be reached. */
const staleMilliseconds = 86_400_000;
/** The shortest time between two requests to one issuer, whatever tokens ask for. */
const pauseMilliseconds = 30_000;

interface KeySet {
  readonly keys: readonly VerificationKey[];
  readonly fetchedAt: number;
}

interface Issuer {
  keySet?: KeySet;
  askedAt?: number;
  underWay?: Promise<void>;
}

/** Finds keys by issuer and id. */
export class KeySets {
  readonly #network: Pick<Network, 'get'>;
  readonly #clock: Clock;
  readonly #loopbackIssuers: ReadonlySet<string>;
  readonly #local: LocalIssuerKeys | undefined;
  readonly #issuers = new Map<string, Issuer>();

  constructor(
    network: Pick<Network, 'get'>,
    clock: Clock,
    loopbackIssuers: readonly string[],
    local?: LocalIssuerKeys,
  ) {
    this.#network = network;
    this.#clock = clock;
    this.#loopbackIssuers = new Set(loopbackIssuers);
    this.#local = local;
  }

  /** Whether the issuer may be asked at all: over https, or listed by the operator. */
  mayAsk(issuer: string): boolean {
    return issuer.startsWith('https://') || this.#isLoopback(issuer);
  }

  /** The issuer's keys with that id; none when it cannot be reached or has none. */
  async find(issuer: string, keyId: string): Promise<readonly VerificationKey[]> {
    if (!this.mayAsk(issuer)) return [];
    const local = this.#local?.keysOf(issuer);
    if (local !== undefined) return local.filter((key) => key.keyId === keyId);
    const state = this.#issuers.get(issuer) ?? {};
    this.#issuers.set(issuer, state);
    let found = this.#usable(state, keyId, freshMilliseconds);
    if (found.length > 0) return found;
    await this.#refresh(issuer, state);
    found = this.#usable(state, keyId, staleMilliseconds);
    return found;
  }

  #isLoopback(issuer: string): boolean {
    return this.#loopbackIssuers.has(issuer);
  }

  #usable(state: Issuer, keyId: string, ageMax: number): readonly VerificationKey[] {
    const { keySet } = state;
    if (keySet === undefined || this.#clock.monotonic() - keySet.fetchedAt > ageMax) return [];
    return keySet.keys.filter((key) => key.keyId === keyId);
  }

  /** One request under way per issuer; everybody who needs it waits for the same one. */
  async #refresh(issuer: string, state: Issuer): Promise<void> {
    if (state.underWay === undefined) {
      const now = this.#clock.monotonic();
      if (state.askedAt !== undefined && now - state.askedAt < pauseMilliseconds) return;
      state.askedAt = now;
      state.underWay = this.#fetchKeySet(issuer).then(
        (keys) => {
          if (keys !== undefined) state.keySet = { keys, fetchedAt: this.#clock.monotonic() };
          delete state.underWay;
        },
        () => {
          // Unreachable: the old keys serve until they are stale.
          delete state.underWay;
        },
      );
    }
    await state.underWay;
  }

  async #fetchKeySet(issuer: string): Promise<readonly VerificationKey[] | undefined> {
    const loopback = this.#isLoopback(issuer);
    const discovery = await this.#getText(`${issuer}/.well-known/openid-configuration`, loopback);
    const json = parseJson(discovery);
    if ('error' in json || json.value.kind !== 'object') return undefined;
    if (stringOf(json.value.members, 'issuer') !== issuer) return undefined;
    const location = stringOf(json.value.members, 'jwks_uri');
    if (location === undefined || !(location.startsWith('https://') || loopback)) return undefined;
    return readKeySet(await this.#getText(location, loopback));
  }

  async #getText(url: string, loopback: boolean): Promise<string> {
    const { status, body } = await this.#network.get(url, { ...requestLimits, loopback });
    if (status !== 200) throw new Error(`status ${status}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  }
}
