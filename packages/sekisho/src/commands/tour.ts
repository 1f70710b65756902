/** `sekisho tour`: replays an article with the AWS CLI against a server, step by step. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readArguments } from '../arguments.ts';
import { type Command, CommandError, type CommandOutcome } from '../command.ts';
import { connectionOptions, connectionUsage } from '../connection.ts';
import { Interruption } from '../interruption.ts';
import { type Language, readLanguage } from '../language.ts';
import { takeWords } from '../mistakes.ts';
import { findAwsCli } from './tour/client.ts';
import { type Phrases, phrases } from './tour/phrases.ts';
import {
  Course,
  findFacts,
  findTaken,
  findUnmet,
  play,
  type Stage,
  takeBack,
} from './tour/replay.ts';
import { describeStep } from './tour/report.ts';
import { findServer, type TourServer } from './tour/server.ts';
import { type Facts, fillFile, type Step, type Tour } from './tour/step.ts';
import { tours } from './tour/tours.ts';

const usage = `Usage: sekisho tour ARTICLE [options]

Replays an article with the AWS CLI found in PATH: ${[...tours.keys()].join(', ')}. Each step is printed with its
command and ✓ when it came out as expected, ✗ with the client's own words when not. When no
server answers, the tour starts its own in a temporary folder. Steps in the instance also run
the programs touch, rm and ls.

  --broken             show what is refused, why, and what would make it succeed
  --keep               do not take back what the tour has made
  --own                use a server of the tour's own, whatever runs
${connectionUsage}

Exit code: 0 when every step came out as expected, 1 when one did not, 2 when the tour cannot
start, 130 when it was interrupted.`;

const options = {
  ...connectionOptions,
  broken: { type: 'boolean' },
  keep: { type: 'boolean' },
  own: { type: 'boolean' },
} as const;

/** What was asked for. */
export interface TourRequest {
  readonly tour: Tour;
  readonly steps: readonly Step[];
  readonly keep: boolean;
  readonly language: Language;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Reads the arguments. Throws CommandError. */
export function readTour(args: readonly string[]): TourRequest {
  const { values, positionals } = readArguments(args, options, usage);
  const [article] = takeWords(positionals, ['ARTICLE'], usage);
  const tour = tours.get(article);
  if (tour === undefined) {
    const known = [...tours.keys()].join(', ');
    throw new CommandError({
      en: `there is no tour of ${article}; there are ${known}`,
      ja: `${article} のツアーはありません。あるのは ${known} です`,
    });
  }
  return {
    tour,
    steps: values.get('broken') === true ? tour.refusals : tour.steps,
    keep: values.get('keep') === true,
    language: readLanguage(values),
    values,
  };
}

/** The verb. */
export const tour: Command = {
  name: 'tour',
  summary: {
    en: 'replay an article with the AWS CLI, step by step',
    ja: 'AWS CLI で記事を手順ごとに再現',
  },
  usage,
  run: async (args) => {
    const request = readTour(args);
    const words = phrases[request.language];
    const cli = await findAwsCli();
    const interruption = new Interruption();
    const server = await findServer(request.values, words, request.tour);
    const folder = mkdtempSync(join(tmpdir(), 'sekisho-files-'));
    try {
      const { region = server.connection.region } = request.tour;
      const connection = { ...server.connection, region };
      const self = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
      const stage: Stage = { connection, cli, folder, self, language: request.language };
      const facts = await prepare(request, stage, server);
      print(heading(request, stage, server, words));
      const playing = { ...request, steps: await chooseSteps(request, stage), interruption };
      return await replay(playing, stage, server, words, new Course(facts));
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await server.close(request.keep);
      interruption.close();
    }
  },
};

/** Writes the files; what is known before the first step. Throws CommandError. */
async function prepare(
  { tour, steps }: TourRequest,
  stage: Stage,
  server: TourServer,
): Promise<Facts> {
  const unmet = await findUnmet(tour.needs ?? [], stage);
  if (unmet !== undefined) throw new CommandError(unmet.advice);
  const facts = await findFacts(stage);
  for (const [name, text] of tour.files) {
    const path = join(stage.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fillFile(text, tour.placeholders ?? new Map(), facts));
  }
  const further = steps === tour.refusals ? tour.takenByRefusals : [];
  if (server.ownFolder !== undefined) return facts;
  const taken = await findTaken([...tour.taken, ...further], stage, facts);
  if (taken.length === 0) return facts;
  const { endpoint } = stage.connection;
  const names = taken.join(', ');
  throw new CommandError({
    en: `names of the article are taken on ${endpoint}: ${names}. Delete them, or let the tour use a server of its own: --own`,
    ja: `記事の名前が ${endpoint} で既に使われています: ${names}。削除するか、ツアー専用のサーバーを使ってください: --own`,
  });
}

/** The steps for the tools that are usable here; the advice for those that are not is printed. */
async function chooseSteps(
  { tour, steps, language }: TourRequest,
  stage: Stage,
): Promise<readonly Step[]> {
  const usable = new Set<string>();
  for (const [name, need] of tour.tools ?? []) {
    if (!steps.some(({ tool }) => tool?.name === name)) continue;
    if ((await findUnmet([need], stage)) === undefined) usable.add(name);
    else print(`${need.advice[language]}\n\n`);
  }
  return steps.filter(
    ({ tool }) => tool === undefined || usable.has(tool.name) === (tool.is === 'usable'),
  );
}

function heading(request: TourRequest, stage: Stage, server: TourServer, words: Phrases): string {
  const { article, title } = request.tour;
  return [
    ...(server.notice === undefined ? [] : [`${server.notice}\n`]),
    `${words.article(article)}: ${title[request.language]}`,
    `  ${words.server}: ${stage.connection.endpoint}`,
    `  ${words.client}: ${stage.cli.name}`,
    `  ${words.folder}: ${stage.folder}\n\n`,
  ].join('\n');
}

async function replay(
  request: TourRequest & { readonly interruption: Interruption },
  stage: Stage,
  server: TourServer,
  words: Phrases,
  course: Course,
): Promise<CommandOutcome> {
  const { interruption } = request;
  let good = 0;
  let leftOut = 0;
  for (const [index, step] of request.steps.entries()) {
    if (interruption.exitCode !== undefined) break;
    const played = await play(step, stage, course);
    if (played.leftOut !== undefined) leftOut += 1;
    else if (played.disappointment === undefined) good += 1;
    print(describeStep(index + 1, played, request.language));
  }
  const { exitCode } = interruption;
  if (exitCode !== undefined) print(`\n${words.interrupted}`);
  const all = request.steps.length - leftOut;
  print(`\n${words.count(good, all)}\n`);
  const tidy = await end(request, stage, server, course, words);
  return exitCode ?? (good === all && tidy ? 0 : 1);
}

/** Whether everything could be taken back. */
async function end(
  request: TourRequest,
  stage: Stage,
  server: TourServer,
  course: Course,
  words: Phrases,
): Promise<boolean> {
  if (request.keep) {
    const { ownFolder } = server;
    print(`${ownFolder === undefined ? words.keptOnServer : words.kept(ownFolder)}\n`);
    return true;
  }
  if (server.ownFolder !== undefined) return true;
  const { count, failures } = await takeBack(stage, course);
  print(`${words.cleaned(count)}\n`);
  for (const failure of failures) print(`${words.notCleaned}: ${failure}\n`);
  return failures.length === 0;
}

function print(text: string): void {
  process.stdout.write(text);
}
