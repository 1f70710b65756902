/** What a simulation is asked: actions, resources, caller and context, checked. */
import type { ContextEntry, SimulateCustomPolicyRequest } from '@sekisho/catalog/types/iam';
import { type ContextValue, compareDates, compareNumbers, isAccountId } from '@sekisho/policy';
import type { OperationContext } from '../../service.ts';
import { parseIamArn } from '../arn.ts';
import { invalidInput, validationError } from '../errors.ts';

type Entry = readonly [key: string, value: ContextValue];

/** The parts that both simulations share. */
export type SimulationRequest = Omit<SimulateCustomPolicyRequest, 'PolicyInputList'>;

const policyClauses =
  'Member must have length less than or equal to 131072, ' +
  'Member must have length greater than or equal to 1, ' +
  'Member must satisfy regular expression pattern: ' +
  String.raw`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+`;
const policyText = /^[\t\n\r\u0020-\u007E\u00A1-\u00FF]{1,131072}$/;
const actionClauses =
  'Member must have length less than or equal to 128, ' +
  'Member must have length greater than or equal to 3';
const actionText = /^.{3,128}$/su;

/** What the model says of the members of lists. Throws ValidationError. */
export function checkLists(
  input: Pick<SimulateCustomPolicyRequest, 'PermissionsBoundaryPolicyInputList'> & {
    readonly PolicyInputList?: readonly string[] | undefined;
    readonly ActionNames?: readonly string[];
  },
): void {
  const { PolicyInputList, PermissionsBoundaryPolicyInputList, ActionNames } = input;
  const problems = [
    ...brokenList('policyInputList', PolicyInputList, policyText, policyClauses),
    ...brokenList(
      'permissionsBoundaryPolicyInputList',
      PermissionsBoundaryPolicyInputList,
      policyText,
      policyClauses,
    ),
    ...brokenList('actionNames', ActionNames, actionText, actionClauses),
  ];
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'}`;
  throw validationError(`${count} detected: ${problems.join('; ')}`);
}

function brokenList(
  name: string,
  values: readonly string[] | undefined,
  pattern: RegExp,
  clauses: string,
): readonly string[] {
  if (values === undefined || values.every((value) => pattern.test(value))) return [];
  return [
    `Value at '${name}' failed to satisfy constraint: Member must satisfy constraint: [${clauses}]`,
  ];
}

const actionName = /^[A-Za-z0-9-]+:[A-Za-z0-9_-]+$/;

/** Each action once. Throws InvalidInput: wildcards are not supported here. */
export function actionsOf({ ActionNames }: SimulationRequest): readonly string[] {
  for (const name of ActionNames) {
    // Unverified: the text. AWS takes actions that no service has.
    if (!actionName.test(name)) {
      throw invalidInput(`ActionNames are not in a valid format: ${name}.`);
    }
  }
  return [...new Set(ActionNames)];
}

/** Each resource once; none means `*`. Throws InvalidInput. */
export function resourcesOf({ ResourceArns = [] }: SimulationRequest): readonly string[] {
  for (const arn of ResourceArns) {
    if (arn !== '*' && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(arn)) {
      throw invalidInput(`ResourceNames are not in a valid ARN format: ${arn}.`);
    }
  }
  return ResourceArns.length === 0 ? ['*'] : [...new Set(ResourceArns)];
}

/** The account of resources whose ARN names none. Throws InvalidInput. */
export function ownerOf({ ResourceOwner }: SimulationRequest): string | undefined {
  if (ResourceOwner === undefined) return undefined;
  const account = /^arn:[a-z-]+:iam::(\d{12}):root$/.exec(ResourceOwner)?.[1];
  if (account === undefined || !isAccountId(account)) {
    throw invalidInput(`'${ResourceOwner}' is not a valid as a Resource Owner.`);
  }
  return account;
}

/** The simulated caller as a user. */
export interface SimulatedCaller {
  readonly account: string;
  readonly arn: string;
  readonly userName: string;
}

