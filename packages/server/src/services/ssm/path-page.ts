/** The page of GetParametersByPath: asked for by its demands and by the operation alike. */
import type { GetParametersByPathRequest } from '@sekisho/catalog/types/ssm';
import { type Page, paginate } from '../records/page.ts';
import type { DemandContext } from '../service.ts';
import { invalidNextToken, invalidPath } from './errors.ts';
import { checkPathFilters, isBelow, matchesFilters } from './filters.ts';
import { pathPageMax } from './limits.ts';
import { parameterArn } from './parameter-name.ts';
import { type FoundParameter, ParameterStore } from './parameter-store.ts';

const pathForm = /^\/(?:[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*\/?)?$/;

/** Throws ValidationException for a path of another form, InvalidFilterKey, InvalidNextToken. */
export function pathPage(
  input: GetParametersByPathRequest,
  context: DemandContext,
): Page<FoundParameter> {
  const { Path: path, ParameterFilters: filters = [] } = input;
  if (!pathForm.test(path)) throw invalidPath();
  checkPathFilters(filters);
  const store = new ParameterStore(context);
  const depth = input.Recursive === true ? 'Recursive' : 'OneLevel';
  const found = store.parameters
    .all()
    .filter(({ name, record }) => isBelow(name, path, depth) && matchesFilters(record, filters))
    .map((held) => ({ ...held, store, arn: parameterArn(context, held.name) }));
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? pathPageMax,
    list: ['GetParametersByPath', path, depth, JSON.stringify(filters)],
    invalidToken: invalidNextToken,
  };
  return paginate(found, ({ name }) => name, request, context);
}
