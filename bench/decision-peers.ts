/** Cedar and CASL, told of the same policies and asked the same questions. */
import { createMongoAbility, subject } from '@casl/ability';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { WorkloadCondition, WorkloadPolicy, WorkloadRequest } from './decision-workload.ts';

/** An engine with one set of policies for each principal. */
export interface Peer {
  readonly name: string;
  /** Takes the policies of a principal in. */
  add(principal: number, policies: readonly WorkloadPolicy[]): void;
  /** What the engine wants to be asked, made beforehand. */
  question(request: WorkloadRequest): () => boolean;
}

const text = (value: string): string => JSON.stringify(value);

/** Cedar's names of attributes have no colons or slashes. */
const attribute = (key: string): string => key.replaceAll(/[^A-Za-z]/g, '_');

function cedarLike(expression: string, patterns: readonly string[]): string {
  // Cedar has no `?`.
  const either = patterns.map(
    (pattern) => `${expression} like ${text(pattern.replaceAll('?', '*'))}`,
  );
  return `(${either.join(' || ')})`;
}

function cedarCondition({ operator, key, value }: WorkloadCondition): string {
  const name = `context.${attribute(key)}`;
  switch (operator) {
    case 'StringEquals':
    case 'Bool':
      return `${name} == ${text(value)}`;
    case 'StringNotEquals':
      return `${name} != ${text(value)}`;
    case 'StringLike':
      return cedarLike(name, [value]);
    case 'IpAddress':
      return `ip(${name}).isInRange(ip(${text(value)}))`;
  }
}

function cedarPolicies(policies: readonly WorkloadPolicy[]): string {
  const written = policies.flat().map(({ effect, actions, resources, condition }) => {
    const parts = [cedarLike('context.action', actions)];
    if (!resources.includes('*')) parts.push(cedarLike('context.resource', resources));
    if (condition !== undefined) parts.push(cedarCondition(condition));
    const head = effect === 'Allow' ? 'permit' : 'forbid';
    return `${head} (principal, action, resource) when { ${parts.join(' && ')} };`;
  });
  return written.join('\n');
}

/** Policies parsed beforehand, one set a principal. */
export function cedarPeer(): Peer {
  return {
    name: 'cedar-wasm',
    add(principal, policies) {
      const answer = preparsePolicySet(`p${principal}`, {
        staticPolicies: cedarPolicies(policies),
      });
      if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    },
    question({ principal, action, resource, context }) {
      const attributes = context.map(([key, value]) => [attribute(key), value]);
      const call = {
        principal: { type: 'Role', id: String(principal) },
        action: { type: 'Action', id: 'call' },
        resource: { type: 'Resource', id: 'it' },
        context: { ...Object.fromEntries(attributes), action, resource },
        preparsedPolicySetId: `p${principal}`,
        entities: [],
      };
      return () => {
        const answer = statefulIsAuthorized(call);
        if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
        return answer.response.decision === 'allow';
      };
    },
  };
}

function expression(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function caslCondition({ operator, key, value }: WorkloadCondition): Record<string, unknown> {
  switch (operator) {
    case 'StringEquals':
    case 'Bool':
      return { [key]: value };
    case 'StringNotEquals':
      return { [key]: { $ne: value } };
    case 'StringLike':
      return { [key]: { $regex: expression(value) } };
    case 'IpAddress':
      // CASL knows no ranges of addresses; the workload has 10.0.0.0/8 only.
      return { [key]: { $regex: /^10\./ } };
  }
}

/**
 * One ability a principal; patterns of actions expanded over the catalogue. The subject that is
 * asked about is made beforehand, or for each request as a server must.
 */
export function caslPeer(
  actionsOf: (pattern: string) => readonly string[],
  subjects: 'made beforehand' | 'made for each request',
): Peer {
  const abilities = new Map<number, ReturnType<typeof createMongoAbility>>();
  return {
    name: subjects === 'made beforehand' ? 'casl' : 'casl from texts',
    add(principal, policies) {
      const statements = policies.flat();
      // A later rule overrides an earlier one.
      const ordered = [
        ...statements.filter(({ effect }) => effect === 'Allow'),
        ...statements.filter(({ effect }) => effect === 'Deny'),
      ];
      const rules = ordered.flatMap(({ effect, actions, resources, condition }) =>
        resources.map((pattern) => {
          const arn = /[*?]/.test(pattern) ? { $regex: expression(pattern) } : pattern;
          const conditions = {
            ...(pattern !== '*' && { arn }),
            ...(condition && caslCondition(condition)),
          };
          return {
            inverted: effect === 'Deny',
            action: actions.flatMap(actionsOf),
            subject: 'resource',
            ...(Object.keys(conditions).length > 0 && { conditions }),
          };
        }),
      );
      abilities.set(principal, createMongoAbility(rules));
    },
    question({ principal, action, resource, context }) {
      const ability = abilities.get(principal);
      if (ability === undefined) throw new Error('no such principal');
      const make = () => subject('resource', { arn: resource, ...Object.fromEntries(context) });
      if (subjects === 'made for each request') return () => ability.can(action, make());
      const asked = make();
      return () => ability.can(action, asked);
    },
  };
}
