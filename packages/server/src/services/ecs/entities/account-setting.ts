/** Account settings: of one principal, of the account by default, and AWS's own. */
import type { Caller } from '../../../authentication/caller.ts';
import { RecordFolder } from '../../records/record-folder.ts';
import type { EcsPlace } from '../arn.ts';
import { recordsPrefix } from './cluster.ts';

/**
 * `ecs/<account>/<region>/setting/<setting> <principal ARN>`; the account's default stands under
 * the root user's ARN.
 */
export interface AccountSettingRecord {
  readonly name: string;
  readonly value: string;
  readonly principalArn: string;
}

export function accountSettingsOf(place: EcsPlace): RecordFolder<AccountSettingRecord> {
  return new RecordFolder(place.runtime.state, `${recordsPrefix(place)}setting/`);
}

export function settingKey(name: string, principalArn: string): string {
  return `${name} ${principalArn}`;
}

const onOff = ['enabled', 'disabled', 'on', 'off'];

/** What there is to set: the default and the values. */
export const accountSettings: ReadonlyMap<
  string,
  { readonly value: string; readonly values: readonly string[] }
> = new Map([
  ['awsvpcTrunking', { value: 'disabled', values: onOff }],
  ['containerInsights', { value: 'disabled', values: [...onOff, 'enhanced'] }],
  ['containerInstanceLongArnFormat', { value: 'enabled', values: ['enabled', 'on'] }],
  ['defaultLogDriverMode', { value: 'non-blocking', values: ['blocking', 'non-blocking'] }],
  ['fargateEventWindows', { value: 'disabled', values: onOff }],
  ['fargateFIPSMode', { value: 'disabled', values: onOff }],
  ['fargateTaskRetirementWaitPeriod', { value: '7', values: ['0', '7', '14'] }],
  ['guardDutyActivate', { value: 'off', values: ['on', 'off'] }],
  ['serviceLongArnFormat', { value: 'enabled', values: ['enabled', 'on'] }],
  ['tagResourceAuthorization', { value: 'on', values: ['on'] }],
  ['taskLongArnFormat', { value: 'enabled', values: ['enabled', 'on'] }],
]);

/** The ARN under which a caller's settings stand: the role's for its sessions. */
export function settingPrincipal(caller: Caller): string {
  if (caller.kind === 'role-session') return caller.roleArn;
  return 'arn' in caller ? caller.arn : '';
}

export function rootArn({ partition, account }: EcsPlace): string {
  return `arn:${partition}:iam::${account}:root`;
}

/** The principal's own value, else the account's, else AWS's. */
export function effectiveSetting(
  place: EcsPlace & { readonly caller: Caller },
  name: string,
  principalArn = settingPrincipal(place.caller),
): string {
  const settings = accountSettingsOf(place);
  const own = settings.find(settingKey(name, principalArn));
  const general = settings.find(settingKey(name, rootArn(place)));
  return (own ?? general)?.record.value ?? accountSettings.get(name)?.value ?? '';
}