/** The CallerArn, or the source when it is a user. Throws InvalidInput where one is needed. */
export function callerOf(
  { CallerArn, ResourcePolicy }: SimulationRequest,
  sourceArn: string | undefined,
): SimulatedCaller | undefined {
  const arn = CallerArn ?? sourceArn;
  const parts = arn === undefined ? undefined : parseIamArn(arn);
  if (arn !== undefined && parts?.kind === 'user' && isAccountId(parts.account)) {
    const userName = parts.resource.slice(parts.resource.lastIndexOf('/') + 1);
    return { account: parts.account, arn, userName };
  }
  if (CallerArn !== undefined || ResourcePolicy !== undefined) {
    throw invalidInput('Invalid caller - Caller must be an IAM user in this context.');
  }
  return undefined;
}

const wellFormed: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['numeric', (value) => compareNumbers(value, '0') !== undefined],
  ['boolean', (value) => /^(?:true|false)$/i.test(value)],
  ['date', (value) => compareDates(value, '0') !== undefined],
  ['ip', (value) => /^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/.test(value)],
  ['binary', (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value)],
]);

/**
 * The given context. A list type makes a multivalued key, also with one value; any other type with
 * several values does as well. Throws InvalidInput.
 */
export function contextOf({ ContextEntries = [] }: SimulationRequest): readonly Entry[] {
  return ContextEntries.flatMap((entry) => readEntry(entry));
}

function readEntry({ ContextKeyName, ContextKeyValues, ContextKeyType }: ContextEntry): Entry[] {
  if (ContextKeyName === undefined || ContextKeyValues === undefined) return [];
  const type = ContextKeyType ?? 'string';
  const check = wellFormed.get(type.replace(/List$/, ''));
  const wrong = check && ContextKeyValues.find((value) => !check(value));
  if (wrong !== undefined) {
    // Unverified: the text.
    throw invalidInput(`Invalid context value ${wrong} of type ${type} for ${ContextKeyName}.`);
  }
  const [only] = ContextKeyValues;
  if (only === undefined && !type.endsWith('List')) return [];
  const isSingle = ContextKeyValues.length === 1 && !type.endsWith('List');
  return [[ContextKeyName, isSingle && only !== undefined ? only : ContextKeyValues]];
}

/** Resources that each EC2 scenario must name. */
const scenarios: ReadonlyMap<string, readonly string[]> = new Map([
  ['EC2-VPC-InstanceStore', ['network-interface']],
  ['EC2-VPC-InstanceStore-Subnet', ['network-interface', 'subnet']],
  ['EC2-VPC-EBS', ['network-interface', 'volume']],
  ['EC2-VPC-EBS-Subnet', ['network-interface', 'subnet', 'volume']],
]);

/** Throws InvalidInput for an unknown scenario, and for one whose resources are not all there. */
export function checkScenario(
  { ResourceHandlingOption: option }: SimulationRequest,
  resources: readonly string[],
): void {
  if (option === undefined) return;
  const needed = scenarios.get(option);
  // Unverified: both texts.
  if (needed === undefined) throw invalidInput(`Invalid Resource Handling Option: ${option}`);
  for (const type of ['instance', 'image', 'security-group', ...needed]) {
    if (!resources.some((arn) => arn.split(':')[5]?.startsWith(`${type}/`) === true)) {
      throw invalidInput(
        `The resource handling option ${option} needs a resource of type ${type}.`,
      );
    }
  }
}

/**
 * Keys that follow from who the caller is. What the caller's real requests would have besides
 * (address, tags, MFA) must be given.
 *
 * Unverified: which keys AWS fills in by itself.
 */
export function callerContext(
  caller: SimulatedCaller | undefined,
  { runtime }: OperationContext,
): readonly Entry[] {
  if (caller === undefined) return [];
  const { account, arn, userName } = caller;
  const id = runtime.directory.find(account, 'user', userName)?.record.id;
  return [
    ['aws:username', userName],
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalType', 'User'],
    ...(id === undefined ? [] : [['aws:userid', id] as const]),
  ];
}
