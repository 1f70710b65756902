/** `sekisho github`: runs a job of a GitHub workflow against the server, without GitHub. */
import { readArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { connectionOptions, connectionUsage } from '../connection.ts';
import { readLanguage } from '../language.ts';
import { readFormat, takeWords, unexpected } from '../mistakes.ts';
import { jobOptions } from './oidc/job.ts';

const usage = `Usage: sekisho github run WORKFLOW.yml --repo ORG/REPO [--job JOB] [options]

Runs the steps of one job: run: in the shell that GitHub uses, uses: where the action is a
JavaScript action in the folder of --actions (OWNER/NAME, or OWNER/NAME@REF for one version) or in
the workspace (./path). With permissions: id-token: write the job gets tokens from the server, which
must have been started with --github-issuer local. AWS clients in the job find the server by
AWS_ENDPOINT_URL, and no credentials but those that the job gets itself. What cannot be run here is
named before anything is. Exit code 0: the job succeeded, 1: it failed, 2: it cannot be run.

The job:
  --job JOB              its id (needed where the workflow has more than one)
  --actions FOLDER       where actions are
  --skip OWNER/NAME      leave out the steps that use it (actions/checkout); may be repeated
  --workspace FOLDER     the checked out repository (the current folder)
  --secret NAME[=VALUE]  of secrets; without a value, from the environment; may be repeated
  --var NAME[=VALUE]     of vars; may be repeated
  --input NAME[=VALUE]   of inputs (workflow_dispatch); may be repeated
  --matrix NAME=VALUE    chooses a combination of the job's matrix; may be repeated
  --event-file FILE      the event's payload as JSON (made from the options below)
  --sha COMMIT           the commit (the workspace's)
  --debug                show ::debug:: messages

The token, as for sekisho oidc token:
  --repo ORG/REPO        the repository, in its true case
  --ref REF              refs/heads/main, refs/tags/v1.2.3, refs/pull/15/merge
  --event EVENT          push, pull_request, workflow_dispatch, schedule, … (push)
  --environment NAME     an environment, where the job names none
  --immutable-ids        a repository made after 15 July 2026: the subject carries ids
  --workflow NAME, --called-workflow REF, --actor NAME, --subject classic|with-ids, --owner-id N,
  --repo-id N, --head-ref B, --base-ref B, --visibility V, --runner R, --issuer URL

${connectionUsage}
  --format pretty|json   json: steps and outputs on the standard output, the log on the other (pretty)`;

const string = { type: 'string' } as const;
const strings = { type: 'string', multiple: true } as const;
const options = {
  ...connectionOptions,
  ...jobOptions,
  job: string,
  actions: string,
  skip: strings,
  workspace: string,
  secret: strings,
  var: strings,
  input: strings,
  matrix: strings,
  'event-file': string,
  sha: string,
  'immutable-ids': { type: 'boolean' },
  debug: { type: 'boolean' },
  format: string,
} as const;

/** The verb. */
export const github: Command = {
  name: 'github',
  summary: {
    en: 'run a job of a GitHub workflow against the server',
    ja: 'GitHub ワークフローのジョブをサーバーに対して実行',
  },
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    const [verb, file] = takeWords(positionals, ['run', 'WORKFLOW.yml'], usage);
    if (verb !== 'run') throw unexpected(verb, usage);
    readFormat(values);
    readLanguage(values);
    // Loaded when it is needed: the reader of YAML is large.
    const { runWorkflow } = await import('./github/run.ts');
    return await runWorkflow(file, values);
  },
};
