/**
 * Dashboards: their bodies are kept and handed back; what widgets say is not checked.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
import type {
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@sekisho/catalog/types/cloudwatch';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { dashboardsOf } from '../alarm-store.ts';
import { dashboardArn } from '../arn.ts';
import { invalidDashboard, invalidNextToken, limitExceeded, resourceNotFound } from '../errors.ts';
import { dashboardBytesMax, dashboardsPerAccountMax } from '../limits.ts';
import { readTags } from '../tags.ts';

const namePattern = /^[A-Za-z0-9_-]{1,255}$/;
const listedDashboardsMax = 1000;

// Unverified: the texts.
export async function putDashboard(
  input: PutDashboardInput,
  context: OperationContext,
): Promise<PutDashboardOutput> {
  const { DashboardName: name, DashboardBody: body } = input;
  if (!namePattern.test(name)) {
    throw invalidDashboard(
      `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
    );
  }
  if (Buffer.byteLength(body) > dashboardBytesMax || !isObject(body)) {
    throw invalidDashboard('The field DashboardBody must be a valid JSON object');
  }
  const dashboards = dashboardsOf(context);
  const held = dashboards.find(name);
  if (held === undefined && dashboards.count() >= dashboardsPerAccountMax) {
    throw limitExceeded('The maximum limit for an account has already been reached.');
  }
  const record = { body, updatedAt: context.now, tags: held?.record.tags ?? readTags(input.Tags) };
  const change =
    held === undefined ? dashboards.create(name, record) : dashboards.replace(held, record);
  await context.commit([change]);
  return { DashboardValidationMessages: [] };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export function getDashboard(
  input: GetDashboardInput,
  context: OperationContext,
): GetDashboardOutput {
  const { DashboardName: name } = input;
  const held = dashboardsOf(context).find(name);
  if (held === undefined) throw unknownDashboard(name);
  return {
    DashboardArn: dashboardArn(name, context),
    DashboardBody: held.record.body,
    DashboardName: name,
  };
}

function unknownDashboard(name: string): Error {
  return resourceNotFound(`Dashboard ${name} does not exist`);
}

/** All or none. */
export async function deleteDashboards(
  input: DeleteDashboardsInput,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const dashboards = dashboardsOf(context);
  const changes = [...new Set(input.DashboardNames)].map((name) => {
    const held = dashboards.find(name);
    if (held === undefined) throw unknownDashboard(name);
    return dashboards.remove(held);
  });
  if (changes.length > 0) await context.commit(changes);
  return {};
}

export function listDashboards(
  input: ListDashboardsInput,
  context: OperationContext,
): ListDashboardsOutput {
  const { DashboardNamePrefix: prefix = '' } = input;
  const found = dashboardsOf(context)
    .all()
    .filter(({ name }) => name.startsWith(prefix));
  const page = paginate(
    found,
    ({ name }) => name,
    {
      token: input.NextToken,
      itemsMax: listedDashboardsMax,
      list: ['cloudwatch/dashboards', prefix],
      invalidToken: invalidNextToken,
    },
    context,
  );
  return {
    DashboardEntries: page.items.map(({ name, record }) => ({
      DashboardName: name,
      DashboardArn: dashboardArn(name, context),
      LastModified: new Date(record.updatedAt),
      Size: Buffer.byteLength(record.body),
    })),
    NextToken: page.nextToken,
  };
}
