/** Finds service, protocol and operation of a request: a table lookup, never a guess. */
import type { OperationModel, ServiceModel } from '@sekisho/catalog';
import { decompressBody } from './content-encoding.ts';
import { type FormParameter, formOfQuery, formValue, parseForm } from './form.ts';
import type { HttpResponse } from './http.ts';
import type { Protocol, ProtocolName } from './protocol.ts';
import { protocolNamed } from './protocols.ts';
import { type RestFacts, RestRoutes } from './rest/rest-routes.ts';
import { ServiceError } from './service-error.ts';

/** What routing knows of a service. `services/service.ts` gives it. */
export interface RoutedService {
  readonly signingName: string;
  readonly model: ServiceModel;
  readonly protocols: readonly ProtocolName[];
}

/** What routing looks at. */
export interface RequestFacts extends RestFacts {
  /** The body, read beforehand where `needsForm` says so. */
  readonly form?: readonly FormParameter[] | undefined;
  /** The service of the credential scope, when the request is signed. */
  readonly signingName?: string | undefined;
}

/** An operation to run. `form` and `labels` belong into `Protocol.parseInput`. */
export interface OperationRoute<S extends RoutedService> {
  readonly kind: 'operation';
  readonly service: S;
  readonly protocol: Protocol;
  readonly operation: OperationModel;
  readonly form?: readonly FormParameter[];
  readonly labels?: ReadonlyMap<string, string>;
}

/** A request that names no operation; `protocol.writeError` writes the answer. */
export interface RefusedRoute<S extends RoutedService> {
  readonly kind: 'refused';
  /** Absent when the fault is of no service: the answer has AWS's fault namespace. */
  readonly service?: S;
  readonly protocol: Protocol;
  readonly error: ServiceError;
}

/** A request that AWS answers outside every protocol. */
export interface AnsweredRoute {
  readonly kind: 'answered';
  readonly response: HttpResponse;
}

/** What a request is. */
export type Route<S extends RoutedService> = OperationRoute<S> | RefusedRoute<S> | AnsweredRoute;

/** Whether the body is a form that routing needs (query protocols): read it before `identify`. */
export function needsForm(facts: Pick<RestFacts, 'method' | 'rawPath' | 'header'>): boolean {
  if (facts.method !== 'POST' || facts.rawPath !== '/') return false;
  const type = facts.header('content-type');
  return type !== undefined && formType.test(type);
}

const formType = /^application\/x-www-form-urlencoded *(?:;|$)/i;

/** Reads such a body; `contentEncoding` is the header of that name. Throws ServiceError. */
export function readForm(body: Uint8Array, contentEncoding?: string): readonly FormParameter[] {
  return parseForm(decompressBody(body, contentEncoding));
}

/** The routes of all services. */
export class Router<S extends RoutedService> {
  private readonly services: readonly S[];
  private readonly byTarget = new Map<string, S>();
  private readonly queryServices: readonly S[];
  private readonly restServices: readonly S[];
  private readonly restRoutes = new Map<S, RestRoutes>();

  constructor(services: readonly S[]) {
    this.services = services;
    this.queryServices = services.filter((service) => queryName(service) !== undefined);
    this.restServices = services.filter((service) => restName(service) !== undefined);
    for (const service of services) {
      const { targetPrefix } = service.model;
      if (targetPrefix !== undefined && jsonName(service, undefined) !== undefined) {
        this.byTarget.set(targetPrefix, service);
      }
    }
  }

  /** Never throws; bad forms are refused where they are read. */
  identify(facts: RequestFacts): Route<S> {
    const target = facts.header('x-amz-target');
    if (target !== undefined) return this.byTargetHeader(target, facts);
    const smithy = facts.header('smithy-protocol');
    if (smithy !== undefined) return this.byCborPath(smithy, facts);
    const form = this.formOf(facts);
    if (form !== undefined) return this.byAction(form, facts);
    // A form without an Action that nobody signed: no REST service has an operation there.
    if (facts.form !== undefined && facts.signingName === undefined) {
      return queryWithoutAction(facts);
    }
    const signed = this.signedFor(facts, this.restServices);
    if (signed !== undefined) return this.byPath(signed, facts);
    const query = this.signedFor(facts, this.queryServices);
    return query === undefined ? this.byAnyPath(facts) : queryWithoutAction(facts);
  }

  private signedFor(facts: RequestFacts, services: readonly S[]): S | undefined {
    if (facts.signingName === undefined) return undefined;
    return services.find((service) => service.signingName === facts.signingName);
  }

  /** The parameters when this is a query-protocol request. */
  private formOf(facts: RequestFacts): readonly FormParameter[] | undefined {
    if (facts.method !== 'POST' && facts.method !== 'GET') return undefined;
    if (facts.rawPath !== '/') return undefined;
    const rest = this.signedFor(facts, this.restServices);
    if (rest !== undefined && queryName(rest) === undefined) return undefined;
    const isForm = facts.form !== undefined;
    if (facts.method === 'POST' && !isForm) return undefined;
    const named = facts.query.some((parameter) => parameter.name === 'Action');
    if (!named && !facts.form?.some((parameter) => parameter.name === 'Action')) return undefined;
    if (facts.query.length === 0) return facts.form;
    return [...formOfQuery(facts.query), ...(facts.form ?? [])];
  }

  private byAction(form: readonly FormParameter[], facts: RequestFacts): Route<S> {
    const action = formValue(form, 'Action') ?? '';
    const version = formValue(form, 'Version');
    const signed = this.queryServices.filter(
      (service) => service.signingName === facts.signingName,
    );
    const candidates = signed.length > 0 ? signed : this.queryServices;
    const service = candidates.find(
      ({ model }) => model.apiVersion === version && model.operation(action) !== undefined,
    );
    const operation = service?.model.operation(action);
    if (service === undefined || operation === undefined) {
      const protocol = protocolNamed(queryName(candidates[0]) ?? 'aws-query');
      return { kind: 'refused', protocol, error: protocol.unknownOperation(action, version) };
    }
    const protocol = protocolNamed(queryName(service) ?? 'aws-query');
    return { kind: 'operation', service, protocol, operation, form };
  }

