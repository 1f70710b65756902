/** Task definitions in the store, found by family, family and revision, or ARN. */
import type { Tag, TaskDefinition } from '@sekisho/catalog/types/ecs';
import { type Held, RecordFolder } from '../../records/record-folder.ts';
import { type EcsPlace, ecsArn, readOwnArn } from '../arn.ts';
import {
  taskDefinitionInactive,
  taskDefinitionNotDescribable,
  taskDefinitionNotFound,
} from '../errors.ts';
import { recordsPrefix } from './cluster.ts';

/** What was registered, in the wire shape. */
export type StoredTaskDefinition = Omit<
  TaskDefinition,
  'deleteRequestedAt' | 'deregisteredAt' | 'registeredAt' | 'status'
> & {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
};

/** `ecs/<account>/<region>/task-definition/<family>/<revision>`. Times in milliseconds. */
export interface TaskDefinitionRecord {
  readonly definition: StoredTaskDefinition;
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  readonly registeredAt: number;
  readonly deregisteredAt?: number;
  readonly deleteRequestedAt?: number;
  readonly tags: readonly Tag[];
}

/** `ecs/<account>/<region>/family/<family>`: revisions are never used again. */
export interface FamilyRecord {
  readonly family: string;
  readonly lastRevision: number;
}

export function familiesOf(place: EcsPlace): RecordFolder<FamilyRecord> {
  return new RecordFolder(place.runtime.state, `${recordsPrefix(place)}family/`);
}

/** The revisions of a family; records are named by the revision's digits. */
export function revisionsOf(place: EcsPlace, family: string): RecordFolder<TaskDefinitionRecord> {
  const folder = `${recordsPrefix(place)}task-definition/${encodeURIComponent(family)}/`;
  return new RecordFolder(place.runtime.state, folder);
}

/** A task definition as a request names it. */
export interface TaskDefinitionName {
  readonly family: string;
  /** Absent: the latest ACTIVE one. */
  readonly revision?: number;
}

const nameForm = /^([A-Za-z0-9_-]{1,255})(?::([1-9]\d{0,8}))?$/;

/**
 * Reads `family`, `family:revision` or an ARN; undefined when it is none of these. Throws
 * InvalidParameterException for an ARN of another account or region.
 */
export function readTaskDefinitionName(
  place: EcsPlace,
  reference: string,
): TaskDefinitionName | undefined {
  const text = reference.startsWith('arn:')
    ? readOwnArn(place, reference, 'task-definition').parts.join('/')
    : reference;
  const [, family, revision] = nameForm.exec(text) ?? [];
  if (family === undefined) return undefined;
  return revision === undefined ? { family } : { family, revision: Number(revision) };
}

/** The task definition of any status; of a family alone the latest ACTIVE one. */
export function lookUpTaskDefinition(
  place: EcsPlace,
  reference: string,
): Held<TaskDefinitionRecord> | undefined {
  const name = readTaskDefinitionName(place, reference);
  if (name === undefined) return undefined;
  const revisions = revisionsOf(place, name.family);
  if (name.revision !== undefined) return revisions.find(String(name.revision));
  return revisions
    .all()
    .filter(({ record }) => record.status === 'ACTIVE')
    .sort((one, other) => other.record.definition.revision - one.record.definition.revision)[0];
}

/** Of any status. Throws ClientException `Unable to describe task definition.` */
export function findTaskDefinition(place: EcsPlace, reference: string): Held<TaskDefinitionRecord> {
  const found = lookUpTaskDefinition(place, reference);
  if (found === undefined) throw taskDefinitionNotDescribable();
  return found;
}

/**
 * One that tasks can be started from. Throws ClientException `TaskDefinition not found.` or
 * `TaskDefinition is inactive`.
 */
export function findActiveTaskDefinition(
  place: EcsPlace,
  reference: string,
): Held<TaskDefinitionRecord> {
  const found = lookUpTaskDefinition(place, reference);
  if (found === undefined) throw taskDefinitionNotFound();
  if (found.record.status !== 'ACTIVE') throw taskDefinitionInactive();
  return found;
}

/** The wire shape. */
export function toTaskDefinition(record: TaskDefinitionRecord): TaskDefinition {
  const { definition, status, registeredAt, deregisteredAt, deleteRequestedAt } = record;
  return {
    ...definition,
    status,
    registeredAt: new Date(registeredAt),
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: new Date(deregisteredAt) }),
    ...(deleteRequestedAt === undefined ? {} : { deleteRequestedAt: new Date(deleteRequestedAt) }),
  };
}

/** `arn:…:task-definition/<family>:<revision>`. */
export function taskDefinitionArn(place: EcsPlace, family: string, revision: number): string {
  return ecsArn(place, 'task-definition', `${family}:${revision}`);
}
