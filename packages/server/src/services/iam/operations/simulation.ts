/** The policy simulator: what policies would allow, and which condition keys they ask for. */
import { createHash } from 'node:crypto';
import { loadActionIndex, loadActions } from '@sekisho/catalog';
import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@sekisho/catalog/types/iam';
import {
  authorize,
  contextKeysOf,
  type PolicySet,
  type PolicySource,
  type Principal,
} from '@sekisho/policy';
import { foldCase } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { invalidInput } from '../errors.ts';
import { paginate } from '../pagination.ts';
import {
  actionsOf,
  callerContext,
  callerOf,
  checkLists,
  checkScenario,
  contextOf,
  ownerOf,
  resourcesOf,
  type SimulatedCaller,
  type SimulationRequest,
} from './simulation-input.ts';
import {
  attachedPolicies,
  findEntity,
  givenPolicies,
  readManaged,
  readPolicy,
} from './simulation-policies.ts';
import { evaluationResult } from './simulation-result.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export async function simulateCustomPolicy(
  input: SimulateCustomPolicyRequest,
  context: OperationContext,
): Promise<SimulatePolicyResponse> {
  checkLists(input);
  const caller = callerOf(input, undefined);
  const identity = givenPolicies(input.PolicyInputList, 'PolicyInputList');
  return await simulate(input, { identity, boundary: givenBoundary(input), caller }, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export async function simulatePrincipalPolicy(
  input: SimulatePrincipalPolicyRequest,
  context: OperationContext,
): Promise<SimulatePolicyResponse> {
  checkLists(input);
  const entity = findEntity(input.PolicySourceArn, context);
  const caller = callerOf(input, input.PolicySourceArn);
  const identity = [
    ...(await attachedPolicies(entity, input.PolicyExclusionList ?? [], context)),
    ...givenPolicies(input.PolicyInputList ?? [], 'PolicyInputList'),
  ];
  const own = entity.record.permissionsBoundary;
  const boundary =
    givenBoundary(input) ?? (own === undefined ? undefined : await readManaged(own, context));
  return await simulate(input, { identity, boundary, caller }, context);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html */
export function getContextKeysForCustomPolicy({
  PolicyInputList,
}: GetContextKeysForCustomPolicyRequest): GetContextKeysForPolicyResponse {
  checkLists({ PolicyInputList });
  return { ContextKeyNames: keysOf(givenPolicies(PolicyInputList, 'PolicyInputList')) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html */
export async function getContextKeysForPrincipalPolicy(
  { PolicySourceArn, PolicyInputList = [] }: GetContextKeysForPrincipalPolicyRequest,
  context: OperationContext,
): Promise<GetContextKeysForPolicyResponse> {
  checkLists({ PolicyInputList });
  const attached = await attachedPolicies(findEntity(PolicySourceArn, context), [], context);
  return {
    ContextKeyNames: keysOf([...attached, ...givenPolicies(PolicyInputList, 'PolicyInputList')]),
  };
}

function keysOf(policies: readonly PolicySource[]): readonly string[] {
  return contextKeysOf(policies.map(({ document }) => document));
}

const boundaryList = 'PermissionsBoundaryPolicyInputList';

function givenBoundary(input: SimulationRequest): PolicySource | undefined {
  const texts = input[boundaryList] ?? [];
  // Unverified: the text.
  if (texts.length > 1) throw invalidInput('You can input only one permissions boundary.');
  return givenPolicies(texts, boundaryList)[0];
}

interface Simulated {
  readonly identity: readonly PolicySource[];
  readonly boundary: PolicySource | undefined;
  readonly caller: SimulatedCaller | undefined;
}

async function simulate(
  input: SimulationRequest,
  simulated: Simulated,
  context: OperationContext,
): Promise<SimulatePolicyResponse> {
  const actions = actionsOf(input);
  const resources = resourcesOf(input);
  checkScenario(input, resources);
  const policies = policySet(input, simulated);
  const { Marker: _, MaxItems: __, ...asked } = input;
  const digest = createHash('sha256').update(JSON.stringify(asked)).digest('base64');
  const page = paginate(actions, input, context, {
    list: ['Simulate', digest],
    keyOf: (action) => action,
    sorted: false,
  });
  const ask = asker(input, simulated, policies, context);
  const results = [];
  for (const action of page.items) {
    const { wildcardOnly, template } = await describeAction(action, context.partition);
    const pairs = resources.map((resource) => ask(action, resource, wildcardOnly));
    results.push(evaluationResult(action, pairs, template));
  }
  return { EvaluationResults: results, ...page.rest };
}

function policySet(input: SimulationRequest, { identity, boundary }: Simulated): PolicySet {
  const levels = (input.OrderedOrganizationPolicyInputList ?? []).map((level, index) =>
    givenPolicies(
      level.ServiceControlPolicyInputList ?? [],
      `OrderedOrganizationPolicyInputList.${index + 1}`,
    ),
  );
  return {
    identity,
    ...(boundary === undefined ? {} : { boundary }),
    ...(levels.length === 0 ? {} : { serviceControl: levels }),
    ...(input.ResourcePolicy === undefined
      ? {}
      : { resource: readPolicy(input.ResourcePolicy, 'ResourcePolicy') }),
  };
}

/**
 * Decides single pairs. As AWS's simulator, `sts:AssumeRole*` is answered from the identity-based
 * policies alone: a trust policy given as ResourcePolicy is not looked at.
 */
function asker(
  input: SimulationRequest,
  { caller }: Simulated,
  policies: PolicySet,
  context: OperationContext,
) {
  const owner = ownerOf(input);
  const entries = [...contextOf(input)];
  const given = new Set(entries.map(([key]) => foldCase(key)));
  for (const entry of callerContext(caller, context)) {
    if (!given.has(foldCase(entry[0]))) entries.push(entry);
  }
  const principal = simulatedPrincipal(caller, context);
  const { resource: _, ...withoutResource } = policies;
  return (action: string, resource: string, wildcardOnly: boolean) => {
    const named = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
    const assumes = /^sts:assumerole/i.test(action);
    // Unverified: another account's ARN makes a cross-account simulation only with its policy.
    const isOwn = assumes || (policies.resource === undefined && owner === undefined);
    const request = {
      principal,
      action,
      resource,
      resourceAccount: isOwn ? principal.account : (named ?? owner ?? principal.account),
      context: entries,
      ...(wildcardOnly || resource === '*' ? { wildcardOnlyAction: true } : {}),
    };
    return { resource, decision: authorize(request, assumes ? withoutResource : policies) };
  };
}

/** Without a caller it is some user of the account, whom no resource-based policy can name. */
function simulatedPrincipal(
  caller: SimulatedCaller | undefined,
  { account, partition, runtime }: OperationContext,
): Extract<Principal, { type: 'user' }> {
  if (caller === undefined) {
    return { type: 'user', account, arn: `arn:${partition}:iam::${account}:user/`, id: '' };
  }
  const { arn, userName } = caller;
  const id = runtime.directory.find(caller.account, 'user', userName)?.record.id ?? '';
  return { type: 'user', account: caller.account, arn, id };
}

/** What the reference says of an action; actions that no service has are like any other. */
async function describeAction(
  name: string,
  partition: string,
): Promise<{ readonly wildcardOnly: boolean; readonly template: string }> {
  const [prefix = '', action = ''] = name.split(':');
  const service = foldCase(prefix);
  const known = (await loadActionIndex()).serviceName(service) !== undefined;
  const actions = known ? await loadActions(service) : undefined;
  const described = actions?.action(action);
  if (actions === undefined || described === undefined) {
    return { wildcardOnly: false, template: '*' };
  }
  const types = described.resourceTypes;
  const type = types.find(({ required }) => required) ?? types.at(-1);
  const template = type === undefined ? undefined : actions.resourceTypes.get(type.name)?.arn;
  return {
    wildcardOnly: types.length === 0,
    template: template?.replace('${Partition}', partition) ?? '*',
  };
}
