/** CreateAlias, UpdateAlias, DeleteAlias and ListAliases. */
import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@sekisho/catalog/types/kms';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { invalid, limitExceeded, notFound } from '../errors.ts';
import { aliasArn } from '../key-id.ts';
import { KeyStore, requireKeyById, requireNotPending } from '../key-store.ts';
import { aliasesListedDefault, aliasesPerKeyMax } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { isManagedAlias } from '../managed-keys.ts';

/** Throws ValidationException, InvalidAliasNameException, NotAuthorizedException. */
function checkName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw invalid(
      'Alias must start with the prefix "alias/". Please see ' +
        'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  // Of AWS's own aliases no one may make, move or delete any (rule E11).
  if (isManagedAlias(name)) throw new ServiceError('NotAuthorizedException', '', 400);
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw new ServiceError(
      'InvalidAliasNameException',
      'Alias contains invalid characters. Restricted to alphanumerics, underscores, hyphens and ' +
        'slashes',
      400,
    );
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export async function createAlias(
  input: CreateAliasRequest,
  context: OperationContext,
): Promise<object> {
  const { AliasName: name } = input;
  checkName(name);
  const { record: key } = requireNotPending(requireKeyById(input.TargetKeyId, context));
  const store = new KeyStore(context);
  if (store.aliases.find(name) !== undefined) {
    const arn = aliasArn(context, context.account, name);
    const message = `An alias with the name ${arn} already exists`;
    throw new ServiceError('AlreadyExistsException', message, 400);
  }
  if (store.aliasesOf(key.id).length >= aliasesPerKeyMax) {
    throw limitExceeded('The request was rejected because a quota was exceeded.');
  }
  requireOwnKey(key.arn, context);
  const record = { name, keyId: key.id, createdAt: context.now, updatedAt: context.now };
  await context.commit([store.aliases.create(name, record)]);
  return {};
}

/** An alias points to a key of its own account. Unverified: the text. */
function requireOwnKey(arn: string, { account }: OperationContext): void {
  if (arn.split(':')[4] !== account) throw notFound(`Key '${arn}' does not exist`);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
export async function updateAlias(
  input: UpdateAliasRequest,
  context: OperationContext,
): Promise<object> {
  const { AliasName: name } = input;
  checkName(name);
  const { store, held } = requireAlias(name, context);
  const { record: key } = requireNotPending(requireKeyById(input.TargetKeyId, context));
  requireOwnKey(key.arn, context);
  const record = { ...held.record, keyId: key.id, updatedAt: context.now };
  await context.commit([store.aliases.replace(held, record)]);
  return {};
}

function requireAlias(name: string, context: OperationContext) {
  const store = new KeyStore(context);
  const held = store.aliases.find(name);
  if (held === undefined) {
    throw notFound(`Alias ${aliasArn(context, context.account, name)} is not found.`);
  }
  return { store, held };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html */
export async function deleteAlias(
  input: DeleteAliasRequest,
  context: OperationContext,
): Promise<object> {
  checkName(input.AliasName);
  const { store, held } = requireAlias(input.AliasName, context);
  await context.commit([store.aliases.remove(held)]);
  return {};
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
export function listAliases(
  input: ListAliasesRequest,
  context: OperationContext,
): ListAliasesResponse {
  const keyId = input.KeyId === undefined ? undefined : requireKeyById(input.KeyId, context).name;
  const aliases = new KeyStore(context).aliases
    .all()
    .map(({ record }) => record)
    .filter((alias) => keyId === undefined || alias.keyId === keyId);
  const list = ['ListAliases', keyId];
  const byName = ({ name }: { readonly name: string }) => name;
  const { items, rest } = listPage(aliases, byName, input, list, context, aliasesListedDefault);
  return {
    Aliases: items.map((alias) => ({
      AliasName: alias.name,
      AliasArn: aliasArn(context, context.account, alias.name),
      TargetKeyId: alias.keyId,
      CreationDate: new Date(alias.createdAt),
      LastUpdatedDate: new Date(alias.updatedAt),
    })),
    ...rest,
  };
}
