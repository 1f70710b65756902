/** The Credential of a Signature Version 4: access key id and credential scope. */

/** `AKIA…/20260101/us-east-1/iam/aws4_request`, taken apart. */
export interface Credential {
  readonly text: string;
  readonly accessKeyId: string;
  /** `YYYYMMDD`, as sent. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** Everything after the access key id. */
  readonly scope: string;
}

export const terminator = 'aws4_request';

const cacheSize = 4096;
const parsed = new Map<string, Credential>();

/** Takes the credential apart; undefined unless it has exactly five parts. */
export function parseCredential(text: string): Credential | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const parts = text.split('/');
  const [accessKeyId, date, region, service, last] = parts;
  if (parts.length !== 5 || accessKeyId === undefined || accessKeyId === '') return undefined;
  if (date === undefined || region === undefined || service === undefined || last === undefined) {
    return undefined;
  }
  const scope = text.slice(accessKeyId.length + 1);
  const credential = { text, accessKeyId, date, region, service, terminator: last, scope };
  // A client sends the same credential for a whole day.
  if (parsed.size >= cacheSize) parsed.clear();
  parsed.set(text, credential);
  return credential;
}
