/** PEM texts (RFC 7468) as clients send them: certificates and their chains, whole and in order. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

// One blank, then the class that has blanks too: two repetitions of them side by side would be
// tried against each other, in quadratic time.
const certificate = /-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*/y;
const privateKey =
  /^\s*-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\s[A-Za-z0-9+/=\s]+-----END (?:RSA |EC )?PRIVATE KEY-----\s*$/;

/** A certificate with its text: Unix line ends, no line end at its end. */
export interface PemCertificate {
  readonly text: string;
  readonly x509: X509Certificate;
}

/** One certificate or more and nothing else; undefined when it is not that. */
export function readCertificates(text: string): readonly PemCertificate[] | undefined {
  const rest = text.trim();
  const found: PemCertificate[] = [];
  let at = 0;
  while (at < rest.length) {
    certificate.lastIndex = at;
    const match = certificate.exec(rest);
    if (match === null) return undefined;
    const x509 = parseCertificate(match[0]);
    if (x509 === undefined) return undefined;
    found.push({ text: withUnixLineEnds(match[0]), x509 });
    at = certificate.lastIndex;
  }
  return found.length === 0 ? undefined : found;
}

/** The key; undefined for what is no private key in clear PEM. */
export function readPrivateKey(text: string): KeyObject | undefined {
  if (!privateKey.test(text)) return undefined;
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function withUnixLineEnds(text: string): string {
  return text.trim().replaceAll('\r\n', '\n');
}
