/** Base64url without padding (RFC 4648 §5, RFC 7515 §2), read strictly. */

const shape = /^[A-Za-z0-9_-]*$/;

/** The bytes; undefined for padding, other characters, and bits that no byte takes. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!shape.test(text) || text.length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** UTF-8 text in base64url; undefined where either is malformed. */
export function decodeBase64urlText(text: string): string | undefined {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
