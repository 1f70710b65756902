/**
 * Reports on which services users and roles have reached, of those that their policies grant.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
import { loadActionIndex } from '@sekisho/catalog';
import type {
  EntityDetails,
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse,
  ServiceLastAccessed,
} from '@sekisho/catalog/types/iam';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { Json } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { toDate } from '../entities.ts';
import { noSuchEntity } from '../errors.ts';
import { paginate } from '../pagination.ts';
import {
  entitiesOf,
  grantedPrefixes,
  type LastAccess,
  lastAccesses,
} from './last-accessed-report.ts';

/** A report as it was when it was asked for; it is there at once. */
interface Report {
  readonly createdAt: number;
  /** Of every service that is granted; in order of their prefixes. */
  readonly services: readonly {
    readonly prefix: string;
    /** Latest first. */
    readonly accesses: readonly LastAccess[];
  }[];
}

/** Unverified: how long AWS keeps one. */
const reportMilliseconds = 24 * 60 * 60_000;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html */
export async function generateServiceLastAccessedDetails(
  { Arn, Granularity }: GenerateServiceLastAccessedDetailsRequest,
  context: OperationContext,
): Promise<GenerateServiceLastAccessedDetailsResponse> {
  const { now, runtime } = context;
  const entities = await entitiesOf(Arn, context);
  if (Granularity === 'ACTION_LEVEL') {
    throw new ServiceError(
      'NotImplemented',
      'Granularity ACTION_LEVEL of iam:GenerateServiceLastAccessedDetails is not implemented by ' +
        'this server.',
      501,
    );
  }
  const services = (await grantedPrefixes(Arn, context)).map((prefix) => ({
    prefix,
    accesses: lastAccesses(entities, prefix, context),
  }));
  const report: Report = { createdAt: now, services };
  const JobId = runtime.platform.random.uuid();
  const key = `${folderOf(context)}${JobId}`;
  // Reports are plain data; an interface only lacks the index signature of Json.
  const value = report as unknown as Json;
  await context.commit([{ key, value, ifRevision: 0 }, ...oldReports(context)]);
  return { JobId };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html */
export async function getServiceLastAccessedDetails(
  input: GetServiceLastAccessedDetailsRequest,
  context: OperationContext,
): Promise<GetServiceLastAccessedDetailsResponse> {
  const { services, createdAt } = findReport(input.JobId, context);
  const page = paginate(services, input, context, {
    list: ['GetServiceLastAccessedDetails', input.JobId],
    keyOf: ({ prefix }) => prefix,
    sorted: true,
  });
  const { serviceName } = await loadActionIndex();
  const items = page.items.map(({ prefix, accesses }): ServiceLastAccessed => {
    const [last] = accesses;
    return {
      ServiceName: serviceName(prefix) ?? prefix,
      ...(last === undefined ? {} : { LastAuthenticated: toDate(last.at) }),
      ServiceNamespace: prefix,
      ...(last === undefined ? {} : { LastAuthenticatedEntity: last.arn }),
      ...(last === undefined ? {} : { LastAuthenticatedRegion: last.region }),
      TotalAuthenticatedEntities: accesses.length,
    };
  });
  return {
    JobStatus: 'COMPLETED',
    JobType: 'SERVICE_LEVEL',
    JobCreationDate: toDate(createdAt),
    ServicesLastAccessed: items,
    JobCompletionDate: toDate(createdAt),
    ...page.rest,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html */
export function getServiceLastAccessedDetailsWithEntities(
  input: GetServiceLastAccessedDetailsWithEntitiesRequest,
  context: OperationContext,
): GetServiceLastAccessedDetailsWithEntitiesResponse {
  const { JobId, ServiceNamespace } = input;
  const { services, createdAt } = findReport(JobId, context);
  const accesses = services.find(({ prefix }) => prefix === ServiceNamespace)?.accesses ?? [];
  const page = paginate(accesses, input, context, {
    list: ['GetServiceLastAccessedDetailsWithEntities', JobId, ServiceNamespace],
    keyOf: ({ arn }) => arn,
    sorted: false,
  });
  const items = page.items.map(({ arn, name, kind, id, path, at }): EntityDetails => {
    const EntityInfo = { Arn: arn, Name: name, Type: kind, Id: id, Path: path };
    return { EntityInfo, LastAuthenticated: toDate(at) };
  });
  return {
    JobStatus: 'COMPLETED',
    JobCreationDate: toDate(createdAt),
    JobCompletionDate: toDate(createdAt),
    EntityDetailsList: items,
    ...page.rest,
  };
}

function folderOf({ account }: OperationContext): string {
  return `iam-last-accessed/${account}/`;
}

function findReport(jobId: string, context: OperationContext): Report {
  const key = `${folderOf(context)}${jobId}`;
  // Written by generateServiceLastAccessedDetails only; a job id with slashes is none.
  const report = jobId.includes('/') ? undefined : context.runtime.state.get(key);
  if (report === undefined) throw noSuchEntity(`Job id ${jobId} cannot be found.`);
  return report as unknown as Report;
}

function oldReports(context: OperationContext) {
  const { state } = context.runtime;
  return state.keys(folderOf(context)).flatMap((key) => {
    const { createdAt } = state.get(key) as unknown as Report;
    if (context.now - createdAt < reportMilliseconds) return [];
    return [{ key, value: undefined, ifRevision: state.revisionOf(key) }];
  });
}
