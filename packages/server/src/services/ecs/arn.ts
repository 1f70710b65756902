/** ARNs and identifiers of ECS resources. */
import type { State } from '../../store/state.ts';
import { invalidParameter } from './errors.ts';

/** Where ECS records lie: every request's context is one; the scheduler makes its own. */
export interface EcsPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly runtime: { readonly state: State };
}

type Names = Omit<EcsPlace, 'runtime'>;

/** Resource types as they stand in ARNs. */
export type EcsResourceType =
  | 'capacity-provider'
  | 'cluster'
  | 'container'
  | 'container-instance'
  | 'daemon'
  | 'daemon-task-definition'
  | 'namespace'
  | 'service'
  | 'service-deployment'
  | 'service-revision'
  | 'task'
  | 'task-definition'
  | 'task-set';

/** `arn:aws:ecs:<region>:<account>:<type>/<parts>`. */
export function ecsArn(place: Names, type: EcsResourceType, ...parts: readonly string[]): string {
  const { partition, region, account } = place;
  return `arn:${partition}:ecs:${region}:${account}:${type}/${parts.join('/')}`;
}

/** `arn:aws:ecs:<region>:<account>:`, the start of every ARN of the place. */
export function arnStart({ partition, region, account }: Names): string {
  return `arn:${partition}:ecs:${region}:${account}:`;
}

/** An ARN of ECS, taken apart. */
export interface EcsArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly type: string;
  /** What follows the type, parted at slashes: cluster and id, or the id alone (old form). */
  readonly parts: readonly string[];
}

const arnForm =
  /^arn:(aws[a-z-]*):ecs:([a-z0-9-]+):(\d{12}):([a-z-]+)\/([A-Za-z0-9_:.-]+(?:\/[A-Za-z0-9_:.-]+){0,3})$/;

/** How many parts follow each type: in the old form the cluster is left out. */
const partCounts: ReadonlyMap<string, readonly [min: number, max: number]> = new Map([
  ['capacity-provider', [1, 1]],
  ['cluster', [1, 1]],
  ['container', [1, 3]],
  ['container-instance', [1, 2]],
  ['daemon', [1, 2]],
  ['daemon-task-definition', [1, 1]],
  ['namespace', [1, 1]],
  ['service', [1, 2]],
  ['service-deployment', [3, 3]],
  ['service-revision', [3, 3]],
  ['task', [1, 2]],
  ['task-definition', [1, 1]],
  ['task-set', [3, 3]],
]);

/**
 * undefined when the text is no ARN of ECS. Parts too many are no ARN: were they let pass, the
 * authorization would be of another ARN than the resource's.
 */
export function readEcsArn(text: string): EcsArn | undefined {
  const [, partition, region, account, type, rest] = arnForm.exec(text) ?? [];
  if (partition === undefined || region === undefined || account === undefined) return undefined;
  if (type === undefined || rest === undefined) return undefined;
  const parts = rest.split('/');
  const [min, max] = partCounts.get(type) ?? [0, 0];
  if (parts.length < min || parts.length > max) return undefined;
  // A family and its revision.
  if (type === 'task-definition' && rest.split(':').length > 2) return undefined;
  return { partition, region, account, type, parts };
}

export const defaultCluster = 'default';

/**
 * The name in a cluster's name or ARN; the default cluster's when absent. Throws
 * InvalidParameterException for an ARN of another kind, account or region.
 */
export function clusterNameOf(place: Names, nameOrArn: string | undefined): string {
  if (nameOrArn === undefined || nameOrArn === '') return defaultCluster;
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const [name] = readOwnArn(place, nameOrArn, 'cluster').parts;
  return name ?? '';
}

/** The cluster's ARN, whether it exists or not; an ARN stays as it is. */
export function clusterArnOf(place: Names, nameOrArn: string | undefined): string {
  if (nameOrArn?.startsWith('arn:')) return nameOrArn;
  return ecsArn(place, 'cluster', clusterNameOf(place, nameOrArn));
}

/** Throws InvalidParameterException unless it is an ARN of that type of this account and region. */
export function readOwnArn(place: Names, arn: string, type: EcsResourceType): EcsArn {
  const read = readEcsArn(arn);
  // Unverified: these four texts.
  if (read === undefined) throw invalidParameter('Invalid identifier: Unexpected ARN format.');
  if (read.type !== type) {
    throw invalidParameter(
      `Invalid identifier: Identifier is for ${read.type}. Required: ${type}.`,
    );
  }
  if (read.account !== place.account) {
    throw invalidParameter(`Identifier is for ${read.account}. Your accountId is ${place.account}`);
  }
  if (read.region !== place.region || read.partition !== place.partition) {
    throw invalidParameter(`Identifier is for ${read.region}. Your region is ${place.region}`);
  }
  return read;
}

/**
 * The id in a task's, service's or container instance's id or ARN (either form). Throws
 * InvalidParameterException for an ARN of another cluster.
 */
export function idInCluster(
  place: Names,
  idOrArn: string,
  type: EcsResourceType,
  clusterName: string,
): string {
  if (!idOrArn.startsWith('arn:')) return idOrArn;
  const { parts } = readOwnArn(place, idOrArn, type);
  const [first = '', id] = parts;
  if (id === undefined) return first;
  // Unverified: the text.
  if (first !== clusterName) {
    throw invalidParameter(`Identifier is for ${first}. Your cluster is ${clusterName}`);
  }
  return id;
}
