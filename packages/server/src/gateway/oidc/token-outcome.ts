/** Whether a token proves its bearer, and if not, why: told from what STS would answer. */
import { type Claims, parseJwt, stringOf } from '../../authentication/web-identity/jwt.ts';
import type { WebIdentity } from '../../authentication/web-identity/web-identity.ts';
import { foldCase } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import type { GatewayParts } from '../parts.ts';
import { type Cause, tokenCauses } from './cause.ts';

/** What the token says of itself; believed only when there is an identity. */
export interface ReadToken {
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: Claims;
}

export interface TokenOutcome {
  readonly read?: ReadToken;
  readonly identity?: WebIdentity;
  /** STS's answer, and why, when the token proves nothing. */
  readonly error?: ServiceError;
  readonly causes: readonly Cause[];
}

/** `now` in milliseconds. */
export async function judgeToken(
  token: string,
  account: string,
  now: number,
  parts: GatewayParts,
): Promise<TokenOutcome> {
  const read = tryRead(token);
  try {
    const identity = await parts.webIdentities.verify(token, account, now);
    return { ...(read && { read }), identity, causes: [] };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (read === undefined) return { error, causes: [tokenCauses.notJwt()] };
    const found = await causeOf(read, error, { account, now, parts });
    return { read, error, causes: [found] };
  }
}

function tryRead(token: string): ReadToken | undefined {
  try {
    const { algorithm, keyId, claims } = parseJwt(token);
    return { algorithm, keyId, claims };
  } catch {
    return undefined;
  }
}

interface Surroundings {
  readonly account: string;
  readonly now: number;
  readonly parts: GatewayParts;
}

async function causeOf(
  { algorithm, keyId, claims }: ReadToken,
  { code, message }: ServiceError,
  { account, now, parts }: Surroundings,
): Promise<Cause> {
  const issuer = stringOf(claims, 'iss') ?? '';
  const { directory } = parts.runtime;
  const providers = directory.list(account, 'oidc-provider').map(({ record }) => record);
  if (code === 'ExpiredTokenException') {
    return tokenCauses.expired(Math.floor(now / 1000) - numberOf(claims, 'exp'));
  }
  if (message.startsWith('No OpenIDConnect provider')) {
    const near = providers.find(({ url }) => isNear(url, issuer));
    return near === undefined
      ? tokenCauses.providerMissing(issuer)
      : tokenCauses.providerSpelling(issuer, near.url);
  }
  if (message.startsWith("Couldn't retrieve verification key")) {
    if (!/^(?:RS|ES)(?:256|384|512)$/.test(algorithm)) return tokenCauses.algorithm(algorithm);
    return (await parts.webIdentities.knowsKey(issuer, keyId))
      ? tokenCauses.forged(issuer)
      : tokenCauses.unknownKey(issuer, keyId);
  }
  if (/^Token (?:issued in the future|not yet valid)/.test(message)) return tokenCauses.tooEarly();
  if (message.startsWith('The web identity token provided could not be validated')) {
    const provider = providers.find(({ url }) => `https://${url}` === issuer);
    const audience = stringOf(claims, 'azp') ?? stringOf(claims, 'aud') ?? '';
    return tokenCauses.audience(audience, provider?.clientIds ?? []);
  }
  return tokenCauses.invalid(message);
}

/** Equal but for case, the scheme and a slash at the end. */
function isNear(url: string, issuer: string): boolean {
  const plain = (text: string): string =>
    foldCase(text)
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '');
  return plain(url) === plain(issuer);
}

function numberOf(claims: Claims, name: string): number {
  const node = claims.get(name)?.value;
  const text = node?.kind === 'number' ? node.text : node?.kind === 'string' ? node.value : '';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Claims for showing: texts and lists of texts; anything deeper as the text of its JSON. */
export function claimsToShow(
  claims: Claims,
): readonly (readonly [name: string, value: string | number])[] {
  return [...claims].map(([name, { value }]) => {
    switch (value.kind) {
      case 'string':
        return [name, value.value];
      case 'number':
        return [name, /^-?\d{1,15}$/.test(value.text) ? Number(value.text) : value.text];
      default:
        return [name, `(${value.kind})`];
    }
  });
}
