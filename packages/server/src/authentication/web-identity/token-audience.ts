/** The audience of a token: `azp` where the token has it, otherwise its one `aud`. */
import type { Claims } from './jwt.ts';
import { invalidToken, missingClaim, notValidated } from './token-error.ts';

export interface Audience {
  /** What must be among the provider's client ids, and the key `ISSUER:aud`. */
  readonly audience: string;
  /** `aud` as it was where `azp` stands for it: the key `ISSUER:oaud`. */
  readonly original?: readonly string[];
}

/** Throws ServiceError unless the token is meant for one of the client ids. */
export function checkAudience(claims: Claims, clientIds: readonly string[]): Audience {
  const { audience, original } = audienceOf(claims);
  if (!clientIds.includes(audience)) throw notValidated();
  return { audience, ...(original === undefined ? {} : { original }) };
}

function audienceOf(claims: Claims): Audience {
  const node = claims.get('aud')?.value;
  if (node === undefined || node.kind === 'null') throw missingClaim('aud');
  const values: string[] = [];
  for (const item of node.kind === 'array' ? node.items : [node]) {
    if (item.kind !== 'string') throw notValidated();
    values.push(item.value);
  }
  const [first, ...more] = values;
  if (first === undefined) throw invalidToken('Claim is not allowed to be empty: aud');
  const authorized = claims.get('azp')?.value;
  if (authorized !== undefined) {
    if (authorized.kind !== 'string') throw notValidated();
    return { audience: authorized.value, original: values };
  }
  if (more.length > 0) {
    throw invalidToken(
      'Token audience contains more than one audience while authorized party is not present',
    );
  }
  return { audience: first };
}
