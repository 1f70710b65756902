/**
 * The demands of an operation that no fact describes: the action of the same name on the resource
 * types that AWS's reference gives it, their ARNs filled from the input.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
import type { Action, ActionResourceType, OperationModel, ServiceActions } from '@sekisho/catalog';
import type { ArnFormat } from './arn-format.ts';
import { fillFormat, matchesFormat, ownVariables, parseArnFormat } from './arn-format.ts';
import { canonicalArn, isEntityKind, storedArn } from './entity-arn.ts';
import type { Demands } from './fact-rule.ts';
import { hasInputPath, readInputPath } from './input-path.ts';
import {
  type Candidate,
  candidatesOf,
  findArnMember,
  findMember,
  isCreating,
  isIdVariable,
  isNameMember,
} from './member-match.ts';
import { Unmappable } from './not-mapped.ts';
import type { Scope, Values } from './scope.ts';

/** Compiles the default. Throws Unmappable: an operation whose resource is not known is denied. */
export function compileDefault(operation: OperationModel, actions: ServiceActions): Demands {
  const action = actions.action(operation.name);
  if (action === undefined) {
    throw new Unmappable(`${actions.prefix} has no action ${operation.name}`);
  }
  const name = `${actions.prefix}:${action.name}`;
  const plans = planResources(operation, action, actions);
  const required = plans.filter((plan) => plan.required);
  const optional = plans.filter((plan) => !plan.required);
  return (scope) => {
    const asked = [
      ...required.flatMap((plan) => plan.resources(scope)),
      ...optional.filter((plan) => plan.isPresent(scope)).flatMap((plan) => plan.resources(scope)),
    ];
    const resources = asked.length === 0 ? ['*'] : [...new Set(asked)];
    return resources.map((resource) => ({ action: name, resource }));
  };
}

/** How the resources of one type are found in an input. */
interface Plan {
  readonly required: boolean;
  readonly isPresent: (scope: Scope) => boolean;
  readonly resources: (scope: Scope) => Values;
}

function planResources(
  operation: OperationModel,
  action: Action,
  actions: ServiceActions,
): readonly Plan[] {
  const candidates = candidatesOf(operation.input);
  return action.resourceTypes.flatMap((type) => {
    const plan = planType(operation.name, type, action, actions, candidates);
    if (plan !== undefined) return [plan];
    // An optional type that nothing in the input names is not what the request is about.
    if (!type.required) return [];
    throw new Unmappable(`nothing in its input names the resource type ${type.name}`);
  });
}

function planType(
  operation: string,
  type: ActionResourceType,
  action: Action,
  actions: ServiceActions,
  candidates: readonly Candidate[],
): Plan | undefined {
  const declared = actions.resourceTypes.get(type.name);
  if (declared === undefined) return undefined;
  const format = parseArnFormat(declared.arn);
  const { required } = type;
  const whole = findArnMember(type.name, candidates);
  if (whole !== undefined) return { required, ...wholeArn(whole, format, type.name, actions) };
  const places = new Map<string, Candidate | undefined>();
  for (const variable of ownVariables(format)) {
    const member = findMember(
      {
        variable,
        type: type.name,
        otherTypes: [...actions.resourceTypes.keys()],
        onlyType: action.resourceTypes.filter((other) => other.required).length === 1,
      },
      candidates.filter((candidate) => ![...places.values()].includes(candidate)),
    );
    const made =
      isCreating(operation) &&
      (member === undefined || (isIdVariable(variable) && isNameMember(member.name)));
    if (member === undefined && !made) return undefined;
    places.set(variable, made ? undefined : member);
  }
  return { required, ...filledArn(format, places, type.name, actions.prefix) };
}

/**
 * The ARN as given, also when it is of another form: it then matches no more than its own text.
 * Of several optional types that one member may name, only the fitting one is asked for.
 */
function wholeArn(
  { path }: Candidate,
  format: ArnFormat,
  type: string,
  { prefix }: ServiceActions,
): Omit<Plan, 'required'> {
  return {
    isPresent: ({ input, context }) =>
      readInputPath(input, path).some((arn) => matchesFormat(format, canonical(arn, context))),
    resources: ({ input, context }) => {
      const values = readInputPath(input, path);
      return values.length === 0 ? ['*'] : values.map((arn) => canonical(arn, context));
    },
  };
  function canonical(arn: string, context: Scope['context']): string {
    return prefix === 'iam' && isEntityKind(type) ? canonicalArn(context, type, arn) : arn;
  }
}

function filledArn(
  format: ArnFormat,
  places: ReadonlyMap<string, Candidate | undefined>,
  type: string,
  prefix: string,
): Omit<Plan, 'required'> {
  const members = [...places.values()].filter((member) => member !== undefined);
  return {
    isPresent: ({ input }) => members.some(({ path }) => hasInputPath(input, path)),
    resources: ({ input, context }) => {
      const entity = prefix === 'iam' && isEntityKind(type) ? type : undefined;
      return fillings(members, input).map((values) => {
        const only = members.length === 1 ? (values.get(members[0]) ?? '') : '';
        if (only.startsWith('arn:') && matchesFormat(format, only)) return only;
        if (entity !== undefined && only !== '') return storedArn(context, entity, only);
        return fillFormat(format, (variable) => {
          if (variable === 'Partition') return context.partition;
          if (variable === 'Region') return context.region;
          if (variable === 'Account') return context.account;
          return values.get(places.get(variable)) ?? '*';
        });
      });
    },
  };
}

const fillingsMax = 1000;

/** Every combination of the members' values; a member without a value stands as `*`. */
function fillings(
  members: readonly Candidate[],
  input: unknown,
): readonly ReadonlyMap<Candidate | undefined, string>[] {
  let found: ReadonlyMap<Candidate | undefined, string>[] = [new Map()];
  for (const member of members) {
    const given = readInputPath(input, member.path);
    const values = given.length === 0 ? ['*'] : given;
    if (found.length * values.length > fillingsMax) {
      throw new Unmappable('the request names too many resources at once');
    }
    found = found.flatMap((filling) => values.map((value) => new Map(filling).set(member, value)));
  }
  return found;
}
