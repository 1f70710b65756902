/** SAML providers: their metadata, their keys, and trust in them. */
import { beforeEach, expect, test } from 'vitest';
import { serverCertificate, serverPrivateKey } from '../certificates.fixture.ts';
import { account, otherAccount, TestIam } from '../testing.ts';

const certificate = serverCertificate.replaceAll(/-----[A-Z ]+-----|\n/g, '');
const SAMLMetadataDocument = `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.example">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
      <X509Certificate>${certificate}</X509Certificate>
    </X509Data></KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://id.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>${' '.repeat(1000)}`;
const input = { Name: 'Idp', SAMLMetadataDocument };
const arn = `arn:aws:iam::${account}:saml-provider/Idp`;

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

test('a SAML provider is made, read and listed', async () => {
  const Tags = [{ Key: 'k', Value: 'v' }];
  expect(await iam.call('CreateSAMLProvider', { ...input, Tags })).toEqual({
    SAMLProviderArn: arn,
    Tags,
  });
  const provider = await iam.call('GetSAMLProvider', { SAMLProviderArn: arn });
  const CreateDate = new Date(iam.now);
  const ValidUntil = new Date(Date.UTC(2126, 0, 2, 3, 4, 5, 678));
  expect(provider).toMatchObject({
    SAMLMetadataDocument,
    CreateDate,
    ValidUntil,
    Tags,
    AssertionEncryptionMode: 'Allowed',
    PrivateKeyList: [],
  });
  expect(provider.SAMLProviderUUID).toMatch(/^SAMLSP[A-Z2-7]{16}$/);
  expect(await iam.call('ListSAMLProviders', {})).toMatchObject({
    SAMLProviderList: [{ Arn: arn, ValidUntil, CreateDate }],
  });
  expect(await iam.answer('CreateSAMLProvider', input)).toBe(
    '409 EntityAlreadyExists: Provider with name Idp already exists.',
  );
});

test('metadata that describe no identity provider are refused', async () => {
  const create = (document: string) =>
    iam.answer('CreateSAMLProvider', { ...input, SAMLMetadataDocument: document });
  expect(await create('x')).toBe(
    "400 ValidationError: 1 validation error detected: Value at 'sAMLMetadataDocument' failed to " +
      'satisfy constraint: Member must have length greater than or equal to 1000',
  );
  for (const document of [
    'x'.repeat(1000),
    SAMLMetadataDocument.replace('entityID', 'id'),
    SAMLMetadataDocument.replace('use="signing"', 'use="encryption"'),
    SAMLMetadataDocument.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    SAMLMetadataDocument.replaceAll('md:EntityDescriptor', 'EntitiesDescriptor'),
    `<!DOCTYPE a [<!ENTITY b "c">]>${SAMLMetadataDocument.slice(21)}`,
  ]) {
    expect(await create(document)).toBe('400 InvalidInput: Could not parse metadata');
  }
});

test('two private keys are the most, and what is not given stays', async () => {
  await iam.call('CreateSAMLProvider', { ...input, AddPrivateKey: serverPrivateKey });
  const update = (changed: object) =>
    iam.answer('UpdateSAMLProvider', { SAMLProviderArn: arn, ...changed });
  expect(await update({ AddPrivateKey: 'x' })).toMatch(/^400 InvalidInput/);
  const add = { AddPrivateKey: serverPrivateKey, AssertionEncryptionMode: 'Required' };
  expect(await update(add)).toBe('success');
  expect(await update({ AddPrivateKey: serverPrivateKey })).toMatch(/^409 LimitExceeded/);
  const provider = await iam.call('GetSAMLProvider', { SAMLProviderArn: arn });
  expect(provider).toMatchObject({ SAMLMetadataDocument, AssertionEncryptionMode: 'Required' });
  const [first] = provider.PrivateKeyList ?? [];
  expect(first?.KeyId).toMatch(/^SAMLPK[A-Z2-7]{16}$/);
  const [key = ''] = iam.state.keys(`iam/${account}/saml-provider/`);
  expect(JSON.stringify(iam.state.get(key))).not.toContain('PRIVATE KEY');
  expect(await update({ RemovePrivateKey: first?.KeyId })).toBe('success');
  expect(await update({ RemovePrivateKey: first?.KeyId })).toMatch(/^404 NoSuchEntity/);
});

test('other ARNs, absent providers and tags', async () => {
  const get = (SAMLProviderArn: string) => iam.answer('GetSAMLProvider', { SAMLProviderArn });
  expect(await get(arn)).toBe(`404 NoSuchEntity: Manifest not found for arn ${arn}`);
  expect(await iam.answer('DeleteSAMLProvider', { SAMLProviderArn: arn })).toBe(
    `404 NoSuchEntity: Manifest not found for arn ${arn}`,
  );
  expect(await get(arn.replace('saml-provider', 'oidc-provider'))).toBe(
    '400 InvalidInput: Invalid resource type in ARN',
  );
  expect(await get(arn.replace(account, otherAccount))).toMatch(/^403 AccessDenied/);
  await iam.call('CreateSAMLProvider', input);
  const SAMLProviderArn = arn;
  for (const name of ['TagSAMLProvider', 'UntagSAMLProvider'] as const) {
    const empty = { SAMLProviderArn, Tags: [], TagKeys: [] };
    expect(await iam.answer(name, empty)).toMatch(/^400 InvalidInput/);
  }
  await iam.call('TagSAMLProvider', { SAMLProviderArn, Tags: [{ Key: 'k', Value: '' }] });
  await iam.call('UntagSAMLProvider', { SAMLProviderArn, TagKeys: ['k'] });
  const listed = await iam.call('ListSAMLProviderTags', { SAMLProviderArn });
  expect(listed).toEqual({ Tags: [], IsTruncated: false });
  expect(await iam.answer('DeleteSAMLProvider', { SAMLProviderArn })).toBe('success');
});

test('a role can trust a SAML provider that is there', async () => {
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithSAML',
    Principal: { Federated: arn },
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const role = { RoleName: 'federated', AssumeRolePolicyDocument };
  expect(await iam.answer('CreateRole', role)).toMatch(/^400 MalformedPolicyDocument/);
  await iam.call('CreateSAMLProvider', input);
  expect(await iam.answer('CreateRole', role)).toBe('success');
});
