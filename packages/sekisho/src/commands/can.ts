/** `sekisho can`: whether a principal may perform an action on a resource, and why. */
import { readArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { Language } from '../language.ts';
import { takeWords } from '../mistakes.ts';
import { ask, print, questionOptions, questionUsage, textOf, textsOf } from './questions/ask.ts';
import { questionWords } from './questions/words.ts';

const usage = `Usage: sekisho can PRINCIPAL ACTION RESOURCE [--context KEY=VALUE]…

PRINCIPAL is the ARN of a user, role or session, user/NAME, role/NAME, root, a service such as
ec2.amazonaws.com, an OIDC provider's ARN, or anonymous. RESOURCE is an ARN or "*".
The running server answers, from its directory as it is now: with trust policies for sts:AssumeRole
and the policies of buckets, keys, secrets and repositories. Exit code 0: allowed, 3: denied, 2: no
question or no answer.

${questionUsage}`;

/** The verb. */
export const can: Command = {
  name: 'can',
  summary: {
    en: 'whether a principal may perform an action on a resource, and why',
    ja: 'プリンシパルがリソースに対してアクションを実行できるか、その理由',
  },
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, questionOptions, usage);
    const names = ['PRINCIPAL', 'ACTION', 'RESOURCE'] as const;
    const [principal, action, resource] = takeWords(positionals, names, usage);
    const asked = await ask('can', { principal, action, resource }, values);
    print(asked, () => linesOf(asked.answer, asked.language));
    return asked.answer['allowed'] === true ? 0 : 3;
  },
};

function linesOf(answer: Readonly<Record<string, unknown>>, language: Language): readonly string[] {
  const words = questionWords[language];
  const explained = textsOf(answer['explanation'], language);
  const headline = answer['allowed'] === true ? words.allowed : words.denied;
  const pair = ['principal', 'action', 'resource'].map((name) => textOf(answer[name]));
  return [
    ...(explained.length > 0 ? explained : [`${headline}: ${pair.join(' ')}`]),
    ...textsOf(answer['notes'], language).map((note) => `${words.note}: ${note}`),
  ];
}
