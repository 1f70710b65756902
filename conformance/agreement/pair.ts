/** A random case as JSON: one set of policies and the requests that are asked of it. */
import {
  type Combining,
  type ContextValue,
  type PolicyDocument,
  type PolicySet,
  type PolicySource,
  type Principal,
  parsePolicyDocument,
} from '@sekisho/policy';

export type StatementJson = Record<string, unknown>;

export interface PolicyJson {
  readonly Version?: string;
  readonly Statement: readonly StatementJson[];
}

/** The types of policy, as `PolicySet` has them. */
export interface PolicySetJson {
  readonly identity: readonly PolicyJson[];
  readonly resource?: PolicyJson;
  readonly boundary?: PolicyJson;
  readonly session?: readonly PolicyJson[];
  readonly serviceControl?: readonly (readonly PolicyJson[])[];
  readonly resourceControl?: readonly (readonly PolicyJson[])[];
  readonly vpcEndpoint?: readonly PolicyJson[];
  readonly combining?: Combining;
  readonly resourceIsTrustPolicy?: boolean;
  /** Of the resource's policy. */
  readonly principalIds?: readonly (readonly [string, string])[];
}

export interface RequestJson {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly wildcardOnlyAction?: boolean;
  readonly canonicalUserId?: string;
  readonly context: readonly (readonly [string, ContextValue])[];
}

export interface CaseJson {
  readonly policies: PolicySetJson;
  readonly requests: readonly RequestJson[];
}

/** Under this key the operator is one that does not exist: the parser would refuse its name. */
export const unknownOperatorKey = 'unknown:operator';

function withUnknownOperators(document: PolicyDocument): PolicyDocument {
  const statements = document.statements.map((statement) => {
    const { condition } = statement;
    if (condition === undefined) return statement;
    const entries = condition.entries.map((entry) =>
      entry.key === unknownOperatorKey ? { ...entry, operator: 'StringMatches' } : entry,
    );
    return { ...statement, condition: { ...condition, entries } };
  });
  return { ...document, statements };
}

function sourceOf(json: PolicyJson, ids?: PolicySetJson['principalIds']): PolicySource {
  const text = JSON.stringify(json);
  const parsed = parsePolicyDocument(text);
  if (parsed.document === undefined) throw new Error(`${parsed.error.message}: ${text}`);
  const isKnown = !text.includes(unknownOperatorKey);
  const document = isKnown ? parsed.document : withUnknownOperators(parsed.document);
  return { document, name: 'policy', ...(ids && { principalIds: new Map(ids) }) };
}

const sourcesOf = (list: readonly PolicyJson[]) => list.map((json) => sourceOf(json));

export function policySetOf(json: PolicySetJson): PolicySet {
  const { identity, resource, boundary, session, serviceControl, resourceControl, vpcEndpoint } =
    json;
  const { combining, resourceIsTrustPolicy, principalIds } = json;
  return {
    identity: sourcesOf(identity),
    ...(resource && { resource: sourceOf(resource, principalIds) }),
    ...(boundary && { boundary: sourceOf(boundary) }),
    ...(session && { session: sourcesOf(session) }),
    ...(serviceControl && { serviceControl: serviceControl.map(sourcesOf) }),
    ...(resourceControl && { resourceControl: resourceControl.map(sourcesOf) }),
    ...(vpcEndpoint && { vpcEndpoint: sourcesOf(vpcEndpoint) }),
    ...(combining && { combining }),
    ...(resourceIsTrustPolicy !== undefined && { resourceIsTrustPolicy }),
  };
}
