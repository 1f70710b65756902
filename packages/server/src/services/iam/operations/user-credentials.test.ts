/** Users' SSH keys, signing certificates and credentials for one service, in AWS's words. */
import { createPublicKey } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  certificateAuthority,
  serverCertificate,
  serverPrivateKey,
} from '../certificates.fixture.ts';
import { account, TestIam, userCaller } from '../testing.ts';

const UserName = 'alice';
const sshKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2u8/Eiz5WGSuSqd+WjoHfK2hilDWQpGDH5P5HxkzOVo/AM+xP6gvZxfXOKRZsyUsJOmrQVPUDHp3/jzl/r5rGi1W9ekStQEoGSzt822nLzttRth1FxVpAu56G5SfZVZe7LYNQueh4HoFpe8zvpu02VCLDJBY4+NM6fkQ5Kx5ArhM+mwsVkRStaKWt9AelL/F7TTkb90swVDNzFql8xWBBomkTQyk9lgRdaIFHeMAzbwDUNd3/EQIfVy/KnMS8SsrkL5l9g1SOLeov/wqcc/iRbXBO2NIYJPiBU1hxm2O5AKBrqnSyWxcAvmeQLLfunNJ0fqjnba45C898w0h+IUsp';
/** As `ssh-keygen -l -E md5` prints it. */
const fingerprint = '91:4a:4b:be:ea:00:98:a6:1a:83:23:00:07:fc:86:79';
const shortKey =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDR+MhUXr29SKx1z+/MBG4llTpzF9HtRPvNuAhpNQra+h09Hm5KXrUJmB6jubtE2HNyf+V7uCR2NZfUTNa6+35lNOalFHN6VDhRxPywBsl2ycrXW344V4adPg07eVaBt9gDlZKj2vPkluSYBNRfUusWO3UOXOehoQz58eZLiNCcMQ==';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
  await iam.call('CreateUser', { UserName });
  await iam.call('CreateUser', { UserName: 'bob' });
});

describe('SSH public keys', () => {
  const upload = (body: string, name = UserName) =>
    iam.answer('UploadSSHPublicKey', { UserName: name, SSHPublicKeyBody: body });

  test('are shown in the form that is asked for, with the fingerprint of ssh-keygen', async () => {
    const body = `${sshKey} alice@example`;
    const uploaded = await iam.call('UploadSSHPublicKey', { UserName, SSHPublicKeyBody: body });
    const key = uploaded.SSHPublicKey;
    expect(key).toMatchObject({ UserName, Status: 'Active', SSHPublicKeyBody: body });
    expect(key?.Fingerprint).toBe(fingerprint);
    expect(key?.SSHPublicKeyId).toMatch(/^APKA[A-Z2-7]{16}$/);
    const SSHPublicKeyId = key?.SSHPublicKeyId ?? '';
    const read = async (Encoding: string) => {
      const got = await iam.call('GetSSHPublicKey', { UserName, SSHPublicKeyId, Encoding });
      return got.SSHPublicKey?.SSHPublicKeyBody ?? '';
    };
    expect(await read('SSH')).toBe(body);
    const pem = await read('PEM');
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(createPublicKey(pem).asymmetricKeyDetails?.modulusLength).toBe(2048);
    const other = await iam.call('UploadSSHPublicKey', { UserName: 'bob', SSHPublicKeyBody: pem });
    expect(other.SSHPublicKey?.Fingerprint).toBe(fingerprint);
    const bobs = other.SSHPublicKey?.SSHPublicKeyId ?? '';
    const converted = { UserName: 'bob', SSHPublicKeyId: bobs, Encoding: 'SSH' };
    const got = await iam.call('GetSSHPublicKey', converted);
    expect(got.SSHPublicKey?.SSHPublicKeyBody).toBe(sshKey);
    expect(await iam.answer('DeleteSSHPublicKey', { UserName, SSHPublicKeyId: bobs })).toBe(
      `404 NoSuchEntity: User has no Public Key with id ${bobs}.`,
    );
  });

  test('of other kinds, too short ones and second ones are refused', async () => {
    expect(await upload('x', 'nobody')).toMatch(/^404 NoSuchEntity: The user with name nobody/);
    for (const body of ['x', `ssh-ed25519 ${sshKey.slice(8)}`, `${sshKey.slice(0, -8)}AAAA`]) {
      expect(await upload(body)).toBe(
        '400 UnrecognizedPublicKeyEncoding: Invalid public key uploaded.',
      );
    }
    expect(await upload(shortKey)).toBe('400 InvalidPublicKey: Invalid body for public key');
    expect(await upload(sshKey)).toBe('success');
    expect(await upload(`${sshKey} again`)).toBe(
      '400 DuplicateSSHPublicKey: Duplicate SSH public key uploaded.',
    );
    expect(await upload(sshKey, 'bob')).toBe('success');
    const SSHPublicKeyId = 'APKAAAAAAAAAAAAAAAAA';
    const missing = `404 NoSuchEntity: The Public Key with id ${SSHPublicKeyId} cannot be found.`;
    const get = { UserName, SSHPublicKeyId, Encoding: 'SSH' };
    expect(await iam.answer('GetSSHPublicKey', get)).toBe(missing);
    expect(await iam.answer('GetSSHPublicKey', { ...get, Encoding: 'ssh' })).toBe(
      "400 ValidationError: 1 validation error detected: Value at 'encoding' failed to satisfy " +
        'constraint: Member must satisfy enum value set: [SSH, PEM]',
    );
    const update = { UserName, SSHPublicKeyId, Status: 'Inactive' };
    expect(await iam.answer('UpdateSSHPublicKey', update)).toBe(missing);
    expect(await iam.answer('UpdateSSHPublicKey', { ...update, Status: 'Expired' })).toBe(
      '400 InvalidInput: Operation does not support status Expired',
    );
  });

  test('are listed without their bodies and keep their user', async () => {
    expect(await upload(sshKey)).toBe('success');
    const { SSHPublicKeys: [key] = [] } = await iam.call(
      'ListSSHPublicKeys',
      {},
      userCaller(UserName),
    );
    expect(Object.keys(key ?? {})).toEqual(['UserName', 'SSHPublicKeyId', 'Status', 'UploadDate']);
    const inUse = '409 DeleteConflict: Cannot delete entity, must remove referenced objects first.';
    expect(await iam.answer('DeleteUser', { UserName })).toBe(inUse);
    const SSHPublicKeyId = key?.SSHPublicKeyId ?? '';
    await iam.call('UpdateSSHPublicKey', { UserName, SSHPublicKeyId, Status: 'Inactive' });
    await iam.call('UpdateUser', { UserName, NewUserName: 'alicia' });
    const listed = await iam.call('ListSSHPublicKeys', { UserName: 'alicia' });
    expect(listed.SSHPublicKeys).toMatchObject([{ UserName: 'alicia', Status: 'Inactive' }]);
    await iam.call('DeleteSSHPublicKey', { UserName: 'alicia', SSHPublicKeyId });
    expect(await iam.answer('DeleteUser', { UserName: 'alicia' })).toBe('success');
  });
});

