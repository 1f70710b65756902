/** Client tokens of RunTask: a request that is repeated starts nothing twice. */
import { createHash } from 'node:crypto';
import { RecordFolder } from '../../records/record-folder.ts';
import type { EcsPlace } from '../arn.ts';
import { plainCopy } from '../plain.ts';
import { recordsPrefix } from './cluster.ts';

/** `ecs/<account>/<region>/client-token/<cluster>/<token>`. */
export interface ClientTokenRecord {
  readonly taskIds: readonly string[];
  /** SHA-256 of the request. */
  readonly request: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export const clientTokenMilliseconds = 86_400_000;

export function clientTokensOf(
  place: EcsPlace,
  clusterName: string,
): RecordFolder<ClientTokenRecord> {
  const folder = `${recordsPrefix(place)}client-token/${encodeURIComponent(clusterName)}/`;
  return new RecordFolder(place.runtime.state, folder);
}

/** The same for two requests with the same members in the same order, as one client sends them. */
export function requestDigest(request: object): string {
  return createHash('sha256')
    .update(JSON.stringify(plainCopy(request)))
    .digest('hex');
}
