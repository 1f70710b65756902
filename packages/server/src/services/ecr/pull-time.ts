/** When an image was last pulled: recorded once a day, so that a pull seldom writes. */
import type { Change } from '../../store/store.ts';
import { pullRecordMilliseconds } from './limits.ts';
import type { FoundRepository } from './registry-store.ts';

/** The change that records a pull; none when the last one is of the same day. */
export function pullChanges(
  { record, store }: FoundRepository,
  digest: string,
  now: number,
): readonly Change[] {
  const images = store.images(record);
  const held = images.find(digest);
  if (held === undefined || now - (held.record.pulledAt ?? 0) < pullRecordMilliseconds) return [];
  return [images.replace(held, { ...held.record, pulledAt: now })];
}
