/** The query parameters of presigned requests, read once from the ordered list (T5). */
import type { HttpRequest } from '../../protocol/http.ts';

/** Signature Version 4 in the query, as found. */
export interface QuerySignature {
  readonly algorithm?: string;
  readonly credential?: string;
  readonly date?: string;
  readonly expires?: string;
  readonly signedHeaders?: string;
  readonly signature?: string;
  readonly securityToken?: string;
  readonly contentSha256?: string;
}

/** Signature Version 2 in the query, as found. */
export interface LegacyQuerySignature {
  readonly accessKeyId?: string;
  readonly expires?: string;
  readonly signature?: string;
}

/** What the scan found. */
export interface SecurityParameters {
  readonly v4?: QuerySignature;
  readonly v2?: LegacyQuerySignature;
  /** A security parameter that is sent twice (in any case), or not in its own spelling. */
  readonly malformed?: string;
}

const v4Names: ReadonlyMap<string, keyof QuerySignature> = new Map([
  ['X-Amz-Algorithm', 'algorithm'],
  ['X-Amz-Credential', 'credential'],
  ['X-Amz-Date', 'date'],
  ['X-Amz-Expires', 'expires'],
  ['X-Amz-SignedHeaders', 'signedHeaders'],
  ['X-Amz-Signature', 'signature'],
  ['X-Amz-Security-Token', 'securityToken'],
  ['X-Amz-Content-Sha256', 'contentSha256'],
] as const);

const v2Names: ReadonlyMap<string, keyof LegacyQuerySignature> = new Map([
  ['AWSAccessKeyId', 'accessKeyId'],
  ['Signature', 'signature'],
  ['Expires', 'expires'],
] as const);

/** The spellings that count, by their ASCII lower case. */
const spellings: ReadonlyMap<string, string> = new Map(
  [...v4Names.keys(), ...v2Names.keys()].map((name) => [foldAscii(name), name]),
);

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const none: SecurityParameters = {};

/** Reads the security parameters in one pass. `withV2`: the service knows Signature Version 2. */
export function scanSecurityParameters(
  query: HttpRequest['query'],
  withV2: boolean,
): SecurityParameters {
  if (query.length === 0) return none;
  const v4: { -readonly [Name in keyof QuerySignature]: QuerySignature[Name] } = {};
  const v2: { -readonly [Name in keyof LegacyQuerySignature]: LegacyQuerySignature[Name] } = {};
  const seen = new Set<string>();
  let malformed: string | undefined;
  for (const { name, value } of query) {
    const folded = foldAscii(name);
    const spelling = spellings.get(folded);
    const v2Name = v2Names.get(name);
    if (spelling === undefined || (v2Names.has(spelling) && !withV2)) continue;
    const v4Name = v4Names.get(name);
    if (v4Name !== undefined) v4[v4Name] = value;
    else if (v2Name !== undefined) v2[v2Name] = value;
    // Version 2 signs the session token as the header it stands for, in lower case.
    else if (name !== 'x-amz-security-token' || !withV2) malformed = name;
    if (seen.has(folded)) malformed = name;
    seen.add(folded);
  }
  const hasV4 = Object.keys(v4).length > 0;
  const hasV2 = v2.accessKeyId !== undefined || v2.signature !== undefined;
  return {
    ...(hasV4 ? { v4 } : {}),
    ...(hasV2 ? { v2 } : {}),
    ...(malformed === undefined ? {} : { malformed }),
  };
}
