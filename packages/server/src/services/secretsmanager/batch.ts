/** BatchGetSecretValue: which secrets it reads, and the demands of each, refused one by one. */
import type {
  APIErrorType as BatchError,
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  SecretValueEntry,
} from '@sekisho/catalog/types/secretsmanager';
import { denialMessage } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';
import { paginate } from '../records/page.ts';
import type { Demand, DemandContext, OperationContext } from '../service.ts';
import { readDemands } from './demands.ts';
import { invalidNextToken, invalidParameter } from './errors.ts';
import { matchesFilters } from './filters.ts';
import { batchMax } from './limits.ts';
import { getSecretValue } from './operations/values.ts';
import { isGone, SecretStore } from './secret-store.ts';

const actionDemand: Demand = {
  action: 'secretsmanager:BatchGetSecretValue',
  resource: '*',
  resourceText: null,
};
const listDemand: Demand = {
  action: 'secretsmanager:ListSecrets',
  resource: '*',
  resourceText: null,
};

interface Batch {
  readonly secrets: readonly { readonly id: string; readonly demands: readonly Demand[] }[];
  readonly nextToken: string | undefined;
}

async function readBatch(
  input: BatchGetSecretValueRequest,
  context: DemandContext,
): Promise<Batch> {
  const { ids, nextToken } = idsOf(input, context);
  const secrets = await Promise.all(
    ids.map(async (id) => ({ id, demands: await readDemands({ SecretId: id }, context) })),
  );
  return { secrets, nextToken };
}

function idsOf(
  input: BatchGetSecretValueRequest,
  context: DemandContext,
): { readonly ids: readonly string[]; readonly nextToken: string | undefined } {
  const { SecretIdList: ids, Filters: filters } = input;
  if ((ids === undefined) === (filters === undefined)) {
    // Unverified: the text.
    throw invalidParameter('You must include Filters or SecretIdList, but not both.');
  }
  if (ids !== undefined) return { ids, nextToken: undefined };
  const now = context.http.receivedAt;
  const found = new SecretStore(context).secrets
    .all()
    .map(({ record }) => record)
    .filter((record) => !isGone(record, now) && record.deletedAt === undefined)
    .filter((record) => matchesFilters(record, filters ?? [], context));
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? batchMax,
    list: ['BatchGetSecretValue', JSON.stringify(filters)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(found, ({ name }) => name, request, context);
  return { ids: items.map(({ arn }) => arn), nextToken };
}

export async function batchDemands(
  input: BatchGetSecretValueRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const { secrets } = await readBatch(input, context);
  const own = input.Filters === undefined ? [actionDemand] : [actionDemand, listDemand];
  const each = secrets.flatMap(({ demands }) => demands);
  return [...own, ...each.map((demand) => ({ ...demand, advisory: true }))];
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html */
export async function batchGetSecretValue(
  input: BatchGetSecretValueRequest,
  context: OperationContext,
): Promise<BatchGetSecretValueResponse> {
  const { secrets, nextToken } = await readBatch(input, context);
  const { decisions } = context.authorized;
  let next = input.Filters === undefined ? 1 : 2;
  const values: SecretValueEntry[] = [];
  const errors: BatchError[] = [];
  for (const { id, demands } of secrets) {
    const own = decisions.slice(next, next + demands.length);
    next += demands.length;
    try {
      const refused = own.findIndex(({ outcome }) => outcome !== 'allow');
      const decision = own[refused];
      if (decision !== undefined) {
        throw (
          demands[refused]?.whenDenied?.(decision) ??
          new ServiceError('AccessDeniedException', denialMessage({ decision }), 400)
        );
      }
      if (own.length < demands.length) throw new Error('a demand was not decided');
      values.push(await getSecretValue({ SecretId: id }, context));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues: values, Errors: errors, NextToken: nextToken };
}
