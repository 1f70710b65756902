/** What a request says about its own signature, in the Authorization header or in the query. */

/** The parameters of an Authorization header after the algorithm's name. */
export interface AuthorizationParts {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  /** A part that is repeated, unknown, or not of the form Name=value. */
  readonly malformed: boolean;
}

/** Other bytes have no place here: a no-break space must not count as a blank (threat T37). */
const printableAscii = /^[\t\x20-\x7e]*$/;

const unreadable: AuthorizationParts = {
  credential: undefined,
  signedHeaders: undefined,
  signature: undefined,
  malformed: true,
};

/** What all clients send; anything else takes the slower way. */
const usualShape = /^Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)$/;

/** Takes `Credential=…, SignedHeaders=…, Signature=…` apart, in any order. */
export function parseAuthorizationParts(header: string): AuthorizationParts {
  if (!printableAscii.test(header)) return unreadable;
  const text = header.trim();
  const usual = usualShape.exec(text);
  if (usual !== null) {
    const [, credential, signedHeaders, signature] = usual;
    return { credential, signedHeaders, signature, malformed: false };
  }
  const found = new Map<string, string>();
  let malformed = false;
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0)).trim();
    const value = part.slice(at + 1).trim();
    if (!partNames.has(name) || found.has(name)) malformed = true;
    else if (value !== '') found.set(name, value);
  }
  return {
    credential: found.get('Credential'),
    signedHeaders: found.get('SignedHeaders'),
    signature: found.get('Signature'),
    malformed,
  };
}

const partNames: ReadonlySet<string> = new Set(['Credential', 'SignedHeaders', 'Signature']);
const headerListShape = /^[a-z0-9!#$%&'*+\-.^_`|~]+(?:;[a-z0-9!#$%&'*+\-.^_`|~]+)*$/;
const cacheSize = 512;
const lists = new Map<string, readonly string[]>();

/** The list of signed headers; undefined unless lower case, sorted and without repetition. */
export function parseSignedHeaders(text: string): readonly string[] | undefined {
  const known = lists.get(text);
  if (known !== undefined) return known;
  if (!headerListShape.test(text)) return undefined;
  const list = text.split(';');
  for (let index = 1; index < list.length; index += 1) {
    if ((list[index - 1] ?? '') >= (list[index] ?? '')) return undefined;
  }
  // Clients send one of few lists: it is parsed once.
  if (lists.size >= cacheSize) lists.clear();
  lists.set(text, list);
  return list;
}
