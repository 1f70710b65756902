/** DescribeParameters, GetParameterHistory, DeleteParameter and DeleteParameters. */
import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
} from '@sekisho/catalog/types/ssm';
import type { Change } from '../../../store/store.ts';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { ParameterVersion } from '../entities.ts';
import { invalid, invalidNextToken } from '../errors.ts';
import { checkDescribeFilters, fromOldFilters, matchesFilters } from '../filters.ts';
import { describedDefault } from '../limits.ts';
import { parameterArn, readReference } from '../parameter-name.ts';
import {
  type FoundParameter,
  findParameter,
  latest,
  ParameterStore,
  requireParameter,
} from '../parameter-store.ts';
import { shownValue } from './read-parameters.ts';

function metadata(name: string, version: ParameterVersion) {
  return {
    Name: name,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedUser,
    Description: version.description,
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export function describeParameters(
  input: DescribeParametersRequest,
  context: OperationContext,
): DescribeParametersResult {
  if (input.Filters?.length && input.ParameterFilters?.length) {
    throw invalid("You can't use Filters and ParameterFilters in the same request.");
  }
  const filters = input.ParameterFilters ?? fromOldFilters(input.Filters ?? []);
  checkDescribeFilters(filters);
  // Nothing is shared with this account: sharing is not written.
  const all = input.Shared === true ? [] : new ParameterStore(context).parameters.all();
  const found = all.filter(({ record }) => matchesFilters(record, filters));
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? describedDefault,
    list: ['DescribeParameters', JSON.stringify(filters)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(found, ({ name }) => name, request, context);
  return {
    Parameters: items.map(({ name, record }) => ({
      ...metadata(name, latest(record)),
      ARN: parameterArn(context, name),
    })),
    NextToken: nextToken,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export async function getParameterHistory(
  input: GetParameterHistoryRequest,
  context: OperationContext,
): Promise<GetParameterHistoryResult> {
  const found = requireParameter(input.Name, context);
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? describedDefault,
    list: ['GetParameterHistory', found.name],
    invalidToken: invalidNextToken,
  };
  const keyOf = ({ version }: ParameterVersion) => String(version).padStart(12, '0');
  const { items, nextToken } = paginate(found.record.versions, keyOf, request, context);
  const parameters = await Promise.all(
    items.map(async (version) => ({
      ...metadata(found.name, version),
      Value: await shownValue(found, version, input.WithDecryption === true, context),
      Labels: version.labels,
    })),
  );
  return { Parameters: parameters, NextToken: nextToken };
}

function removal(found: FoundParameter): readonly Change[] {
  const values = found.store.values(found.name);
  return [
    found.store.parameters.remove(found),
    ...values.all().map((value) => values.remove(value)),
  ];
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export async function deleteParameter(
  input: DeleteParameterRequest,
  context: OperationContext,
): Promise<object> {
  await context.commit(removal(requireParameter(input.Name, context)));
  return {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export async function deleteParameters(
  input: DeleteParametersRequest,
  context: OperationContext,
): Promise<DeleteParametersResult> {
  const names = [...new Set(input.Names)];
  const found = names.map((text) => {
    const reference = readReference(text, context);
    const there = reference.selector === undefined ? findParameter(reference, context) : undefined;
    return [text, there] as const;
  });
  const changes = found.flatMap(([, there]) => (there === undefined ? [] : removal(there)));
  if (changes.length > 0) await context.commit(changes);
  return {
    DeletedParameters: found.flatMap(([text, there]) => (there === undefined ? [] : text)),
    InvalidParameters: found.flatMap(([text, there]) => (there === undefined ? text : [])),
  };
}
