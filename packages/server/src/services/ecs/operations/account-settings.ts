/** Operations on account settings. */
import type {
  DeleteAccountSettingRequest,
  DeleteAccountSettingResponse,
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  Setting,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import {
  type AccountSettingRecord,
  accountSettings,
  accountSettingsOf,
  effectiveSetting,
  rootArn,
  settingKey,
  settingPrincipal,
} from '../entities/account-setting.ts';
import { invalidParameter } from '../errors.ts';
import { page } from '../pages.ts';

const principalForm = /^arn:aws[a-z-]*:iam::(\d{12}):(?:root|(?:user|role)\/[\w+=,.@/-]{1,576})$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
async function putAccountSetting(
  { name, value, principalArn }: PutAccountSettingRequest,
  context: OperationContext,
): Promise<PutAccountSettingResponse> {
  return { setting: await put(name, value, readPrincipal(principalArn, context), context) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html */
async function putAccountSettingDefault(
  { name, value }: PutAccountSettingDefaultRequest,
  context: OperationContext,
): Promise<PutAccountSettingDefaultResponse> {
  return { setting: await put(name, value, rootArn(context), context) };
}

async function put(
  name: string,
  value: string,
  principalArn: string,
  context: OperationContext,
): Promise<Setting> {
  // Unverified: the text.
  if (!accountSettings.get(name)?.values.includes(value)) {
    throw invalidParameter(`Invalid setting value: ${value}`);
  }
  const settings = accountSettingsOf(context);
  const record: AccountSettingRecord = { name, value, principalArn };
  const key = settingKey(name, principalArn);
  const held = settings.find(key);
  await context.commit([
    held === undefined ? settings.create(key, record) : settings.replace(held, record),
  ]);
  return toSetting(record);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAccountSetting.html */
async function deleteAccountSetting(
  { name, principalArn }: DeleteAccountSettingRequest,
  context: OperationContext,
): Promise<DeleteAccountSettingResponse> {
  const principal = readPrincipal(principalArn, context);
  const settings = accountSettingsOf(context);
  const held = settings.find(settingKey(name, principal));
  if (held !== undefined) await context.commit([settings.remove(held)]);
  const value = effectiveSetting(context, name, principal);
  return { setting: toSetting({ name, value, principalArn: principal }) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAccountSettings.html */
function listAccountSettings(
  input: ListAccountSettingsRequest,
  context: OperationContext,
): ListAccountSettingsResponse {
  const { name, value, effectiveSettings } = input;
  const principalArn = readPrincipal(input.principalArn, context);
  if (value !== undefined && name === undefined) {
    // Unverified: the text.
    throw invalidParameter('You must specify a setting name when specifying a value.');
  }
  const stored = accountSettingsOf(context)
    .all()
    .map(({ record }) => record)
    .filter((record) => record.principalArn === principalArn);
  const listed =
    effectiveSettings === true
      ? [...accountSettings.keys()].map((each) => ({
          name: each,
          value: effectiveSetting(context, each, principalArn),
          principalArn,
        }))
      : stored;
  const matching = listed.filter(
    (each) =>
      (name === undefined || each.name === name) && (value === undefined || each.value === value),
  );
  const filters = ['ListAccountSettings', principalArn, name, value, String(effectiveSettings)];
  const { items, nextToken } = page(matching, (each) => each.name, input, filters, context);
  return { settings: items.map(toSetting), nextToken };
}

/** The principal that is named, of this account; the caller's own when none is. */
function readPrincipal(principalArn: string | undefined, context: OperationContext): string {
  if (principalArn === undefined) return settingPrincipal(context.caller);
  // Unverified: the text.
  if (principalForm.exec(principalArn)?.[1] !== context.account) {
    throw invalidParameter('Invalid principalArn.');
  }
  return principalArn;
}

function toSetting(record: AccountSettingRecord): Setting {
  return { ...record, type: record.name.startsWith('guardDuty') ? 'aws_managed' : 'user' };
}

export const accountSettingOperations: Readonly<Record<string, Operation>> = {
  DeleteAccountSetting: deleteAccountSetting,
  ListAccountSettings: listAccountSettings,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
};
