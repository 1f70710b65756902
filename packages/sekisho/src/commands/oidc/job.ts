/** The options that describe a GitHub job, and the job as the server takes it. */
import { CommandError } from '../../command.ts';

const string = { type: 'string' } as const;

/** For readArguments. */
export const jobOptions = {
  repo: string,
  ref: string,
  event: string,
  environment: string,
  workflow: string,
  'called-workflow': string,
  actor: string,
  subject: string,
  'owner-id': string,
  'repo-id': string,
  'head-ref': string,
  'base-ref': string,
  visibility: string,
  runner: string,
  issuer: string,
} as const;

/** Option → member of the job. */
const members: readonly (readonly [option: string, member: string])[] = [
  ['repo', 'repository'],
  ['ref', 'ref'],
  ['event', 'event'],
  ['environment', 'environment'],
  ['called-workflow', 'calledWorkflow'],
  ['actor', 'actor'],
  ['subject', 'subject'],
  ['owner-id', 'ownerId'],
  ['repo-id', 'repositoryId'],
  ['head-ref', 'headRef'],
  ['base-ref', 'baseRef'],
  ['visibility', 'visibility'],
  ['runner', 'runner'],
];

/** Throws CommandError for what is not written ORG/REPO. */
export function checkRepository(given: unknown): void {
  if (/^[\w.-]+\/[\w.-]+$/.test(String(given))) return;
  throw new CommandError({
    en: `--repo is written ORG/REPO, not ${String(given)}`,
    ja: `--repo は ORG/REPO の形で指定します (${String(given)} は指定できません)`,
  });
}

/** `{ job, issuer? }`. Throws CommandError without a repository. */
export function jobOf(values: ReadonlyMap<string, unknown>): {
  readonly job: object;
  readonly issuer?: unknown;
} {
  if (!values.has('repo')) {
    throw new CommandError({ en: '--repo ORG/REPO is needed', ja: '--repo ORG/REPO が必要です' });
  }
  checkRepository(values.get('repo'));
  const job = new Map<string, unknown>();
  for (const [option, member] of members) {
    if (values.has(option)) job.set(member, values.get(option));
  }
  const workflow = values.get('workflow');
  if (workflow !== undefined) {
    const isFile = /^[^/]+\.ya?ml$/.test(String(workflow));
    job.set(isFile ? 'workflowFile' : 'workflow', workflow);
  }
  const issuer = values.get('issuer');
  return { job: Object.fromEntries(job), ...(issuer === undefined ? {} : { issuer }) };
}
