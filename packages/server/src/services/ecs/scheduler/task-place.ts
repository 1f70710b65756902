/** Where a task runs: account and region, with the whole server around them. */
import type { Runtime } from '../../service.ts';
import type { EcsPlace } from '../arn.ts';

/** Every request's context is one; the scheduler makes its own. */
export interface TaskPlace extends EcsPlace {
  readonly runtime: Runtime;
}

const keyForm = /^ecs\/(\d{12})\/([a-z0-9-]+)\/([a-z-]+)\/([^/]+)\/([^/]+)$/;

/** A record's key, taken apart. */
export interface RecordKey {
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly clusterName: string;
  readonly name: string;
}

/** undefined when the key is not of a record that lies in a cluster. */
export function readRecordKey(key: string): RecordKey | undefined {
  const [, account, region, kind, clusterName, name] = keyForm.exec(key) ?? [];
  if (account === undefined || region === undefined || kind === undefined) return undefined;
  if (clusterName === undefined || name === undefined) return undefined;
  return {
    account,
    region,
    kind,
    clusterName: decodeURIComponent(clusterName),
    name: decodeURIComponent(name),
  };
}

export function placeOf(
  runtime: Runtime,
  { account, region }: Pick<RecordKey, 'account' | 'region'>,
): TaskPlace {
  return { runtime, account, region, partition: runtime.partition };
}
