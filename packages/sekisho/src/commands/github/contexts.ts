/**
 * The job as GitHub tells it to its steps: variables and contexts, in the words of its token.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
 */
import { arch, platform } from 'node:os';
import { fromPlain, type Value } from './expression/value.ts';
import type { RunFolders } from './session.ts';

/** What is told of a run besides its token's claims. */
export interface RunFacts {
  /** The claims of the job's token, all as texts. */
  readonly claims: ReadonlyMap<string, string>;
  readonly jobId: string;
  readonly event: Value;
  readonly eventPath: string;
  readonly folders: RunFolders;
  readonly isDebug: boolean;
  /** `secrets.GITHUB_TOKEN`; '' when none is given. */
  readonly token: string;
}

const server = 'https://github.com';
const names = [
  'actor',
  'actor_id',
  'base_ref',
  'event_name',
  'head_ref',
  'ref',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'run_attempt',
  'run_id',
  'run_number',
  'sha',
  'workflow',
  'workflow_ref',
  'workflow_sha',
] as const;

/** Members of `github` that are variables as well. */
function shared(facts: RunFacts): readonly (readonly [name: string, value: string])[] {
  const { claims, jobId, eventPath, folders } = facts;
  const claim = (name: string): string => claims.get(name) ?? '';
  return [
    ...names.map((name) => [name, claim(name)] as const),
    ['ref_name', claim('ref').replace(/^refs\/(?:heads|tags|pull)\//, '')],
    ['triggering_actor', claim('actor')],
    ['job', jobId],
    ['event_path', eventPath],
    ['workspace', folders.workspace],
    ['server_url', server],
    ['api_url', 'https://api.github.com'],
    ['graphql_url', 'https://api.github.com/graphql'],
    ['retention_days', '90'],
  ];
}

const architectures: ReadonlyMap<string, string> = new Map([
  ['x64', 'X64'],
  ['arm64', 'ARM64'],
  ['arm', 'ARM'],
  ['ia32', 'X86'],
]);

function runnerFacts({ claims, folders }: RunFacts): readonly (readonly [string, string])[] {
  return [
    ['name', 'sekisho'],
    ['os', platform() === 'darwin' ? 'macOS' : platform() === 'win32' ? 'Windows' : 'Linux'],
    ['arch', architectures.get(arch()) ?? 'X64'],
    ['environment', claims.get('runner_environment') ?? 'github-hosted'],
    ['temp', folders.temp],
    ['tool_cache', folders.tools],
  ];
}

/** Variables that every step has. */
export function runnerVariables(facts: RunFacts): ReadonlyMap<string, string> {
  return new Map([
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
    ...shared(facts).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value] as const),
    ...runnerFacts(facts).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value] as const),
    ...(facts.isDebug ? [['RUNNER_DEBUG', '1'] as const] : []),
  ]);
}

/** The contexts `github` and `runner`. */
export function runContexts(facts: RunFacts): readonly (readonly [name: string, value: Value])[] {
  const { claims, token, event } = facts;
  const github = new Map<string, Value>([
    ...shared(facts),
    ['ref_protected', claims.get('ref_protected') === 'true'],
    ['repositoryUrl', `git://github.com/${claims.get('repository') ?? ''}.git`],
    ['repository_visibility', claims.get('repository_visibility') ?? ''],
    ['secret_source', 'Actions'],
    ['token', token],
    ['event', event],
  ]);
  const runner = new Map<string, Value>(runnerFacts(facts));
  if (facts.isDebug) runner.set('debug', '1');
  return [
    ['github', github],
    ['runner', runner],
  ];
}

/** The event's payload where none is given: as much as the job's claims tell. */
export function inventedEvent(
  claims: ReadonlyMap<string, string>,
  inputs: ReadonlyMap<string, Value>,
): Value {
  const claim = (name: string): string => claims.get(name) ?? '';
  const [owner = '', name = ''] = claim('repository').split('/');
  const pull = claim('event_name').startsWith('pull_request');
  return fromPlain({
    ref: claim('ref'),
    repository: {
      id: Number(claim('repository_id')),
      name,
      full_name: claim('repository'),
      private: claim('repository_visibility') !== 'public',
      visibility: claim('repository_visibility'),
      owner: { login: owner, id: Number(claim('repository_owner_id')) },
      html_url: `${server}/${claim('repository')}`,
    },
    sender: { login: claim('actor'), id: Number(claim('actor_id')) },
    ...(claim('event_name') === 'push' ? { after: claim('sha') } : {}),
    ...(claim('event_name') === 'workflow_dispatch' ? { inputs } : {}),
    ...(pull
      ? {
          number: Number(/^refs\/pull\/(\d+)\//.exec(claim('ref'))?.[1] ?? 1),
          pull_request: { head: { ref: claim('head_ref') }, base: { ref: claim('base_ref') } },
        }
      : {}),
  });
}
