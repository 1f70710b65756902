/** Server certificates: what is taken, what is shown, renaming and tags. */
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  certificateAuthority,
  serverCertificate,
  serverPrivateKey,
} from '../certificates.fixture.ts';
import { account, TestIam } from '../testing.ts';

const ServerCertificateName = 'Example';
const material = { CertificateBody: serverCertificate, PrivateKey: serverPrivateKey };
const input = { ServerCertificateName, ...material };
const missing = '404 NoSuchEntity: The Server Certificate with name x cannot be found.';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

async function summary(key: string): Promise<unknown> {
  const { SummaryMap } = await iam.call('GetAccountSummary', {});
  return SummaryMap instanceof Map ? SummaryMap.get(key) : undefined;
}

describe('server certificates', () => {
  const upload = (changed: Partial<typeof input> & { CertificateChain?: string }) =>
    iam.answer('UploadServerCertificate', { ...input, ...changed });

  test('are shown with their chain and tags and without their key', async () => {
    const Tags = [{ Key: 'b', Value: '1' }];
    const uploaded = await iam.call('UploadServerCertificate', {
      ...input,
      Path: '/tls/',
      CertificateBody: `${serverCertificate.replaceAll('\n', '\r\n')}\r\n`,
      CertificateChain: `${certificateAuthority}\n`,
      Tags,
    });
    const metadata = uploaded.ServerCertificateMetadata;
    expect(metadata).toMatchObject({
      Path: '/tls/',
      ServerCertificateName,
      Arn: `arn:aws:iam::${account}:server-certificate/tls/Example`,
    });
    expect(metadata?.ServerCertificateId).toMatch(/^ASCA[A-Z2-7]{17}$/);
    expect(uploaded.Tags).toEqual(Tags);
    const got = await iam.call('GetServerCertificate', { ServerCertificateName: 'EXAMPLE' });
    expect(got.ServerCertificate).toEqual({
      ServerCertificateMetadata: metadata,
      CertificateBody: serverCertificate,
      CertificateChain: certificateAuthority,
      Tags,
    });
    const [key = ''] = iam.state.keys(`iam/${account}/server-certificate/`);
    expect(JSON.stringify(iam.state.get(key))).not.toContain('PRIVATE KEY');
    const list = async (PathPrefix?: string) =>
      (await iam.call('ListServerCertificates', { PathPrefix })).ServerCertificateMetadataList;
    expect(await list()).toEqual([metadata]);
    expect(await list('/other/')).toEqual([]);
    expect(await summary('ServerCertificates')).toBe(1);
  });

  test('that are none, expired, of another key or chain are refused', async () => {
    const unreadable =
      '400 MalformedCertificate: Unable to parse certificate. Please ensure the certificate is ' +
      'in PEM format.';
    expect(await upload({ CertificateBody: 'x' })).toBe(unreadable);
    expect(await upload({ CertificateBody: serverPrivateKey })).toBe(unreadable);
    expect(await upload({ PrivateKey: 'x' })).toMatch(/^400 MalformedCertificate/);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(await upload({ PrivateKey: other })).toBe(
      '400 KeyPairMismatch: The private key did not match the public key provided. ' +
        'Please verify the key material and try again.',
    );
    expect(await upload({ CertificateChain: 'x' })).toBe('400 MalformedCertificate: Unknown');
    expect(await upload({ CertificateChain: serverCertificate })).toBe(
      '400 MalformedCertificate: Unable to validate certificate chain. The certificate chain ' +
        'must start with the immediate signing certificate, followed by any intermediaries in ' +
        'order. The index within the chain of the invalid certificate is: -1',
    );
    iam.now = Date.UTC(2200, 0);
    expect(await upload({})).toBe(
      "400 MalformedCertificate: Certificate is no longer valid. The 'Not After' date " +
        'restriction on the certificate has passed.',
    );
  });

  test('are found in any case, renamed under their id, and deleted', async () => {
    expect(await upload({})).toBe('success');
    expect(await upload({ ServerCertificateName: 'EXAMPLE' })).toBe(
      '409 EntityAlreadyExists: The Server Certificate with name EXAMPLE already exists.',
    );
    const before = await iam.call('GetServerCertificate', { ServerCertificateName });
    const rename = { ServerCertificateName, NewServerCertificateName: 'new', NewPath: '/a/' };
    expect(await iam.answer('UpdateServerCertificate', rename)).toBe('success');
    const after = await iam.call('GetServerCertificate', { ServerCertificateName: 'new' });
    expect(after.ServerCertificate.ServerCertificateMetadata).toEqual({
      ...before.ServerCertificate.ServerCertificateMetadata,
      ServerCertificateName: 'new',
      Path: '/a/',
      Arn: `arn:aws:iam::${account}:server-certificate/a/new`,
    });
    const named = { ServerCertificateName: 'new' };
    expect(await iam.answer('DeleteServerCertificate', named)).toBe('success');
    for (const name of ['DeleteServerCertificate', 'GetServerCertificate'] as const) {
      expect(await iam.answer(name, { ServerCertificateName: 'x' })).toBe(missing);
    }
  });

  test('T31: that are two million blanks are refused at once', async () => {
    const CertificateChain = `-----BEGIN CERTIFICATE-----${' '.repeat(2_000_000)}!`;
    expect(await upload({ CertificateChain })).toBe('400 MalformedCertificate: Unknown');
  });

  test('have tags', async () => {
    expect(await upload({})).toBe('success');
    const tag = (Tags: { Key: string; Value: string }[]) =>
      iam.answer('TagServerCertificate', { ServerCertificateName, Tags });
    expect(await tag([])).toBe('400 InvalidInput: The provided tag map must not be null/empty.');
    expect(await tag([{ Key: 'a', Value: '1' }])).toBe('success');
    const untag = (TagKeys: string[]) =>
      iam.answer('UntagServerCertificate', { ServerCertificateName, TagKeys });
    expect(await untag([])).toBe('400 InvalidInput: The provided tag keys must not be null/empty.');
    const listed = await iam.call('ListServerCertificateTags', { ServerCertificateName });
    expect(listed).toEqual({ Tags: [{ Key: 'a', Value: '1' }], IsTruncated: false });
    expect(await untag(['a', 'absent'])).toBe('success');
  });
});

test('the version of the global endpoint’s tokens is shown in the summary', async () => {
  const set = (GlobalEndpointTokenVersion: string) =>
    iam.answer('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion });
  const version = () => summary('GlobalEndpointTokenVersion');
  expect(await version()).toBe(1);
  expect(await set('v3Token')).toBe(
    "400 ValidationError: 1 validation error detected: Value at 'globalEndpointTokenVersion' " +
      'failed to satisfy constraint: Member must satisfy enum value set: [v1Token, v2Token]',
  );
  expect(await set('v2Token')).toBe('success');
  expect(await version()).toBe(2);
});