describe('signing certificates', () => {
  const upload = (CertificateBody: string, name = UserName) =>
    iam.answer('UploadSigningCertificate', { UserName: name, CertificateBody });

  test('go by the digest of the certificate, which one user may have', async () => {
    const input = { UserName, CertificateBody: serverCertificate };
    const { Certificate } = await iam.call('UploadSigningCertificate', input);
    expect(Certificate).toMatchObject({ ...input, Status: 'Active' });
    expect(Certificate.CertificateId).toMatch(/^[A-Z2-7]{32}$/);
    iam.now += 5000;
    expect(await iam.call('UploadSigningCertificate', input)).toEqual({ Certificate });
    expect(await upload(serverCertificate, 'bob')).toBe(
      '409 DuplicateCertificate: Duplicate certificate uploaded.',
    );
    expect(await upload('junk')).toBe('400 MalformedCertificate: Certificate junk is malformed.');
    // T42: a private key sent by mistake is repeated nowhere.
    expect(await upload(serverPrivateKey)).toBe(
      '400 MalformedCertificate: Certificate is malformed.',
    );
    expect(await upload(`${serverCertificate}\n${certificateAuthority}`)).toMatch(
      /^400 MalformedCertificate/,
    );
    const { CertificateId } = Certificate;
    const missing = `404 NoSuchEntity: The Certificate with id ${CertificateId} cannot be found.`;
    expect(await iam.answer('DeleteSigningCertificate', { UserName: 'bob', CertificateId })).toBe(
      missing,
    );
    const update = { UserName, CertificateId, Status: 'Inactive' };
    expect(await iam.answer('UpdateSigningCertificate', update)).toBe('success');
    const caller = userCaller(UserName);
    const { Certificates } = await iam.call('ListSigningCertificates', {}, caller);
    expect(Certificates).toEqual([{ ...Certificate, Status: 'Inactive' }]);
    expect(await iam.answer('DeleteUser', { UserName })).toBe(
      '409 DeleteConflict: Cannot delete entity, must delete certificates first.',
    );
    expect(await iam.answer('DeleteSigningCertificate', { CertificateId }, caller)).toBe('success');
    expect(await iam.answer('UpdateSigningCertificate', update)).toBe(missing);
  });

  test('stand in the credential report, the older one first', async () => {
    await iam.call('UploadSigningCertificate', { UserName, CertificateBody: serverCertificate });
    iam.now += 60_000;
    await iam.call('UploadSigningCertificate', { UserName, CertificateBody: certificateAuthority });
    await iam.call('GenerateCredentialReport', {});
    const { Content = new Uint8Array() } = await iam.call('GetCredentialReport', {});
    const line = Buffer.from(Content).toString().split('\n')[2];
    expect(line).toMatch(/,true,2026-01-02T03:04:05Z,true,2026-01-02T03:05:05Z$/);
  });
});

