/** JSON Web Tokens in compact form (RFC 7519), taken apart before anything in them is believed. */
import { type JsonMember, parseJson } from '@sekisho/policy';
import { decodeBase64url, decodeBase64urlText } from './base64url.ts';
import { notJwt } from './token-error.ts';

/** Members of a JSON object by name. */
export type Claims = ReadonlyMap<string, JsonMember>;

/** A token whose signature has not been checked. */
export interface UnverifiedJwt {
  readonly algorithm: string;
  /** '' when the header has none. */
  readonly keyId: string;
  readonly claims: Claims;
  /** What was signed: header and payload as sent. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

/**
 * Takes a token apart. Throws InvalidIdentityToken. Keys and URLs in the header (`jwk`, `jku`,
 * `x5c`, `x5u`) are not looked at; `crit` names extensions, of which none is known here.
 */
export function parseJwt(token: string): UnverifiedJwt {
  const [headerText, claimsText, signatureText, ...more] = token.split('.');
  if (headerText === undefined || claimsText === undefined || signatureText === undefined) {
    throw notJwt();
  }
  const signature = decodeBase64url(signatureText);
  if (more.length > 0 || signature === undefined) throw notJwt();
  const header = readObject(headerText);
  const claims = readObject(claimsText);
  const algorithm = stringOf(header, 'alg');
  if (algorithm === undefined || header.has('crit')) throw notJwt();
  const keyId = stringOf(header, 'kid') ?? '';
  return { algorithm, keyId, claims, signed: `${headerText}.${claimsText}`, signature };
}

/** As AWS does, the last of equal names counts. */
function readObject(part: string): Claims {
  const text = decodeBase64urlText(part);
  if (text === undefined) throw notJwt();
  const json = parseJson(text, { duplicateKeys: 'last' });
  if ('error' in json || json.value.kind !== 'object') throw notJwt();
  return json.value.members;
}

/** A claim that is a string. */
export function stringOf(claims: Claims, name: string): string | undefined {
  const node = claims.get(name)?.value;
  return node?.kind === 'string' ? node.value : undefined;
}
