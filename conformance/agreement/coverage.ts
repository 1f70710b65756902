/** What the random cases have reached, read from the traces of the plain evaluator. */
import type {
  AuthorizationRequest,
  ElementTrace,
  PolicySet,
  TracedDecision,
} from '@sekisho/policy';
import { operators } from './vocabulary.ts';

/** Counts features; each is a short text. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  count(feature: string): number {
    return this.#counts.get(feature) ?? 0;
  }

  /** Features that should have been reached and were not. */
  missing(): string[] {
    return expectedFeatures().filter((feature) => this.count(feature) === 0);
  }

  add(request: AuthorizationRequest, policies: PolicySet, decision: TracedDecision): void {
    const { trace, outcome } = decision;
    this.#reach(`outcome ${outcome}`);
    this.#reach(`principal ${principalKind(request)} ${outcome}`);
    const isAcross = 'account' in request.principal && trace.crossAccount;
    this.#reach(`layers ${layersOf(policies)} ${isAcross ? 'across' : 'within'}`);
    if (policies.combining === 'resource-required') this.#reach(`resource-required ${outcome}`);
    if (decision.failure !== undefined && trace.layers.length === 0) this.#reach('no action');
    for (const layer of trace.layers) {
      this.#reach(`layer ${layer.policyType} ${layer.verdict}`);
      if (layer.grant !== undefined) this.#reach(`grant ${layer.grant}`);
      for (const { statements } of layer.policies) {
        for (const { elements } of statements) {
          for (const element of elements) this.#addElement(element);
        }
      }
    }
  }

  #addElement({
    element,
    match,
    operator,
    requestValues,
    cause,
    policyValues,
  }: ElementTrace): void {
    if (cause !== undefined) this.#reach(`cause ${cause}`);
    if (element !== 'Condition') {
      this.#reach(`${element} ${match}`);
      return;
    }
    if (cause === 'keyGivenTwice' || cause === 'unknownOperator') return;
    const values =
      requestValues === undefined ? 'absent' : requestValues.length === 1 ? 'one' : 'several';
    this.#reach(`${operator} ${values}`);
    this.#reach(`${operator?.replace('IfExists', '')} ${match}`);
    if (policyValues.some((value) => value.includes('日本'))) this.#reach('beyond one byte');
  }

  #reach(feature: string): void {
    this.#counts.set(feature, this.count(feature) + 1);
  }
}

function principalKind({ principal }: AuthorizationRequest): string {
  if (principal.type === 'role-session' && principal.serviceLinked) return 'service-linked';
  if (principal.type === 'federated-user' && principal.issuerArn.endsWith(':root')) {
    return 'federated-root';
  }
  return principal.type;
}

const optionalLayers = [
  'resource',
  'boundary',
  'session',
  'serviceControl',
  'resourceControl',
  'vpcEndpoint',
] as const;

function layersOf(policies: PolicySet): string {
  return optionalLayers.map((layer) => (policies[layer] === undefined ? '-' : layer[0])).join('');
}

const withIdentity = [
  'root',
  'user',
  'role-session',
  'service-linked',
  'federated-user',
  'federated-root',
];
const withoutIdentity = ['service', 'web-identity', 'saml', 'anonymous'];
const outcomes = ['allow', 'explicitDeny', 'implicitDeny'];
const matches = ['yes', 'no', 'undecided'];

/** Every feature that a run of a hundred thousand pairs must reach. */
export function expectedFeatures(): string[] {
  const features = outcomes.flatMap((outcome) => [
    `outcome ${outcome}`,
    `resource-required ${outcome}`,
    ...[...withIdentity, ...withoutIdentity].map((kind) => `principal ${kind} ${outcome}`),
  ]);
  for (let bits = 0; bits < 1 << optionalLayers.length; bits++) {
    const layers = optionalLayers.map((layer, index) => ((bits >> index) & 1 ? layer[0] : '-'));
    features.push(`layers ${layers.join('')} across`, `layers ${layers.join('')} within`);
  }
  for (const element of [
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
  ]) {
    features.push(...matches.map((match) => `${element} ${match}`));
  }
  for (const [base] of operators) features.push(...operatorFeatures(base));
  features.push(...['direct', 'underlying', 'account'].map((grant) => `grant ${grant}`));
  features.push(
    ...[
      'keyAbsent',
      'variableUnresolved',
      'multivaluedKeyWithoutSetOperator',
      'keyGivenTwice',
      'unknownOperator',
      'principalRecreated',
      'principalHasPermissionsBoundary',
      'elementMissing',
      'elementNotAllowedHere',
      'undocumented',
    ].map((cause) => `cause ${cause}`),
  );
  for (const type of [
    'identity-based',
    'resource-based',
    'session',
    'service control',
    'VPC endpoint',
  ]) {
    const verdicts = ['allow', 'explicitDeny', 'implicitDeny'];
    features.push(...verdicts.map((verdict) => `layer ${type} policy ${verdict}`));
  }
  features.push('layer permissions boundary implicitDeny', 'layer role trust policy allow');
  features.push('layer resource control policy explicitDeny', 'no action', 'beyond one byte');
  return features;
}

function operatorFeatures(base: string): string[] {
  const features: string[] = [];
  for (const set of ['', 'ForAllValues:', 'ForAnyValue:']) {
    for (const ifExists of base === 'Null' ? [''] : ['', 'IfExists']) {
      features.push(
        ...['absent', 'one', 'several'].map((values) => `${set}${base}${ifExists} ${values}`),
      );
    }
    features.push(`${set}${base} yes`, `${set}${base} no`);
  }
  return features;
}
