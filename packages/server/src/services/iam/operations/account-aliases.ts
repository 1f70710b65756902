/** The alias of the account: at most one, and no two accounts share one. */
import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '@sekisho/catalog/types/iam';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { accountChange, accountOf } from '../account-record.ts';
import { entityAlreadyExists, noSuchEntity } from '../errors.ts';
import { paginate } from '../pagination.ts';

/** Takes the place of a former alias. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
export async function createAccountAlias(
  input: CreateAccountAliasRequest,
  context: OperationContext,
): Promise<object> {
  const { AccountAlias } = input;
  const { state } = context.runtime;
  const key = reservationKey(AccountAlias);
  // Unverified: the text.
  if (state.get(key) !== undefined) {
    throw entityAlreadyExists(`The account alias ${AccountAlias} already exists.`);
  }
  const former = currentAlias(context);
  const released = former === undefined ? [] : [release(former, context)];
  await context.commit([
    { key, value: { account: context.account }, ifRevision: 0 },
    ...released,
    accountChange(context, { alias: AccountAlias }),
  ]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html */
export async function deleteAccountAlias(
  input: DeleteAccountAliasRequest,
  context: OperationContext,
): Promise<object> {
  const { AccountAlias } = input;
  if (currentAlias(context) !== AccountAlias) {
    // Unverified: the text.
    throw noSuchEntity(`The account alias ${AccountAlias} cannot be found.`);
  }
  await context.commit([
    release(AccountAlias, context),
    accountChange(context, { alias: undefined }),
  ]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export function listAccountAliases(
  input: ListAccountAliasesRequest,
  context: OperationContext,
): ListAccountAliasesResponse {
  const alias = currentAlias(context);
  const page = paginate(alias === undefined ? [] : [alias], input, context, {
    list: ['ListAccountAliases'],
    keyOf: (item) => item,
    sorted: true,
  });
  return { AccountAliases: page.items, ...page.rest };
}

function currentAlias(context: OperationContext): string | undefined {
  return accountOf(context).alias;
}

/** A record of the alias itself keeps two accounts from taking it at the same time. */
function reservationKey(alias: string): string {
  return `account-alias/${alias}`;
}

function release(alias: string, context: OperationContext): Change {
  const key = reservationKey(alias);
  return { key, value: undefined, ifRevision: context.runtime.state.revisionOf(key) };
}
