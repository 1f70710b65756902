/** `x-amz-copy-source`: one reading for the decision, the condition key and the copy itself. */
import { headerNotImplemented, invalidArgument } from '../errors.ts';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** `[/]bucket/key[?versionId=id]`, percent-encoded. */
export function parseCopySource(text: string): CopySource {
  if (text.startsWith('arn:')) throw headerNotImplemented('x-amz-copy-source', 'access points');
  const [path = '', query, ...more] = text.split('?versionId=');
  if (more.length > 0) throw invalidSource();
  const decoded = decode(path.startsWith('/') ? path.slice(1) : path);
  const slash = decoded.indexOf('/');
  const bucket = decoded.slice(0, slash);
  const key = decoded.slice(slash + 1);
  if (slash <= 0 || key === '') throw invalidSource();
  return { bucket, key, ...(query === undefined ? {} : { versionId: query }) };
}

/** Unverified: that `+` stands for a space here. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', text);
  }
}

function invalidSource(): Error {
  return invalidArgument(
    'Invalid copy source object key',
    'x-amz-copy-source',
    'x-amz-copy-source',
  );
}
