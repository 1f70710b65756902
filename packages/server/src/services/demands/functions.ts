/** The `@` words of the facts' templates: who asks, where, and what the directory knows. */
import { canonicalArn, isEntityKind, storedArn, storedPath } from './entity-arn.ts';
import { Unmappable } from './not-mapped.ts';
import type { Evaluate, Scope, Values } from './scope.ts';

type CompileArgument = (text: string) => Evaluate;

const variables: Readonly<Record<string, Evaluate>> = {
  partition: ({ context }) => [context.partition],
  region: ({ context }) => [context.region],
  account: ({ context }) => [context.account],
  callerAccount: ({ context }) => [callerAccount(context.caller) ?? context.account],
  callerUserName: ({ context }) =>
    context.caller.kind === 'user' ? [context.caller.userName] : [],
};

/** `@name`. Throws Unmappable for a word that is not known. */
export function compileVariable(name: string): Evaluate {
  if (!Object.hasOwn(variables, name)) throw new Unmappable(`@${name} is not known`);
  const evaluate = variables[name];
  if (evaluate === undefined) throw new Unmappable(`@${name} is not known`);
  return evaluate;
}

/** `@name(arguments)`. Throws Unmappable for a function or look-up that is not known. */
export function compileFunction(name: string, args: string, compile: CompileArgument): Evaluate {
  switch (name) {
    case 'entity':
      return entityFunction(args, compile, (scope, kind, value) =>
        storedArn(scope.context, kind, value),
      );
    case 'path':
      return entityFunction(args, compile, (scope, kind, value) =>
        storedPath(scope.context, kind, value),
      );
    case 'role':
      return each(compile(args), (value, { context }) => canonicalArn(context, 'role', value));
    case 'policy':
      return each(compile(args), (value, { context }) => canonicalArn(context, 'policy', value));
    case 'stripScheme':
      return each(compile(args), (value) => value.replace(/^https?:\/\//, ''));
    case 'accountOf':
      return each(compile(args), accountOf);
    case 'slrName':
      return serviceLinkedRoleName(args, compile);
    case 'lookup':
      return compileLookUp(args);
    default:
      throw new Unmappable(`@${name}(…) is not known`);
  }
}

type EntityValue = (scope: Scope, kind: Parameters<typeof storedArn>[1], value: string) => string;

function entityFunction(args: string, compile: CompileArgument, value: EntityValue): Evaluate {
  const comma = args.indexOf(',');
  const kind = args.slice(0, comma);
  if (!isEntityKind(kind)) throw new Unmappable(`${kind} is no IAM entity`);
  return each(compile(args.slice(comma + 1)), (name, scope) => value(scope, kind, name));
}

function each(inner: Evaluate, change: (value: string, scope: Scope) => string): Evaluate {
  return (scope): Values => inner(scope).map((value) => change(value, scope));
}

/** The account of an ARN, or an account id itself. */
function accountOf(value: string): string {
  return value.startsWith('arn:') ? (value.split(':')[4] ?? '') : value;
}

/** `AWSServiceRoleForX`, with `_SUFFIX` when one is given. */
function serviceLinkedRoleName(args: string, compile: CompileArgument): Evaluate {
  const [service = '', suffix = ''] = args.split(',');
  const services = compile(service);
  const suffixes = compile(suffix.trim());
  return (scope) => {
    const [principal = ''] = services(scope);
    const role = scope.serviceLinkedRoles.get(principal);
    if (role === undefined) return [];
    const [given] = suffixes(scope);
    return [given === undefined ? role.name : `${role.name}_${given}`];
  };
}

const taskForm = /^task\/aws-service-role\/([\w.]+)\/([\w+=,.@-]+)\/[\w-]+$/;

function compileLookUp(what: string): Evaluate {
  switch (what) {
    case 'user of AccessKeyId':
      return ({ input, context }) => {
        const id = stringMember(input, 'AccessKeyId');
        const key = id === undefined ? undefined : context.runtime.directory.accessKey(id);
        // An unknown key, or another account's, stands for whichever user of this account.
        const name = key?.account === context.account ? key.record.userName : '*';
        return [storedArn(context, 'user', name)];
      };
    case 'role of DeletionTaskId':
      return ({ input, context }) => {
        const [, service, name] = taskForm.exec(stringMember(input, 'DeletionTaskId') ?? '') ?? [];
        const start = `arn:${context.partition}:iam::${context.account}:role/`;
        if (service === undefined || name === undefined) return [`${start}*`];
        return [`${start}aws-service-role/${service}/${name}`];
      };
    default:
      throw new Unmappable(`nothing looks up "${what}"`);
  }
}

function stringMember(input: unknown, name: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value: unknown = Reflect.get(input, name);
  return typeof value === 'string' ? value : undefined;
}

function callerAccount(caller: Scope['context']['caller']): string | undefined {
  return 'account' in caller ? caller.account : undefined;
}
