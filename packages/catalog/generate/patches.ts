/** Our corrections of AWS's models, each with its reason, from `packages/catalog/patches`. */
import { join } from 'node:path';
import { CATALOG, readJson } from './output.ts';

interface UriPatch {
  readonly label: string;
  readonly dropQuery: string;
  readonly reasons: readonly string[];
}

const PATCHES = readJson(join(CATALOG, 'patches/uri.json')) as Readonly<Record<string, UriPatch>>;

/** Puts back the label that the SDK has taken from a URI template, and drops the SDK's marker. */
export function patchUri(service: string, uri: string, labels: readonly string[]): string {
  const patch = PATCHES[service];
  if (patch === undefined) return uri;
  const [path = '', query] = uri.split('?');
  const marked = query?.split('&').filter((part) => !part.startsWith(`${patch.dropQuery}=`)) ?? [];
  const suffix = marked.length === 0 ? '' : `?${marked.join('&')}`;
  const missing = labels.includes(patch.label) && !path.includes(`{${patch.label}}`);
  if (!missing) return `${path}${suffix}`;
  return `/{${patch.label}}${path === '/' ? '' : path}${suffix}`;
}
