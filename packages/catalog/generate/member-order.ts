/** The order and the named types of members: the schemas list required ones first, `.d.ts` do not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './output.ts';

/** Member → the name of its type, in model order. */
export type DeclaredMembers = ReadonlyMap<string, string>;

/** Reads the interfaces that an SDK package declares. */
export function readDeclarations(packageName: string): ReadonlyMap<string, DeclaredMembers> {
  const folder = join(packageFolder(packageName), 'dist-types/models');
  const declared = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.startsWith('models_')) continue;
    let members: Map<string, string> | undefined;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const opening = /^export interface (\w+)/.exec(line);
      if (opening?.[1] !== undefined) {
        members = new Map();
        declared.set(opening[1], members);
        continue;
      }
      if (line.startsWith('}')) members = undefined;
      const member = /^ {4}(\w+)\??: (.+);$/.exec(line);
      if (member?.[1] === undefined || member[2] === undefined) continue;
      members?.set(member[1], /^\w+/.exec(member[2])?.[0] ?? '');
    }
  }
  return declared;
}