  private byTargetHeader(target: string, facts: RequestFacts): Route<S> {
    const dot = target.lastIndexOf('.');
    const service = this.byTarget.get(target.slice(0, Math.max(dot, 0)));
    const name = target.slice(dot + 1);
    const known = service ?? this.signedFor(facts, this.services);
    const version = facts.header('content-type');
    const protocol = protocolNamed(
      (known === undefined ? undefined : jsonName(known, version)) ?? 'aws-json-1.1',
    );
    const operation = service?.model.operation(name);
    if (service === undefined || operation === undefined || !isRootPost(facts)) {
      return { kind: 'refused', protocol, error: protocol.unknownOperation(name, undefined) };
    }
    return { kind: 'operation', service, protocol, operation };
  }

  private byCborPath(smithy: string, facts: RequestFacts): Route<S> {
    const protocol = protocolNamed('rpc-v2-cbor');
    const match = cborPath.exec(facts.rawPath);
    const service = this.services.find(
      ({ model, protocols }) =>
        model.serviceName === match?.[1] && protocols.includes('rpc-v2-cbor'),
    );
    const operation = service?.model.operation(match?.[2] ?? '');
    const isCbor = smithy === 'rpc-v2-cbor' && facts.method === 'POST';
    if (service === undefined || operation === undefined || !isCbor) {
      const error = protocol.unknownOperation(match?.[2] ?? '', undefined);
      return { kind: 'refused', protocol, error };
    }
    return { kind: 'operation', service, protocol, operation };
  }

  private routesOf(service: S): RestRoutes {
    let routes = this.restRoutes.get(service);
    if (routes === undefined) {
      routes = new RestRoutes(service.model);
      this.restRoutes.set(service, routes);
    }
    return routes;
  }

  private byPath(service: S, facts: RequestFacts): Route<S> {
    const protocol = protocolNamed(restName(service) ?? 'rest-json');
    const match = this.routesOf(service).find(facts);
    if (match.kind === 'found') {
      const { operation, labels } = match;
      return { kind: 'operation', service, protocol, operation, labels };
    }
    return { kind: 'refused', service, protocol, error: restFault(match, facts, protocol) };
  }

  /** Unsigned: a service that the path names; else the one whose paths are all names (S3). */
  private byAnyPath(facts: RequestFacts): Route<S> {
    let named: S | undefined;
    for (const service of this.restServices) {
      const match = this.routesOf(service).find(facts);
      if (match.kind === 'found' && match.literal) return this.byPath(service, facts);
      if (restName(service) === 'rest-xml') named ??= service;
    }
    const service = named ?? this.restServices[0];
    if (service !== undefined) return this.byPath(service, facts);
    return answered(404, []);
  }
}

const cborPath = /^\/(?:.*\/)?service\/([A-Za-z0-9_.]{1,100})\/operation\/([A-Za-z0-9_]{1,100})$/;

function isRootPost(facts: RequestFacts): boolean {
  return facts.method === 'POST' && facts.rawPath === '/';
}

function queryName(service: RoutedService | undefined): ProtocolName | undefined {
  return service?.protocols.find((name) => name === 'aws-query' || name === 'ec2-query');
}

function restName(service: RoutedService): ProtocolName | undefined {
  return service.protocols.find((name) => name === 'rest-xml' || name === 'rest-json');
}

const jsonType = /^application\/x-amz-json-(1\.[01]) *(?:;|$)/i;

/** The version that the client speaks counts, when the service speaks JSON at all. */
function jsonName(
  service: RoutedService,
  contentType: string | undefined,
): ProtocolName | undefined {
  const spoken = service.protocols.find((name) => name.startsWith('aws-json-'));
  const version = contentType === undefined ? undefined : jsonType.exec(contentType)?.[1];
  if (spoken === undefined || version === undefined) return spoken;
  return version === '1.0' ? 'aws-json-1.0' : 'aws-json-1.1';
}

function restFault(
  match: { readonly kind: string; readonly name?: string; readonly value?: string },
  facts: RequestFacts,
  protocol: Protocol,
): ServiceError {
  if (match.kind === 'undecodable') {
    return new ServiceError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
  if (match.kind === 'conflict') {
    // Unverified: AWS's text for two sub-resources in one request is not recorded.
    const message = `The query parameter ${match.name} does not apply to this request.`;
    return new ServiceError('InvalidArgument', message, 400, [
      ['ArgumentName', match.name ?? ''],
      ['ArgumentValue', match.value ?? ''],
    ]);
  }
  return protocol.unknownOperation(facts.method, undefined);
}

/**
 * A query service answers other paths with 404, and requests without an Action with its web page.
 * Unverified: IAM's page is recorded for IAM and STS; other services may name their own.
 */
function queryWithoutAction(facts: RequestFacts): AnsweredRoute {
  if (facts.rawPath !== '/') {
    return answered(404, [['content-type', 'text/xml']], '<UnknownOperationException/>\n');
  }
  const query = facts.query.map(({ rawName, rawValue }) => `${rawName}=${rawValue}`).join('&');
  const suffix = facts.method === 'GET' && query !== '' ? `?${query}` : '';
  return answered(302, [['location', `https://aws.amazon.com/iam${suffix}`]]);
}

function answered(status: number, headers: HttpResponse['headers'], body = ''): AnsweredRoute {
  return { kind: 'answered', response: { status, headers, body } };
}
