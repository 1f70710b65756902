/** Finds the REST operation of a request: method, path, query literals, then required members. */
import type { OperationModel, ServiceModel } from '@sekisho/catalog';
import type { QueryParameter } from '../http.ts';
import { compileTemplate, matchPath, type UriTemplate } from './uri-template.ts';

/** What routing looks at. */
export interface RestFacts {
  readonly method: string;
  /** Still percent-encoded; a bucket in the host has been put in front by the caller. */
  readonly rawPath: string;
  readonly query: readonly QueryParameter[];
  readonly header: (name: string) => string | undefined;
}

/** A match, or why there is none. */
export type RestMatch =
  | {
      readonly kind: 'found';
      readonly operation: OperationModel;
      readonly labels: ReadonlyMap<string, string>;
      /** Whether a part of the path named the operation, not labels only. */
      readonly literal: boolean;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'undecodable' }
  /** A query name that chooses another operation than the one found: never guess between them. */
  | { readonly kind: 'conflict'; readonly name: string; readonly value: string };

interface Route {
  readonly operation: OperationModel;
  readonly template: UriTemplate;
  readonly literalParts: number;
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly queryNames: ReadonlySet<string>;
  readonly takesAnyQuery: boolean;
}

/** The routes of one service, compiled once. */
export class RestRoutes {
  private readonly byMethod = new Map<string, Route[]>();
  /** Query names that choose an operation. */
  private readonly discriminators = new Set<string>();

  constructor(model: ServiceModel) {
    for (const name of model.operationNames) {
      const operation = model.operation(name);
      if (operation?.http === undefined) continue;
      const route = compileRoute(operation, operation.http.uri);
      const routes = this.byMethod.get(operation.http.method) ?? [];
      this.byMethod.set(operation.http.method, routes);
      routes.push(route);
      for (const [literal, value] of route.template.literals) {
        if (value === undefined) this.discriminators.add(literal);
      }
      for (const required of route.requiredQuery) this.discriminators.add(required);
    }
    for (const routes of this.byMethod.values()) routes.sort(bySpecificity);
  }

  /** The most specific operation. */
  find(facts: RestFacts): RestMatch {
    const best = this.mostSpecific(facts);
    if (best === undefined) return { kind: 'none' };
    const { route, labels } = best;
    for (const { name, value } of facts.query) {
      if (!this.discriminators.has(name) || route.takesAnyQuery) continue;
      if (!route.queryNames.has(name)) return { kind: 'conflict', name, value };
    }
    const decoded = new Map<string, string>();
    for (const [name, raw] of labels) {
      try {
        decoded.set(name, decodeURIComponent(raw));
      } catch {
        return { kind: 'undecodable' };
      }
    }
    const literal = route.literalParts > 0;
    return { kind: 'found', operation: route.operation, labels: decoded, literal };
  }

  /** Among the routes of equal path and literals, the one whose required members are all there. */
  private mostSpecific(facts: RestFacts): Candidate | undefined {
    let fallback: Candidate | undefined;
    for (const route of this.byMethod.get(facts.method) ?? []) {
      if (fallback !== undefined && !isSameRank(route, fallback.route)) break;
      if (!hasLiterals(route, facts.query)) continue;
      const labels = matchPath(route.template, facts.rawPath);
      if (labels === undefined) continue;
      if (hasRequired(route, facts)) return { route, labels };
      fallback ??= { route, labels };
    }
    return fallback;
  }
}

interface Candidate {
  readonly route: Route;
  readonly labels: readonly (readonly [name: string, raw: string])[];
}

function compileRoute(operation: OperationModel, uri: string): Route {
  const template = compileTemplate(uri);
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  const queryNames = new Set(template.literals.map(([name]) => name));
  let takesAnyQuery = false;
  for (const { traits, required } of operation.input.members) {
    if (traits.httpQueryParams === true) takesAnyQuery = true;
    if (traits.httpQuery !== undefined) {
      queryNames.add(traits.httpQuery);
      if (required) requiredQuery.push(traits.httpQuery);
    }
    if (traits.httpHeader !== undefined && required) {
      requiredHeaders.push(traits.httpHeader.toLowerCase());
    }
  }
  const literalParts = template.parts.filter((part) => part.kind === 'literal').length;
  return {
    operation,
    template,
    literalParts,
    requiredQuery,
    requiredHeaders,
    queryNames,
    takesAnyQuery,
  };
}

function rank(route: Route): readonly number[] {
  const greedy = route.template.parts.some((part) => part.kind === 'greedy');
  return [
    route.literalParts,
    greedy ? 0 : 1,
    route.template.parts.length,
    route.template.literals.length,
  ];
}

function bySpecificity(one: Route, other: Route): number {
  const ranks = rank(one).map((value, index) => (rank(other)[index] ?? 0) - value);
  const required =
    other.requiredQuery.length +
    other.requiredHeaders.length -
    one.requiredQuery.length -
    one.requiredHeaders.length;
  return [...ranks, required].find((difference) => difference !== 0) ?? 0;
}

/** Of equal rank are routes that differ in nothing but their required members. */
function isSameRank(one: Route, other: Route): boolean {
  const ranks = rank(other);
  return rank(one).every((value, index) => value === ranks[index]);
}

function hasLiterals(route: Route, query: readonly QueryParameter[]): boolean {
  return route.template.literals.every(([name, value]) =>
    query.some(
      (parameter) => parameter.name === name && (value === undefined || parameter.value === value),
    ),
  );
}

function hasRequired(route: Route, facts: RestFacts): boolean {
  return (
    route.requiredQuery.every((name) => facts.query.some((parameter) => parameter.name === name)) &&
    route.requiredHeaders.every((name) => facts.header(name) !== undefined)
  );
}
