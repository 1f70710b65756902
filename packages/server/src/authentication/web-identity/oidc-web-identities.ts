/** Verification of OIDC tokens against the providers that accounts have registered. */
import type { Directory } from '../../directory/directory.ts';
import type { OidcProviderRecord } from '../../directory/records.ts';
import type { Clock, Network } from '../../platform/platform.ts';
import { claimKeys } from './claim-keys.ts';
import { verifies } from './json-web-key.ts';
import { type Claims, parseJwt, stringOf } from './jwt.ts';
import { KeySets } from './key-sets.ts';
import type { LocalIssuerKeys } from './local-issuer-keys.ts';
import { checkAudience } from './token-audience.ts';
import { invalidToken, missingClaim, noVerificationKey, unknownFailure } from './token-error.ts';
import { readSourceIdentity, readTokenTags } from './token-tags.ts';
import { checkTimes } from './token-times.ts';
import type { WebIdentities } from './web-identities.ts';
import type { WebIdentity } from './web-identity.ts';

/** What verification stands on: the running server has all of it. */
export interface WebIdentitySources {
  readonly directory: Directory;
  readonly platform: { readonly network: Pick<Network, 'get'>; readonly clock: Clock };
  readonly partition: string;
  /** Issuers on loopback addresses, as they stand in `iss`, which may be asked over http. */
  readonly loopbackIssuers: readonly string[];
  /** Keys of issuers that this server stands in for; absent: it stands in for none. */
  readonly localIssuerKeys?: LocalIssuerKeys;
}

/**
 * The checks in order: form, issuer, signature, times, audience, the rest.
 * Unverified: AWS's order where several are wrong.
 */
export class OidcWebIdentities implements WebIdentities {
  readonly #directory: Directory;
  readonly #partition: string;
  readonly #keySets: KeySets;

  constructor(sources: WebIdentitySources) {
    const { directory, platform, partition, loopbackIssuers, localIssuerKeys } = sources;
    this.#directory = directory;
    this.#partition = partition;
    const { network, clock } = platform;
    this.#keySets = new KeySets(network, clock, loopbackIssuers, localIssuerKeys);
  }

  async verify(token: string, account: string, now: number): Promise<WebIdentity> {
    const jwt = parseJwt(token);
    const { claims } = jwt;
    const issuer = stringOf(claims, 'iss');
    if (issuer === undefined || issuer === '') throw missingClaim('iss');
    const provider = this.#providerOf(issuer, account);
    if (jwt.keyId === '') throw noVerificationKey();
    const keys = await this.#keySets.find(issuer, jwt.keyId);
    if (!verifies(keys, jwt)) throw noVerificationKey();
    checkTimes(claims, now);
    const audience = checkAudience(claims, provider.clientIds);
    const subject = subjectOf(claims);
    const sourceIdentity = readSourceIdentity(claims);
    return {
      account,
      provider: `arn:${this.#partition}:iam::${account}:oidc-provider/${provider.url}`,
      subject,
      audience: audience.audience,
      ...claimKeys(provider.url, claims, subject, audience),
      ...readTokenTags(claims),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
  }

  /** Whether the issuer publishes a key with that id: tells a forged token from an unknown key. */
  async knowsKey(issuer: string, keyId: string): Promise<boolean> {
    return (await this.#keySets.find(issuer, keyId)).length > 0;
  }

  /** Exact equality with the registered URL: neither case nor a final slash is forgiven. */
  #providerOf(issuer: string, account: string): OidcProviderRecord {
    const url = /^https?:\/\/(.+)$/.exec(issuer)?.[1];
    const provider = url && this.#directory.find(account, 'oidc-provider', url)?.record;
    if (!provider || provider.url !== url || !this.#keySets.mayAsk(issuer)) {
      throw invalidToken(`No OpenIDConnect provider found in your account for ${issuer}`);
    }
    return provider;
  }
}

/** Any string, also an empty one; a number stands for its digits. */
function subjectOf(claims: Claims): string {
  const node = claims.get('sub')?.value;
  if (node === undefined) throw missingClaim('sub');
  if (node.kind === 'string') return node.value;
  if (node.kind === 'number') return node.text;
  throw unknownFailure();
}
