/** ARNs of alarms and dashboards. */
import type { DemandContext } from '../service.ts';

/** `arn:aws:cloudwatch:us-east-1:123456789012:alarm:NAME`. */
export function alarmArn(name: string, context: Place): string {
  return `arn:${context.partition}:cloudwatch:${context.region}:${context.account}:alarm:${name}`;
}

/** `arn:aws:cloudwatch::123456789012:dashboard/NAME`: dashboards are of no region. */
export function dashboardArn(name: string, { partition, account }: Place): string {
  return `arn:${partition}:cloudwatch::${account}:dashboard/${name}`;
}

export type Place = Pick<DemandContext, 'partition' | 'region' | 'account'>;

const arnPattern =
  /^arn:[a-z-]+:cloudwatch:([a-z0-9-]*):(\d{12}):(?:alarm:(.{1,255})|dashboard\/([\w-]{1,255}))$/s;

/** What an ARN names; undefined when it is no ARN of an alarm or a dashboard. */
export function readArn(arn: string):
  | {
      readonly kind: 'alarm' | 'dashboard';
      readonly region: string;
      readonly account: string;
      readonly name: string;
    }
  | undefined {
  const [, region = '', account = '', alarm, dashboard] = arnPattern.exec(arn) ?? [];
  if (alarm !== undefined) return { kind: 'alarm', region, account, name: alarm };
  if (dashboard === undefined) return undefined;
  return { kind: 'dashboard', region, account, name: dashboard };
}
