/** ARNs of log groups and streams, as policies, requests and answers write them. */
import type { DemandContext } from '../service.ts';

type Place = Pick<DemandContext, 'partition' | 'region' | 'account'>;

/** `arn:aws:logs:R:A:log-group:NAME`: for tags, and what `logGroupArn` shows. */
export function groupArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

/** `…:log-group:NAME:log-stream:STREAM`; an empty stream stands for the group itself. */
export function streamArn(place: Place, name: string, stream: string): string {
  return `${groupArn(place, name)}:log-stream:${stream}`;
}

const arnForm = /^arn:([a-z-]+):logs:([a-z0-9-]+):(\d{12}):log-group:([^:]+)(?::\*)?$/;

/** The group's name of a name or ARN; undefined for an ARN of another place. */
export function groupName(identifier: string, place: Place): string | undefined {
  if (!identifier.startsWith('arn:')) return identifier;
  const [, partition, region, account, name] = arnForm.exec(identifier) ?? [];
  const isHere =
    partition === place.partition && region === place.region && account === place.account;
  return isHere ? name : undefined;
}
