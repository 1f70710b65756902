/** The account's own record, read and changed member by member. */
import { createRecord, replaceRecord } from '../../directory/changes.ts';
import type { AccountRecord } from '../../directory/records.ts';
import { type Change, StoreConflict } from '../../store/store.ts';
import type { OperationContext, Runtime } from '../service.ts';

export function accountOf({ account, runtime }: OperationContext): AccountRecord {
  return runtime.directory.find(account, 'account', 'account')?.record ?? {};
}

/** Sets the members that are given; `undefined` takes one away. */
export function accountChange(
  context: OperationContext,
  members: { readonly [Name in keyof AccountRecord]: AccountRecord[Name] | undefined },
): Change {
  const { account, runtime } = context;
  const owned = runtime.directory.find(account, 'account', 'account');
  const entries = Object.entries({ ...owned?.record, ...members });
  const record: AccountRecord = Object.fromEntries(
    entries.filter(([, value]) => value !== undefined),
  );
  if (owned === undefined) return createRecord(account, 'account', 'account', record);
  return replaceRecord(owned, record);
}

/** Notes when each account was first held: the creation date of its root user. */
export async function registerAccounts({
  accounts,
  directory,
  platform,
  state,
}: Runtime): Promise<void> {
  const createdAt = platform.clock.now();
  const changes = accounts
    .filter((account) => directory.find(account, 'account', 'account') === undefined)
    .map((account) => createRecord(account, 'account', 'account', { createdAt }));
  if (changes.length === 0) return;
  try {
    await state.commit(changes);
  } catch (error) {
    // Another server on the same store has noted it first.
    if (!(error instanceof StoreConflict)) throw error;
  }
}
