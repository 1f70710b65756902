/** The `when` of the facts: whether a demand is made for this input. */
import { hasInputPath, isInputPath, readInputPath } from './input-path.ts';
import { Unmappable } from './not-mapped.ts';
import type { Scope } from './scope.ts';

export type Condition = (scope: Scope) => boolean;

/** Conditions on state, as the facts word them. */
const phrases: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  ['always', () => true],
  [
    'inherited transitive tags',
    ({ context }) => (sessionOf(context)?.transitiveTagKeys.length ?? 0) > 0,
  ],
  ['inherited source identity', ({ context }) => sessionOf(context)?.sourceIdentity !== undefined],
  ['token has https://aws.amazon.com/tags claim', ({ context }) => identityTags(context) > 0],
  [
    'token has https://aws.amazon.com/source_identity claim',
    ({ context }) => identityOf(context)?.sourceIdentity !== undefined,
  ],
  // Assertions are not read here: asked for always, the closed side.
  ['assertion has PrincipalTag attributes', () => true],
  ['assertion has SourceIdentity attribute', () => true],
  ['EC2 alarm action && role missing', needsEventsRole],
]);

/** Compiles a condition. Throws Unmappable for prose that is not known. */
export function compileCondition(text: string): Condition {
  const phrase = phrases.get(text);
  if (phrase !== undefined) return phrase;
  const alternatives = text.split('||').map((part) => {
    const atoms = part.split('&&').map((atom) => compileAtom(atom.trim()));
    return (scope: Scope) => atoms.every((atom) => atom(scope));
  });
  return (scope) => alternatives.some((alternative) => alternative(scope));
}

function compileAtom(atom: string): Condition {
  const phrase = phrases.get(atom);
  if (phrase !== undefined) return phrase;
  if (isInputPath(atom)) return ({ input }) => hasInputPath(input, atom);
  if (atom.startsWith('!') && isInputPath(atom.slice(1))) {
    return ({ input }) => !hasInputPath(input, atom.slice(1));
  }
  const [, path = '', operator, quoted, word] =
    /^(\S+) (==|!=) (?:"([^"]*)"|(\w+))$/.exec(atom) ?? [];
  const expected = quoted ?? word;
  if (!isInputPath(path) || expected === undefined) {
    throw new Unmappable(`the condition "${atom}" is not known`);
  }
  return ({ input }) => readInputPath(input, path).includes(expected) === (operator === '==');
}

type Context = Scope['context'];

function sessionOf({ caller }: Context) {
  return 'session' in caller ? caller.session : undefined;
}

function identityOf({ caller }: Context) {
  return caller.kind === 'web-identity' ? caller.identity : undefined;
}

function identityTags(context: Context): number {
  return identityOf(context)?.tags.length ?? 0;
}

/** Alarms that stop or recover instances need the role of CloudWatch Events. */
function needsEventsRole({ input, context }: Scope): boolean {
  const lists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];
  const actions = lists.flatMap((list) => readInputPath(input, list));
  const onInstances = actions.some((arn) => /^arn:[a-z-]+:(?:automate|swf):/.test(arn));
  if (!onInstances) return false;
  const name = 'AWSServiceRoleForCloudWatchEvents';
  return context.runtime.directory.find(context.account, 'role', name) === undefined;
}
