/** EC2's resource ids: a prefix and 17 lower-case hexadecimal digits (8 in old ones). */
import { createHash } from 'node:crypto';
import type { Random } from '../../platform/platform.ts';

const digits = 17;
const idPattern = /^([a-z]+(?:-[a-z]+)*)-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** A new id that nobody can foresee. */
export function newId(prefix: string, random: Random): string {
  return `${prefix}-${Buffer.from(random.bytes(9)).toString('hex').slice(0, digits)}`;
}

/** The id of a thing that every account and region has from the start, the same at every start. */
export function idOfDefault(prefix: string, ...names: readonly string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([prefix, ...names]))
    .digest('hex');
  return `${prefix}-${hash.slice(0, digits)}`;
}

/** Whether the text has the form of an id with that prefix. */
export function isId(prefix: string, text: string): boolean {
  return idPattern.exec(text)?.[1] === prefix;
}

/** The prefix of an id; undefined when the text is no id. */
export function prefixOf(text: string): string | undefined {
  return idPattern.exec(text)?.[1];
}

/** A MAC address that is administered locally, as EC2's are. */
export function newMacAddress(random: Random): string {
  const bytes = [
    '0a',
    ...Array.from(random.bytes(5), (byte) => byte.toString(16).padStart(2, '0')),
  ];
  return bytes.join(':');
}
