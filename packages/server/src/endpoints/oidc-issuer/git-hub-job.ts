/** A GitHub job as its tokens describe it, read from a JSON object: every member known and checked. */
import { hash } from 'node:crypto';
import { type JsonNode, parseJson } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';

/** What decides the claims. Ids are decimal digits, as GitHub writes them into tokens. */
export interface GitHubJob {
  /** `ORG/REPO`. */
  readonly repository: string;
  readonly ownerId: string;
  readonly repositoryId: string;
  readonly visibility: string;
  readonly event: string;
  /** `refs/heads/main`, `refs/tags/v1.2.3`, `refs/pull/15/merge`. */
  readonly ref: string;
  /** Branches of a pull request; '' for other events. */
  readonly headRef: string;
  readonly baseRef: string;
  readonly sha: string;
  /** The job's `environment:`; '' when it has none. */
  readonly environment: string;
  /** The workflow's name, or its path where it has none. */
  readonly workflow: string;
  /** The file below `.github/workflows/`. */
  readonly workflowFile: string;
  /** `ORG/REPO/.github/workflows/FILE@REF` of a reusable workflow; '' when none is called. */
  readonly calledWorkflow: string;
  readonly actor: string;
  readonly actorId: string;
  readonly runner: string;
  /** Repositories made, renamed or transferred after 15 July 2026 have ids in the subject. */
  readonly subject: 'classic' | 'with-ids';
}

/** What is wrong with a job: status 400. */
export function invalidJob(message: string): ServiceError {
  return new ServiceError('InvalidJob', message, 400);
}

const repository = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9._-]{1,100}$/;
const ref = /^refs\/(?:heads|tags|pull)\/[^\s\p{C}~^:?*[\\]{1,240}$/u;
const branch = /^[^\s\p{C}~^:?*[\\]{1,240}$/u;
const id = /^[1-9]\d{0,15}$/;
const text = /^[^\p{C}]{1,256}$/u;
const workflowFile = /^[A-Za-z0-9._-]{1,100}\.ya?ml$/;
const calledWorkflow =
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9._-]{1,100}\/\.github\/workflows\/[A-Za-z0-9._-]{1,100}\.ya?ml@[^\s\p{C}]{1,240}$/u;

const shapes: ReadonlyMap<string, { readonly shape: RegExp; readonly example: string }> = new Map([
  ['repository', { shape: repository, example: 'ORG/REPO' }],
  ['ownerId', { shape: id, example: '1234' }],
  ['repositoryId', { shape: id, example: '5678' }],
  ['visibility', { shape: /^(?:public|private|internal)$/, example: 'public' }],
  ['event', { shape: /^[a-z][a-z_]{1,39}$/, example: 'push' }],
  ['ref', { shape: ref, example: 'refs/heads/main or refs/tags/v1.2.3' }],
  ['headRef', { shape: branch, example: 'feature' }],
  ['baseRef', { shape: branch, example: 'main' }],
  ['sha', { shape: /^[0-9a-f]{40}$/, example: '40 hexadecimal digits' }],
  ['environment', { shape: text, example: 'production' }],
  ['workflow', { shape: text, example: 'Deploy' }],
  ['workflowFile', { shape: workflowFile, example: 'deploy.yml' }],
  [
    'calledWorkflow',
    { shape: calledWorkflow, example: 'ORG/REPO/.github/workflows/deploy.yml@refs/tags/v1' },
  ],
  ['actor', { shape: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/, example: 'octocat' }],
  ['actorId', { shape: id, example: '583231' }],
  ['runner', { shape: /^(?:github|self)-hosted$/, example: 'github-hosted' }],
  ['subject', { shape: /^(?:classic|with-ids)$/, example: 'classic or with-ids' }],
]);

/** Reads a JSON text. Throws ServiceError InvalidJob. */
export function parseJob(json: string): GitHubJob {
  const parsed = parseJson(json, { depthMax: 2 });
  if ('error' in parsed) throw invalidJob(`The job is not JSON: ${parsed.error.message}.`);
  return readJob(parsed.value);
}

/** Reads the members that are given; the others get what they most often are. */
export function readJob(node: JsonNode): GitHubJob {
  if (node.kind !== 'object') throw invalidJob('The job must be a JSON object.');
  const given = new Map<string, string>();
  for (const [name, { value }] of node.members) {
    const known = shapes.get(name);
    if (known === undefined) {
      throw invalidJob(
        `A job has no ${JSON.stringify(name)}; it has ${[...shapes.keys()].join(', ')}.`,
      );
    }
    if (value.kind === 'string' && value.value === '') continue;
    if (value.kind !== 'string' || !known.shape.test(value.value)) {
      throw invalidJob(`"${name}" of a job is written like this: ${known.example}.`);
    }
    given.set(name, value.value);
  }
  return withDefaults(given);
}

/** Events whose subject is `pull_request`. Unverified: that of pull_request_target. */
export function isPullRequest({ event }: Pick<GitHubJob, 'event'>): boolean {
  return event === 'pull_request' || event === 'pull_request_target';
}

function withDefaults(given: ReadonlyMap<string, string>): GitHubJob {
  const name = given.get('repository');
  if (name === undefined) throw invalidJob('A job needs its "repository": ORG/REPO.');
  const event = given.get('event') ?? 'push';
  const owner = name.slice(0, name.indexOf('/'));
  const pull = isPullRequest({ event });
  const actor = given.get('actor') ?? owner;
  const at =
    given.get('ref') ?? (event === 'pull_request' ? 'refs/pull/1/merge' : 'refs/heads/main');
  const file = given.get('workflowFile') ?? 'deploy.yml';
  return {
    repository: name,
    ownerId: given.get('ownerId') ?? inventedId(owner),
    repositoryId: given.get('repositoryId') ?? inventedId(name),
    visibility: given.get('visibility') ?? 'private',
    event,
    ref: at,
    headRef: given.get('headRef') ?? (pull ? 'feature' : ''),
    baseRef: given.get('baseRef') ?? (pull ? 'main' : ''),
    sha: given.get('sha') ?? hash('sha256', `${name}@${at}`, 'hex').slice(0, 40),
    environment: given.get('environment') ?? '',
    workflow: given.get('workflow') ?? `.github/workflows/${file}`,
    workflowFile: file,
    calledWorkflow: given.get('calledWorkflow') ?? '',
    actor,
    actorId: given.get('actorId') ?? inventedId(actor),
    runner: given.get('runner') ?? 'github-hosted',
    subject: given.get('subject') === 'with-ids' ? 'with-ids' : 'classic',
  };
}

/** The same name, in whatever case, always has the same id, as on GitHub. */
export function inventedId(name: string): string {
  const digest = hash('sha256', `id of ${foldCase(name)}`, 'buffer');
  return String(100_000_000 + (digest.readUInt32BE(0) % 900_000_000));
}
