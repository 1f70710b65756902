/** `sekisho checklist`: what a workload needs, each line looked at in the running server. */
import { readArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { connect, connectionOptions, connectionUsage, postOwn } from '../connection.ts';
import { readLanguage } from '../language.ts';
import { notOneOf, readFormat, takeWords, usageError } from '../mistakes.ts';
import { readChecklist } from './diagnosis/answer.ts';
import {
  describeChecklist,
  fixOption,
  fixUsage,
  printable,
  readFixForm,
} from './diagnosis/describe.ts';
import { checkRepository } from './oidc/job.ts';

const usage = `Usage: sekisho checklist github-ecs [--role ROLE] [--repo ORG/REPO] [--ref REF]
         [--repository NAME] [--cluster C] [--service S] [--task-definition FAMILY]
       sekisho checklist ecs-task --task-definition FAMILY [--cluster C] [--subnet SUBNET]
         [--principal P]
       sekisho checklist ec2-profile --instance-profile NAME [--role ROLE] [--principal P]

github-ecs: a GitHub Actions workflow that pushes to ECR and deploys to ECS. Without --role it looks
for a role that trusts GitHub. ecs-task: a task before it is run; --principal is who runs it.
ec2-profile: an instance profile; --principal is who launches instances with it.
Nothing is changed. Needs sekisho:RunChecklist. Exit code 0: complete, 1: something is missing.

${connectionUsage}
${fixUsage}
  --format pretty|json   for people, or the server's whole answer (pretty)`;

const texts = [
  ['role', 'role'],
  ['repo', 'repo'],
  ['ref', 'ref'],
  ['repository', 'repository'],
  ['cluster', 'cluster'],
  ['service', 'service'],
  ['task-definition', 'taskDefinition'],
  ['subnet', 'subnet'],
  ['principal', 'principal'],
  ['instance-profile', 'profile'],
] as const;

const options = {
  ...connectionOptions,
  ...fixOption,
  format: { type: 'string' },
  role: { type: 'string' },
  repo: { type: 'string' },
  ref: { type: 'string' },
  repository: { type: 'string' },
  cluster: { type: 'string' },
  service: { type: 'string' },
  'task-definition': { type: 'string' },
  subnet: { type: 'string' },
  principal: { type: 'string' },
  'instance-profile': { type: 'string' },
} as const;

const names = ['github-ecs', 'ecs-task', 'ec2-profile'] as const;

const requiredOption: ReadonlyMap<string, string> = new Map([
  ['ecs-task', 'task-definition'],
  ['ec2-profile', 'instance-profile'],
]);

/** The verb. Exit code 1 when something is missing. */
export const checklist: Command = {
  name: 'checklist',
  summary: {
    en: 'what a workload needs, line by line, with the fix of each',
    ja: 'ワークロードに必要なもの、1 行ずつ、対処つき',
  },
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    const [given] = takeWords(positionals, ['CHECKLIST'], usage);
    const name = names.find((one) => one === given);
    if (name === undefined) throw notOneOf('CHECKLIST', names, given, usage);
    const required = requiredOption.get(name);
    if (required !== undefined && !values.has(required)) {
      const en = `--${required} is needed`;
      throw usageError({ en, ja: `--${required} が必要です` }, usage);
    }
    if (values.has('repo')) checkRepository(values.get('repo'));
    const form = readFixForm(values);
    const language = readLanguage(values);
    const format = readFormat(values);
    const members = texts.flatMap(([option, member]) => {
      const value = values.get(option);
      return value === undefined ? [] : [[member, value] as const];
    });
    const body = Object.fromEntries(members);
    const answer = await postOwn(connect(values), `checklists/${name}`, body);
    const lines = readChecklist(answer);
    process.stdout.write(
      format === 'json'
        ? `${JSON.stringify(answer, undefined, 2)}\n`
        : printable(describeChecklist(lines, form, language)),
    );
    return lines.some(({ state }) => state === 'missing') ? 1 : 0;
  },
};