describe('service-specific credentials', () => {
  const ServiceName = 'codecommit.amazonaws.com';
  const create = (name: string, service = ServiceName) =>
    iam.answer('CreateServiceSpecificCredential', { UserName: name, ServiceName: service });

  test('are a name and a password of 60 characters, two for each service', async () => {
    const input = { UserName, ServiceName };
    const made = await iam.call('CreateServiceSpecificCredential', input);
    const credential = made.ServiceSpecificCredential;
    expect(credential).toMatchObject({ ...input, ServiceUserName: `alice-at-${account}` });
    expect(credential?.ServicePassword).toMatch(/^[A-Za-z0-9+/]{60}$/);
    expect(credential?.ServiceSpecificCredentialId).toMatch(/^ACCA[A-Z2-7]{17}$/);
    const second = await iam.call('CreateServiceSpecificCredential', input);
    expect(second.ServiceSpecificCredential?.ServiceUserName).toBe(`alice+1-at-${account}`);
    expect(await create(UserName)).toBe(
      '409 LimitExceeded: Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2',
    );
    expect(await create(UserName, 'cassandra.amazonaws.com')).toBe('success');
    const { ServiceSpecificCredentials: listed = [] } = await iam.call(
      'ListServiceSpecificCredentials',
      { ServiceName: 'CodeCommit.amazonaws.com' },
      userCaller(UserName),
    );
    expect(listed).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain('Password');
    const stored = iam.state.keys(`iam/${account}/service-specific-credential/`);
    const text = stored.map((key) => JSON.stringify(iam.state.get(key))).join('\n');
    expect(text).not.toContain(credential?.ServicePassword);
  });

  test('of unknown users, services and ids', async () => {
    expect(await create('nobody', 'x.amazonaws.com')).toMatch(/^404 NoSuchEntity: The user/);
    const unsupported =
      '404 NoSuchEntity: No such service x.amazonaws.com is supported for Service Specific ' +
      'Credentials';
    expect(await create(UserName, 'x.amazonaws.com')).toBe(unsupported);
    const list = { UserName, ServiceName: 'x.amazonaws.com' };
    expect(await iam.answer('ListServiceSpecificCredentials', list)).toBe(unsupported);
    const made = await iam.call('CreateServiceSpecificCredential', { UserName, ServiceName });
    const id = made.ServiceSpecificCredential?.ServiceSpecificCredentialId ?? '';
    const absent = { UserName, ServiceSpecificCredentialId: 'ACCAAAAAAAAAAAAAAAAAA' };
    for (const name of [
      'DeleteServiceSpecificCredential',
      'ResetServiceSpecificCredential',
    ] as const) {
      expect(await iam.answer(name, absent)).toBe(
        '404 NoSuchEntity: No such credential ACCAAAAAAAAAAAAAAAAAA exists',
      );
      const others = { UserName: 'bob', ServiceSpecificCredentialId: id };
      expect(await iam.answer(name, others)).toBe(
        `400 ValidationError: User bob does not have a service specific credential with id ${id}`,
      );
    }
  });

  test('are reset, made inactive and deleted; an API key expires', async () => {
    const input = { UserName, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: 1 };
    const { ServiceSpecificCredential: key } = await iam.call(
      'CreateServiceSpecificCredential',
      input,
    );
    expect(key?.ServiceCredentialSecret).toMatch(/^ABSK[A-Za-z0-9+/]{148}$/);
    expect(key?.ServiceCredentialAlias).toBe(`alice-at-${account}`);
    expect(key?.ExpirationDate).toEqual(new Date(Date.UTC(2026, 0, 3, 3, 4, 5)));
    const named = { UserName, ServiceSpecificCredentialId: key?.ServiceSpecificCredentialId ?? '' };
    const reset = await iam.call('ResetServiceSpecificCredential', named);
    const { ServiceCredentialSecret, ...rest } = reset.ServiceSpecificCredential ?? {};
    expect(ServiceCredentialSecret).not.toBe(key?.ServiceCredentialSecret);
    const { ServiceCredentialSecret: _, ...before } = key ?? {};
    expect(rest).toEqual(before);
    const update = { ...named, Status: 'Inactive' };
    expect(await iam.answer('UpdateServiceSpecificCredential', update)).toBe('success');
    const status = async () => {
      const listed = await iam.call('ListServiceSpecificCredentials', { AllUsers: true });
      return listed.ServiceSpecificCredentials?.map(({ Status }) => Status);
    };
    expect(await status()).toEqual(['Inactive']);
    iam.now += 86_400_000;
    expect(await status()).toEqual(['Expired']);
    expect(await iam.answer('DeleteUser', { UserName })).toBe(
      '409 DeleteConflict: Cannot delete entity, must remove referenced objects first.',
    );
    expect(await iam.answer('DeleteServiceSpecificCredential', named)).toBe('success');
    expect(await iam.answer('DeleteUser', { UserName })).toBe('success');
  });
});
