/** Step three of every request: who sent it, proven by its signature (authentication). */
import type { HttpRequest } from '../protocol/http.ts';
import { type Authenticated, proveAuthenticated } from './authenticated.ts';
import { type ErrorFamily, refuse } from './authentication-error.ts';
import type { SignedCaller } from './caller.ts';
import type { KeySource, KnownKey, RefusedKey } from './credentials.ts';
import type { ChunkSeed } from './payload/chunk-signature.ts';
import { declaredPayload, unsignedPayload } from './payload/declared-payload.ts';
import { createPayload, type VerifiedPayload } from './payload/payload.ts';
import { unknownPayloadMode } from './payload/payload-error.ts';
import { parsePayloadMode } from './payload/payload-mode.ts';
import { plainPayload } from './payload/plain-payload.ts';
import { checkSessionReach } from './session-reach.ts';
import { type Claim, readHeaderClaim, readQueryClaim } from './signature/claim.ts';
import { checkClock } from './signature/clock-window.ts';
import { refuseKey, refuseSignature } from './signature/refusal.ts';
import { checkForm, checkSchemes, checkSignedHeaders } from './signature/request-form.ts';
import { checkScope } from './signature/scope.ts';
import { type SecurityHeaders, scanSecurityHeaders } from './signature/security-headers.ts';
import {
  type LegacyQuerySignature,
  type SecurityParameters,
  scanSecurityParameters,
} from './signature/security-parameters.ts';
import type { ServiceRules } from './signature/service-rules.ts';
import { deriveSigningKey, type SigningKey, SigningKeys } from './signature/signing-key.ts';
import { canonicalForm, verifySignature } from './signature/verify.ts';
import { verifyVersion2 } from './signature/version-2.ts';

/** What the gateway knows about the request when it asks who sent it. */
export interface AuthenticationOptions {
  readonly family: ErrorFamily;
  /** The routed service's name in credential scopes: `iam`, `s3`, `monitoring`. */
  readonly signingName: string;
  /** The only region accepted in the credential scope; undefined: every region. */
  readonly region?: string;
  /** The routed operation, where it is known: some sessions may not call all of them. */
  readonly operation?: string;
  /**
   * `required`; `optional`: no credentials mean an anonymous caller (S3); `ignored`: the caller
   * is anonymous whatever was sent (AssumeRoleWithWebIdentity).
   */
  readonly signature: 'required' | 'optional' | 'ignored';
  /** The whole body. Required for every service but S3, whose bodies may be streamed instead. */
  readonly body?: Uint8Array;
  /** S3: the bucket named by the Host header (virtual-host style), for Signature Version 2. */
  readonly virtualHostBucket?: string;
}

/** Who sent the request, and its body as far as it was promised by the signature. */
export interface AuthenticationOutcome {
  readonly authenticated: Authenticated;
  readonly payload: VerifiedPayload;
}

/** Authenticates requests. Throws ServiceError with AWS's answer when it cannot. */
export interface Authenticator {
  authenticate(request: HttpRequest, options: AuthenticationOptions): AuthenticationOutcome;
}

/** What an authenticator is made of. */
export interface AuthenticatorParts {
  readonly keys: KeySource;
  /** `any-key`: nothing is verified, whoever names a key is root of the first account. */
  readonly mode: 'verify' | 'any-key';
  /** The account of `any-key`. */
  readonly firstAccount: string;
  /** Regions that exist; default: whatever looks like a region. */
  readonly regions?: ReadonlySet<string>;
  readonly defaultRegion: string;
}

const regionShape = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;
/** Stands in for unknown keys, so that they take the same path and the same time. */
const dummySecret = 'x'.repeat(40);

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const verifier = new SignatureVerifier(parts);
  return { authenticate: (request, options) => verifier.authenticate(request, options) };
}

