/** Percent-encoding as Signature Version 4 wants it (RFC 3986, unreserved characters kept). */

const unreserved = /^[A-Za-z0-9\-._~]*$/;
const unreservedPath = /^[A-Za-z0-9\-._~/]*$/;
const escapeShape = /%(?![0-9A-Fa-f]{2})/;

const encodedBytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (unreserved.test(character)) return character;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** Encodes text (as UTF-8). */
export function encodeText(text: string): string {
  if (unreserved.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) encoded += encodedBytes[byte];
  return encoded;
}

/** Encodes a raw path as it came over the wire (a character a byte), keeping `/`. */
export function encodeRawPath(path: string): string {
  if (unreservedPath.test(path)) return path;
  let encoded = '';
  for (const byte of Buffer.from(path, 'latin1')) {
    encoded += byte === 0x2f ? '/' : encodedBytes[byte];
  }
  return encoded;
}

/** Decodes once and encodes again; undefined when an escape is malformed. */
export function reencodePath(path: string): string | undefined {
  if (unreservedPath.test(path)) return path;
  if (escapeShape.test(path)) return undefined;
  let decoded = '';
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === '%') {
      decoded += String.fromCharCode(Number.parseInt(path.slice(index + 1, index + 3), 16));
      index += 2;
    } else decoded += path[index];
  }
  return encodeRawPath(decoded);
}

/** Resolves `.` and `..` and folds `//` (RFC 3986 remove_dot_segments). */
export function normalizePath(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path === '' ? '/' : path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const isFolder = last === '' || last === '.' || last === '..';
  if (kept.length === 0) return '/';
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}
