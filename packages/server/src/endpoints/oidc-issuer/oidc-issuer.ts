/** The local OIDC issuer: signs GitHub's tokens in place of the issuers that it stands in for. */
import {
  readKeySet,
  type VerificationKey,
} from '../../authentication/web-identity/json-web-key.ts';
import type { LocalIssuerKeys } from '../../authentication/web-identity/local-issuer-keys.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Sealer } from '../../services/service.ts';
import { gitHubClaims } from './git-hub-claims.ts';
import { type GitHubJob, parseJob } from './git-hub-job.ts';
import { loadSigningKey, type SigningKey } from './signing-key.ts';

/** How long GitHub's tokens live. */
export const tokenSecondsDefault = 300;
/** A job may ask for tokens as long as GitHub lets it run. */
const requestTokenMilliseconds = 21_600_000;

/** What a token is issued for besides the job. */
export interface TokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 0 or less: already expired, to see what becomes of such a token. */
  readonly expiresInSeconds?: number;
}

/** What the issuer stands on. */
export interface OidcIssuerSources {
  /** Names as they stand in `iss`. */
  readonly issuers: readonly string[];
  readonly platform: Pick<Platform, 'disk' | 'random'>;
  readonly sealer: Sealer;
  /** The server's own address, known once it listens. */
  readonly endpoint: () => string;
}

/** What a job's runner is given: the two variables that GitHub's toolkit reads. */
export interface TokenRequest {
  readonly url: string;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One signing key for all issuers that it stands in for. */
export class OidcIssuer implements LocalIssuerKeys {
  readonly issuers: readonly string[];
  readonly #key: SigningKey;
  readonly #keys: readonly VerificationKey[];
  readonly #sources: OidcIssuerSources;

  private constructor(sources: OidcIssuerSources, key: SigningKey) {
    this.issuers = sources.issuers;
    this.#sources = sources;
    this.#key = key;
    this.#keys = readKeySet(JSON.stringify(this.keySet())) ?? [];
  }

  /** Loads or makes the key. Rejects when the data folder's key does not open. */
  static async open(sources: OidcIssuerSources): Promise<OidcIssuer> {
    return new OidcIssuer(sources, await loadSigningKey(sources.platform, sources.sealer));
  }

  keysOf(issuer: string): readonly VerificationKey[] | undefined {
    return this.issuers.includes(issuer) ? this.#keys : undefined;
  }

  /** The JWKS document. */
  keySet(): { readonly keys: readonly object[] } {
    return { keys: [this.#key.jwk] };
  }

  /** A signed token. */
  issue(job: GitHubJob, options: TokenOptions): string {
    const { issuer, audience, expiresInSeconds = tokenSecondsDefault } = options;
    const now = Math.floor(options.now / 1000);
    const expiresAt = now + expiresInSeconds;
    const issuedAt = Math.min(now, expiresAt - 1);
    const id = this.#sources.platform.random.uuid();
    const claims = gitHubClaims(job, { issuer, audience, issuedAt, expiresAt, id });
    return this.#key.signToken(Object.fromEntries(claims));
  }

  /** Lets the job ask for tokens itself. The request token is sealed and names the job. */
  openTokenRequest(job: GitHubJob, issuer: string, now: number): TokenRequest {
    const expiresAt = now + requestTokenMilliseconds;
    const token = this.#sources.sealer.seal(
      JSON.stringify([expiresAt, JSON.stringify(job)]),
      sealedFor(issuer),
    );
    // The query is part of the protocol: clients append `&audience=…`.
    return { url: `${this.addressOf(issuer)}/token?api-version=2.0`, token, expiresAt };
  }

  /** The job that a request token was made for; undefined when it is none of ours or too old. */
  jobOf(requestToken: string, issuer: string, now: number): GitHubJob | undefined {
    const opened = this.#sources.sealer.open(requestToken, sealedFor(issuer));
    if (opened === undefined) return undefined;
    const [expiresAt, job]: [number, string] = JSON.parse(opened);
    return now < expiresAt ? parseJob(job) : undefined;
  }

  /** Where the issuer's documents are served: its name without `https://`, below our own path. */
  addressOf(issuer: string): string {
    return `${this.#sources.endpoint()}/_sekisho/oidc/${withoutScheme(issuer)}`;
  }
}

/** The name of an issuer without its scheme: what condition keys and provider ARNs begin with. */
export function withoutScheme(issuer: string): string {
  return issuer.replace(/^https:\/\//, '');
}

function sealedFor(issuer: string): string {
  return `oidc-issuer/request-token/${issuer}`;
}
