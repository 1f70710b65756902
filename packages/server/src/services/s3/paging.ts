/** Page sizes, opaque tokens and URL encoding of S3's listings. */
import { invalidArgument } from './errors.ts';
import { limits } from './limits.ts';

/** The page size: 1000 by default and at most. */
export function pageSize(asked: number | undefined, name: string): number {
  if (asked === undefined) return limits.pageMax;
  if (!Number.isInteger(asked) || asked < 0) {
    throw invalidArgument(
      `Argument ${name} must be an integer between 0 and 2147483647`,
      name,
      String(asked),
    );
  }
  return Math.min(asked, limits.pageMax);
}

/** A token for continuing after the text. */
export function encodeToken(text: string): string {
  return Buffer.from(`1${text}`).toString('base64');
}

/** What a token stands for; throws for texts that no listing has handed out. */
export function decodeToken(token: string): string {
  const text = /^[A-Za-z0-9+/]+={0,2}$/.test(token)
    ? Buffer.from(token, 'base64').toString()
    : undefined;
  if (text === undefined || !text.startsWith('1') || encodeToken(text.slice(1)) !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  }
  return text.slice(1);
}

/** How the texts of a listing are written: as they are, or percent-encoded. */
export function textEncoding(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType === 'url') return encodeListingText;
  throw invalidArgument(
    'Invalid Encoding Method specified in Request',
    'encoding-type',
    encodingType,
  );
}

/** As a form encodes it, but `/` stays. */
function encodeListingText(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
