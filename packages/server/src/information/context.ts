/** The request context of one demand, built from every source (policy information point). */
import type { ContextValue } from '@sekisho/policy';
import type { Caller } from '../authentication/caller.ts';
import type { Directory } from '../directory/directory.ts';
import { foldCase } from '../directory/records.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { ContextEntry } from './entries.ts';
import { iamKeys } from './iam-keys.ts';
import { principalKeys } from './principal-keys.ts';
import { requestKeys } from './request-keys.ts';
import { sessionKeys } from './session-keys.ts';
import { iamResourceTagKeys, requestTagKeys } from './tag-keys.ts';

/** What the context is built from. */
export interface ContextSources {
  readonly caller: Caller;
  readonly http: HttpRequest;
  readonly region: string;
  readonly now: number;
  readonly directory: Directory;
}

/** The pair that is asked about. */
export interface ContextDemand {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context?: readonly (readonly [key: string, value: ContextValue])[] | undefined;
}

/** Keys that are the same for every demand of a request. */
export function sharedContext(sources: ContextSources): readonly ContextEntry[] {
  const { caller, http, region, now, directory } = sources;
  return [
    ...requestKeys(http, caller, region, now),
    ...principalKeys(caller, directory),
    ...sessionKeys(caller, now),
  ];
}

/** Actions whose resource may be of an account that the request does not tell. */
const withoutResourceAccount: ReadonlySet<string> = new Set(['ec2:CreateVpcEndpoint']);

/** The whole context of one demand. What the demand itself carries comes last and wins. */
export function demandContext(
  shared: readonly ContextEntry[],
  demand: ContextDemand,
  input: unknown,
  directory: Directory,
): readonly ContextEntry[] {
  const entries = [...shared];
  if (demand.resourceAccount !== '' && !withoutResourceAccount.has(demand.action)) {
    entries.push(['aws:ResourceAccount', demand.resourceAccount]);
  }
  // The roles' tags are not in the context of iam:PassRole, nor are the request's.
  if (demand.action !== 'iam:PassRole') {
    if (demand.action.startsWith('iam:')) {
      entries.push(...iamKeys(demand.action, input, demand.resourceAccount, directory));
    }
    if (!demand.action.startsWith('ec2:') && !demand.action.startsWith('s3:')) {
      entries.push(...requestTagKeys(input), ...iamResourceTagKeys(demand.resource, directory));
    }
  }
  const own = demand.context ?? [];
  if (own.length === 0) return entries;
  // A key given twice would decide nothing: inherited session tags stand for the role's own.
  const names = new Set(own.map(([key]) => foldCase(key)));
  return [...entries.filter(([key]) => !names.has(foldCase(key))), ...own];
}
