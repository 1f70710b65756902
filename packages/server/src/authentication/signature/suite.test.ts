/** AWS's own signing cases: canonical request, string to sign and signature, header and query. */

import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseRequestText } from '../testing/wire-request.ts';
import { canonicalRequest, hashWireText } from './canonical-request.ts';
import { type Claim, readHeaderClaim, readQueryClaim } from './claim.ts';
import { scanSecurityHeaders } from './security-headers.ts';
import { scanSecurityParameters } from './security-parameters.ts';
import type { ServiceRules } from './service-rules.ts';
import { deriveSigningKey } from './signing-key.ts';
import { canonicalForm, stringToSign, verifySignature } from './verify.ts';

const folder = new URL('../../../../../../shared/data/aws-signing-test-suite/v4/', import.meta.url);
const rules: ServiceRules = {
  family: 'query',
  signingName: 'service',
  isRegion: () => true,
  defaultRegion: 'us-east-1',
  isS3: false,
};

interface Context {
  readonly credentials: { readonly secret_access_key: string };
  readonly normalize: boolean;
  readonly timestamp: string;
  readonly omit_session_token?: boolean;
}

function read(name: string, file: string): string {
  return readFileSync(new URL(`${name}/${file}`, folder), 'latin1').replace(/\n$/, '');
}

function check(name: string, place: 'header' | 'query'): void {
  const context = JSON.parse(read(name, 'context.json')) as Context;
  const text = readFileSync(new URL(`${name}/${place}-signed-request.txt`, folder), 'latin1');
  const request = parseRequestText(text, Date.parse(context.timestamp));
  const headers = scanSecurityHeaders(request.headers);
  const { v4 = {} } = scanSecurityParameters(request.query, false);
  const claim: Claim =
    place === 'header' ? readHeaderClaim(headers, rules) : readQueryClaim(v4, headers, rules);
  const payloadHash = headers.contentSha256 ?? hash('sha256', request.text, 'hex');
  // The suite's "unnormalized" cases are S3's path rule.
  const form = canonicalForm(claim, payloadHash, !context.normalize);
  const canonical = canonicalRequest(request, form) ?? '';
  const scope = claim.credential.scope;
  expect(canonical).toBe(read(name, `${place}-canonical-request.txt`));
  const toSign = stringToSign(claim.timestamp, scope, hashWireText(canonical) ?? '');
  expect(toSign).toBe(read(name, `${place}-string-to-sign.txt`));
  const { date, region, service } = claim.credential;
  const key = deriveSigningKey(context.credentials.secret_access_key, date, region, service);
  expect(verifySignature(request, claim, form, key).isValid).toBe(true);
  expect(claim.signature).toBe(read(name, `${place}-signature.txt`));
}

const present = existsSync(folder);
if (!present) console.log('skipped: the AWS signing cases are not here');

describe.skipIf(!present)('every AWS signing case verifies', () => {
  for (const name of present ? readdirSync(folder).sort() : []) {
    test(`${name} in the header`, () => check(name, 'header'));
    // Its token is appended after signing: every query parameter must be signed here (T14).
    const isUnsignedToken = name === 'post-sts-header-after';
    test(`${name} in the query`, () => {
      if (isUnsignedToken) expect(() => check(name, 'query')).toThrow();
      else check(name, 'query');
    });
  }
});
