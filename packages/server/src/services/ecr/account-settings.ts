/**
 * Account settings of ECR: their names, what they may be, and what they are at first.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html
 */
import { invalidParameter } from './errors.ts';
import { registrySettings } from './registry-settings.ts';
import type { RegistryStore } from './registry-store.ts';

interface Setting {
  /** The first is the default. */
  readonly values: readonly [string, ...string[]];
}

const settings: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['BASIC_SCAN_TYPE_VERSION', { values: ['AWS_NATIVE', 'CLAIR'] }],
  ['REGISTRY_POLICY_SCOPE', { values: ['V1', 'V2'] }],
  ['BLOB_MOUNTING', { values: ['DISABLED', 'ENABLED'] }],
]);

/** Throws InvalidParameterException for a name or value that there is not. */
export function checkAccountSetting(name: string, value?: string): void {
  const known = settings.get(name);
  // Unverified: the texts.
  if (known === undefined) throw invalidParameter('name', `Invalid account setting name '${name}'`);
  if (value !== undefined && !known.values.includes(value)) {
    throw invalidParameter('value', `Invalid value '${value}' for the account setting '${name}'`);
  }
}

/** What it was put to, else its default. */
export function accountSetting(name: string, store: RegistryStore): string | undefined {
  const put = registrySettings(store).accountSettings;
  return put?.find(([key]) => key === name)?.[1] ?? settings.get(name)?.values[0];
}