class SignatureVerifier {
  readonly #parts: AuthenticatorParts;
  readonly #signingKeys = new SigningKeys();
  readonly #isRegion: (region: string) => boolean;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
    const { regions } = parts;
    this.#isRegion = (region) => regions?.has(region) ?? regionShape.test(region);
  }

  authenticate(request: HttpRequest, options: AuthenticationOptions): AuthenticationOutcome {
    const rules = this.#rulesOf(options);
    const headers = scanSecurityHeaders(request.headers);
    checkForm(request, headers, rules);
    if (options.signature === 'ignored') return anonymous(request, headers, options, rules);
    const parameters = scanSecurityParameters(request.query, rules.isS3);
    checkSchemes(headers, parameters, rules);
    if (this.#parts.mode === 'any-key') {
      return this.#trust(request, headers, parameters, options, rules);
    }
    if (parameters.v2 !== undefined) {
      return this.#authenticateVersion2(request, parameters.v2, headers, options);
    }
    if (headers.authorization !== undefined) {
      const claim = readHeaderClaim(headers, rules);
      return this.#authenticateVersion4(request, claim, headers, options, rules);
    }
    if (parameters.v4 !== undefined) {
      const claim = readQueryClaim(parameters.v4, headers, rules);
      return this.#authenticateVersion4(request, claim, headers, options, rules);
    }
    if (options.signature === 'required') throw refuse(rules.family, { reason: 'missing' });
    return anonymous(request, headers, options, rules);
  }

  #rulesOf({ family, signingName, region }: AuthenticationOptions): ServiceRules {
    return {
      family,
      signingName,
      ...(region === undefined ? {} : { region }),
      isRegion: this.#isRegion,
      defaultRegion: this.#parts.defaultRegion,
      isS3: family === 's3',
    };
  }

  #authenticateVersion4(
    request: HttpRequest,
    claim: Claim,
    headers: SecurityHeaders,
    options: AuthenticationOptions,
    rules: ServiceRules,
  ): AuthenticationOutcome {
    checkScope(claim, rules);
    checkClock(claim, request.receivedAt, rules);
    checkSignedHeaders(request, claim, rules);
    const declared = declaredPayload(claim, options.body, rules);
    const key = this.#parts.keys.find(
      claim.credential.accessKeyId,
      claim.securityToken,
      request.receivedAt,
    );
    const signingKey = this.#signingKey(claim, key);
    const form = canonicalForm(claim, declared.hash, rules.isS3);
    const verification = verifySignature(request, claim, form, signingKey);
    if (!key.known)
      throw refuseKey(key, claim.credential.accessKeyId, claim.securityToken, rules.family);
    if (!verification.isValid) throw refuseSignature(claim, verification, rules.family);
    checkSessionReach(key.caller, rules.signingName, options.operation, rules.family);
    const { body } = options;
    const payload = createPayload({
      request,
      headers,
      mode: declared.mode,
      ...(body === undefined ? {} : { body }),
      seed: seedOf(claim, signingKey),
    });
    return { authenticated: prove(claim, key.caller, declared.text, request), payload };
  }

  #signingKey(claim: Claim, key: KnownKey | RefusedKey): SigningKey {
    const { text, scope, date, region, service } = claim.credential;
    const cacheKey = key.known ? text : `/${scope}`;
    const secret = key.known ? key.secret : () => dummySecret;
    return this.#signingKeys.get(cacheKey, () => deriveSigningKey(secret(), date, region, service));
  }

  #authenticateVersion2(
    request: HttpRequest,
    signature: LegacyQuerySignature,
    headers: SecurityHeaders,
    options: AuthenticationOptions,
  ): AuthenticationOutcome {
    const caller = verifyVersion2(request, signature, {
      keys: this.#parts.keys,
      dummySecret,
      ...(options.virtualHostBucket === undefined ? {} : { bucket: options.virtualHostBucket }),
    });
    checkSessionReach(caller, options.signingName, options.operation, 's3');
    const authenticated = proveAuthenticated({
      caller,
      authenticationType: 'REST-QUERY-STRING',
      signatureVersion: 'AWS',
      contentSha256: unsignedPayload,
    });
    return {
      authenticated,
      payload: plainPayload(request, headers, options.body, options.family === 's3'),
    };
  }

  /** `any-key`: the claim is read only for its region and key id. */
  #trust(
    request: HttpRequest,
    headers: SecurityHeaders,
    parameters: SecurityParameters,
    options: AuthenticationOptions,
    rules: ServiceRules,
  ): AuthenticationOutcome {
    const claimed = claimedCredential(headers, parameters);
    if (claimed === undefined) {
      if (options.signature === 'required') throw refuse(rules.family, { reason: 'missing' });
      return anonymous(request, headers, options, rules);
    }
    const [accessKeyId = '', , region] = claimed.split('/');
    const caller = this.#parts.keys.rootCaller(this.#parts.firstAccount, accessKeyId);
    const isHeader = headers.authorization !== undefined;
    const contentSha256 = headers.contentSha256 ?? parameters.v4?.contentSha256;
    const authenticated = proveAuthenticated({
      caller,
      authenticationType: isHeader ? 'REST-HEADER' : 'REST-QUERY-STRING',
      signatureVersion: parameters.v2 === undefined ? 'AWS4-HMAC-SHA256' : 'AWS',
      ...(region !== undefined && this.#isRegion(region) ? { region } : {}),
      ...(contentSha256 === undefined ? {} : { contentSha256 }),
    });
    const mode = parsePayloadMode(headers.contentSha256 ?? unsignedPayload);
    if (mode === undefined) throw unknownPayloadMode(headers.contentSha256 ?? '');
    const { body } = options;
    const source = { request, headers, mode, ...(body === undefined ? {} : { body }) };
    return { authenticated, payload: createPayload({ ...source, isTrusted: true }) };
  }
}

function seedOf(claim: Claim, key: SigningKey): ChunkSeed {
  const { timestamp, credential, signature } = claim;
  return { key, timestamp, scope: credential.scope, signature };
}

function prove(
  claim: Claim,
  caller: SignedCaller,
  contentSha256: string | undefined,
  request: HttpRequest,
): Authenticated {
  const isHeader = claim.place === 'header';
  return proveAuthenticated({
    caller,
    authenticationType: isHeader ? 'REST-HEADER' : 'REST-QUERY-STRING',
    signatureVersion: 'AWS4-HMAC-SHA256',
    region: claim.credential.region,
    ...(isHeader ? {} : { signatureAge: Math.max(0, request.receivedAt - claim.time) }),
    ...(contentSha256 === undefined ? {} : { contentSha256 }),
  });
}

function anonymous(
  request: HttpRequest,
  headers: SecurityHeaders,
  options: AuthenticationOptions,
  rules: ServiceRules,
): AuthenticationOutcome {
  const authenticated = proveAuthenticated({
    caller: { kind: 'anonymous' },
    authenticationType: 'none',
    signatureVersion: 'none',
    ...(rules.isS3 && headers.contentSha256 !== undefined
      ? { contentSha256: headers.contentSha256 }
      : {}),
  });
  return {
    authenticated,
    payload: plainPayload(request, headers, options.body, options.family === 's3'),
  };
}

function claimedCredential(
  headers: SecurityHeaders,
  { v4, v2 }: SecurityParameters,
): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return v4?.credential ?? v2?.accessKeyId;
  const version4 = /Credential=([^,\s]+)/.exec(authorization)?.[1];
  return version4 ?? /^AWS ([^:\s]+):/.exec(authorization)?.[1] ?? authorization;
}
