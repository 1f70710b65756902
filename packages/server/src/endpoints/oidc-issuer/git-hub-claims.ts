/**
 * The claims of GitHub's tokens, for a job.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
import { type GitHubJob, inventedId, isPullRequest } from './git-hub-job.ts';

/** When and for whom a token is issued; times in seconds since 1970. */
export interface Issue {
  readonly issuer: string;
  readonly audience: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** `jti`. */
  readonly id: string;
}

/** Everything but the three times is a string. */
export type GitHubClaims = readonly (readonly [name: string, value: string | number])[];

const notBeforeSeconds = 300;

/** The claims in GitHub's order. */
export function gitHubClaims(job: GitHubJob, issue: Issue): GitHubClaims {
  const { repository, ref, sha } = job;
  const workflowRef = `${repository}/.github/workflows/${job.workflowFile}@${ref}`;
  const called = job.calledWorkflow;
  return [
    ['jti', issue.id],
    ['sub', gitHubSubject(job)],
    ['aud', issue.audience],
    ['ref', ref],
    ['sha', sha],
    ['repository', repository],
    ['repository_owner', ownerOf(job)],
    ['repository_owner_id', job.ownerId],
    ['run_id', inventedId(`run of ${workflowRef} at ${sha}`)],
    ['run_number', '1'],
    ['run_attempt', '1'],
    ['repository_visibility', job.visibility],
    ['repository_id', job.repositoryId],
    ['actor_id', job.actorId],
    ['actor', job.actor],
    ['workflow', job.workflow],
    ['head_ref', job.headRef],
    ['base_ref', job.baseRef],
    ['event_name', job.event],
    ['ref_protected', 'false'],
    ['ref_type', ref.startsWith('refs/tags/') ? 'tag' : 'branch'],
    ['workflow_ref', workflowRef],
    ['workflow_sha', sha],
    ['job_workflow_ref', called === '' ? workflowRef : called],
    ['job_workflow_sha', called === '' ? sha : inventedSha(called)],
    ['runner_environment', job.runner],
    ...(job.environment === '' ? [] : [['environment', job.environment] as const]),
    ['iss', issue.issuer],
    ['nbf', issue.issuedAt - notBeforeSeconds],
    ['exp', issue.expiresAt],
    ['iat', issue.issuedAt],
  ];
}

/** `repo:ORG/REPO:` and the environment, else `pull_request`, else the ref. */
export function gitHubSubject(job: GitHubJob): string {
  const [owner = '', name = ''] = job.repository.split('/');
  const repository =
    job.subject === 'with-ids'
      ? `${owner}@${job.ownerId}/${name}@${job.repositoryId}`
      : job.repository;
  return `repo:${repository}:${contextOf(job)}`;
}

function contextOf(job: GitHubJob): string {
  // A colon inside a value would read as the end of it.
  if (job.environment !== '') return `environment:${job.environment.replaceAll(':', '%3A')}`;
  return isPullRequest(job) ? 'pull_request' : `ref:${job.ref}`;
}

/** The name of the organization or user. */
export function ownerOf({ repository }: GitHubJob): string {
  return repository.slice(0, repository.indexOf('/'));
}

function inventedSha(text: string): string {
  return inventedId(text).padStart(40, 'a');
}
