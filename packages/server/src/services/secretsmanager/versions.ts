/**
 * Versions of a secret and the staging labels that move between them.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
import { currentStage, previousStage, type SecretVersion } from './entities.ts';
import { invalidParameter, resourceNotFound, valueNotFound } from './errors.ts';
import { versionsPerSecretMax } from './limits.ts';

/**
 * The versions after the labels were given to one of them. A label is on one version only; the
 * version that loses AWSCURRENT becomes AWSPREVIOUS.
 */
export function withStages(
  versions: readonly SecretVersion[],
  id: string,
  stages: readonly string[],
): readonly SecretVersion[] {
  const moved = new Set(stages);
  const old = versions.find((version) => version.stages.includes(currentStage))?.id;
  const losesCurrent = moved.has(currentStage) && old !== undefined && old !== id;
  return versions.map((version) => {
    const own = new Set(version.stages);
    for (const stage of moved) {
      if (version.id === id) own.add(stage);
      else own.delete(stage);
    }
    if (losesCurrent) {
      if (version.id === old) own.add(previousStage);
      else own.delete(previousStage);
    }
    return { ...version, stages: [...own] };
  });
}

/** The versions that are kept, and the unlabelled ones beyond the limit. */
export function pruneVersions(versions: readonly SecretVersion[]): {
  readonly kept: readonly SecretVersion[];
  readonly dropped: readonly SecretVersion[];
} {
  const over = versions.length - versionsPerSecretMax;
  const deprecated = versions.filter(({ stages }) => stages.length === 0);
  const dropped = over > 0 ? deprecated.slice(0, over) : [];
  return { kept: versions.filter((version) => !dropped.includes(version)), dropped };
}

/** The version that a read asks for. Throws ResourceNotFoundException, InvalidRequestException. */
export function selectVersion(
  versions: readonly SecretVersion[],
  { VersionId: id, VersionStage: stage }: VersionChoice,
  mismatch: () => Error,
): SecretVersion {
  if (id !== undefined) {
    const version = versions.find((candidate) => candidate.id === id);
    if (version === undefined) throw valueNotFound(`VersionId: ${id}`);
    if (stage !== undefined && !version.stages.includes(stage)) throw mismatch();
    return version;
  }
  const label = stage ?? currentStage;
  const version = versions.find(({ stages }) => stages.includes(label));
  if (version === undefined) throw valueNotFound(`staging label: ${label}`);
  return version;
}

export interface VersionChoice {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

/** UpdateSecretVersionStage's move. Throws InvalidParameterException. */
export function moveStage(
  versions: readonly SecretVersion[],
  stage: string,
  from: string | undefined,
  to: string | undefined,
): readonly SecretVersion[] {
  for (const id of [from, to]) {
    if (id !== undefined && !versions.some((version) => version.id === id)) {
      throw resourceNotFound(`Secrets Manager can't find the specified secret version: ${id}.`);
    }
  }
  const holder = versions.find(({ stages }) => stages.includes(stage))?.id;
  if (holder !== undefined && holder !== to && from === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently ` +
        `attached to version ${holder}, so you must explicitly reference that version in ` +
        'RemoveFromVersionId.',
    );
  }
  if (from !== undefined && from !== holder) {
    throw invalidParameter(`Staging label ${stage} is not currently attached to version ${from}.`);
  }
  if (to === undefined && stage === currentStage) {
    throw invalidParameter(
      `You can only move staging label ${currentStage} to a different secret version. It can't ` +
        'be completely removed.',
    );
  }
  if (to !== undefined) return withStages(versions, to, [stage]);
  return versions.map((version) => {
    return { ...version, stages: version.stages.filter((label) => label !== stage) };
  });
}

/** `VersionIdsToStages` of a description: labelled versions only. */
export function stagesById(
  versions: readonly SecretVersion[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
  );
}
