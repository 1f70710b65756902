/** `sekisho oidc`: GitHub-shaped tokens, and what a token is to a role. */
import { readArguments } from '../arguments.ts';
import { type Command, CommandError, type CommandOutcome } from '../command.ts';
import { connect, connectionOptions, connectionUsage, postOwn } from '../connection.ts';
import { readLanguage } from '../language.ts';
import { notOneOf, readFormat, strangeAnswer, takeWords, usageError } from '../mistakes.ts';
import { describeExplanation } from './oidc/describe.ts';
import { readExplanation } from './oidc/explanation.ts';
import { jobOf, jobOptions } from './oidc/job.ts';
import { readToken } from './oidc/read-token.ts';

const usage = `Usage: sekisho oidc token --repo ORG/REPO [job] [--audience A] [--expires-in SECONDS]
       eval "$(sekisho oidc env --repo ORG/REPO [job])"
       sekisho oidc explain TOKEN --role ROLE-ARN

token prints a token as GitHub Actions would get it for the job; env prints the two variables with
which GitHub's toolkit and actions ask for tokens themselves. Both need a server that was started
with --github-issuer local, and a principal of its first account.
explain tells whether the token gets a session of the role, and if not, why; - reads the token
from the standard input. Exit code 0: it does, 3: it does not.

The job (all but --repo have a default):
  --repo ORG/REPO            the repository, in its true case
  --ref REF                  refs/heads/main, refs/tags/v1.2.3, refs/pull/15/merge
  --event EVENT              push, pull_request, workflow_dispatch, schedule, … (push)
  --environment NAME         the job's environment
  --workflow NAME            the workflow's name, or its file (deploy.yml)
  --called-workflow REF      ORG/REPO/.github/workflows/FILE@REF of a reusable workflow
  --actor NAME               who started it (the owner)
  --subject classic|with-ids with-ids: as in repositories made after 15 July 2026 (classic)
  --owner-id N --repo-id N   the ids (numbers that follow from the names)
  --head-ref B --base-ref B  the branches of a pull request
  --visibility V             public, private, internal (private)
  --runner R                 github-hosted, self-hosted (github-hosted)
  --issuer URL               which of the server's issuers (the first)

${connectionUsage}
  --audience A         whom the token is for (sts.amazonaws.com)
  --expires-in SECONDS how long it lives, up to 3600; negative: expired already (300)
  --format pretty|json for people, or the whole answer (pretty)`;

type Verb = (args: readonly string[]) => Promise<CommandOutcome>;

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['token', printToken],
  ['env', printVariables],
  ['explain', explainToken],
]);

/** The verb. */
export const oidc: Command = {
  name: 'oidc',
  summary: {
    en: 'make tokens as GitHub does, and explain what a role does with one',
    ja: 'GitHub と同じトークンを作成し、ロールがそれをどう扱うかを説明',
  },
  usage,
  run: async (args) => {
    const [name, ...rest] = args;
    const verb = verbs.get(name ?? '');
    if (verb === undefined) throw notOneOf('VERB', [...verbs.keys()], name ?? '', usage);
    return await verb(rest);
  },
};

async function printToken(args: readonly string[]): Promise<CommandOutcome> {
  const options = {
    ...connectionOptions,
    ...jobOptions,
    audience: { type: 'string' },
    'expires-in': { type: 'string' },
  } as const;
  const { values, positionals } = readArguments(args, options, usage);
  takeWords(positionals, [], usage);
  const audience = values.get('audience');
  const seconds = values.get('expires-in');
  if (seconds !== undefined && !/^-?\d{1,5}$/.test(String(seconds))) {
    throw new CommandError({
      en: '--expires-in must be a whole number of seconds',
      ja: '--expires-in は秒数を整数で指定します',
    });
  }
  const job = jobOf(values);
  const answer = await postOwn(connect(values), 'oidc/tokens', {
    ...job,
    ...(audience === undefined ? {} : { audience }),
    ...(seconds === undefined ? {} : { expiresInSeconds: Number(seconds) }),
  });
  process.stdout.write(`${textOf(answer, 'value')}\n`);
  return 0;
}

async function printVariables(args: readonly string[]): Promise<CommandOutcome> {
  const options = { ...connectionOptions, ...jobOptions };
  const { values, positionals } = readArguments(args, options, usage);
  takeWords(positionals, [], usage);
  const job = jobOf(values);
  const answer = await postOwn(connect(values), 'oidc/token-requests', job);
  // Neither has a quote in it: the one is a URL of ours, the other is base64.
  process.stdout.write(
    `export ACTIONS_ID_TOKEN_REQUEST_URL='${textOf(answer, 'url')}'\n` +
      `export ACTIONS_ID_TOKEN_REQUEST_TOKEN='${textOf(answer, 'token')}'\n`,
  );
  return 0;
}

async function explainToken(args: readonly string[]): Promise<CommandOutcome> {
  const options = {
    ...connectionOptions,
    role: { type: 'string' },
    format: { type: 'string' },
  } as const;
  const { values, positionals } = readArguments(args, options, usage);
  const [given] = takeWords(positionals, ['TOKEN'], usage);
  const role = values.get('role');
  const format = readFormat(values);
  if (role === undefined) {
    throw usageError({ en: '--role ROLE-ARN is needed', ja: '--role ROLE-ARN が必要です' }, usage);
  }
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(String(role))) {
    throw new CommandError({
      en: `--role must be the ARN of a role, not ${String(role)}`,
      ja: `--role はロールの ARN です (${String(role)} は指定できません)`,
    });
  }
  const language = readLanguage(values);
  const token = await readToken(given);
  const answer = await postOwn(connect(values), 'oidc/explanations', { token, role });
  const explanation = readExplanation(answer);
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify(answer, undefined, 2)}\n`
      : describeExplanation(explanation, language),
  );
  return explanation.allowed ? 0 : 3;
}

function textOf(answer: unknown, name: string): string {
  const value: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
  if (typeof value === 'string' && !value.includes("'")) return value;
  throw strangeAnswer();
}
