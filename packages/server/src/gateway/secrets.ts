/** The server's own secrets: the master key and the accounts' root keys, made at first start. */

import type { RootAccessKey } from '../authentication/credentials.ts';
import type { Platform, Random } from '../platform/platform.ts';
import { createSecretAccessKey, createUniqueId } from '../platform/unique-id.ts';
import type { Sealer } from '../services/service.ts';
import type { State } from '../store/state.ts';
import type { AccountConfiguration } from './configuration.ts';

const masterKeyFile = 'master-key';
const masterKeyShape = /^[A-Za-z0-9+/]{43}=\n?$/;

/** Reads or makes the 32-byte master key (mode 0600). An unreadable one is an error, never replaced. */
export async function loadMasterKey(platform: Platform): Promise<Uint8Array> {
  const stored = await platform.disk.read(masterKeyFile);
  if (stored === undefined) {
    const key = platform.random.bytes(32);
    await platform.disk.writeAtomically(masterKeyFile, `${Buffer.from(key).toString('base64')}\n`);
    return key;
  }
  const text = Buffer.from(stored).toString('latin1');
  if (!masterKeyShape.test(text)) {
    throw new Error(`${platform.disk.root}/${masterKeyFile} does not hold a master key`);
  }
  return Buffer.from(text, 'base64');
}

/** The root key of each account: the configured one, else the stored one, else a new random one. */
export async function loadRootKeys(
  accounts: readonly AccountConfiguration[],
  state: State,
  sealer: Sealer,
  random: Random,
): Promise<readonly RootAccessKey[]> {
  const keys: RootAccessKey[] = [];
  for (const { id: account, rootAccessKey } of accounts) {
    if (rootAccessKey !== undefined) keys.push({ account, ...rootAccessKey });
    else keys.push(await storedRootKey(account, state, sealer, random));
  }
  return keys;
}

async function storedRootKey(
  account: string,
  state: State,
  sealer: Sealer,
  random: Random,
): Promise<RootAccessKey> {
  const key = `server/root-key/${account}`;
  const stored = state.get(key);
  if (typeof stored === 'string') {
    const opened = sealer.open(stored, key);
    const [id, secret] = opened?.split(' ') ?? [];
    if (id === undefined || secret === undefined) {
      throw new Error(`the record ${key} does not open under the master key of this data folder`);
    }
    return { account, id, secret };
  }
  const id = createUniqueId('AKIA', account, random);
  const secret = createSecretAccessKey(random);
  await state.commit([{ key, value: sealer.seal(`${id} ${secret}`, key), ifRevision: 0 }]);
  return { account, id, secret };
}

/** An AWS shared-credentials file: `default` is root of the first account. */
export async function writeCredentialsFile(
  platform: Platform,
  keys: readonly RootAccessKey[],
): Promise<string> {
  const profile = (name: string, { id, secret }: RootAccessKey): string =>
    `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
  const [first] = keys;
  const profiles = [
    ...(first === undefined ? [] : [profile('default', first)]),
    ...keys.map((key) => profile(`root-${key.account}`, key)),
  ];
  await platform.disk.writeAtomically('credentials', profiles.join('\n'), 0o600);
  return `${platform.disk.root}/credentials`;
}
