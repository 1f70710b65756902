/** Operations whose UserName is optional mean the calling user. */
import type { Owned } from '../../directory/directory.ts';
import type { UserRecord } from '../../directory/records.ts';
import type { OperationContext } from '../service.ts';
import { validationError } from './errors.ts';
import { findUser } from './find.ts';

/** The named or the calling user. Throws ValidationError for callers that are no user. */
export function namedOrCallingUser(
  userName: string | undefined,
  context: OperationContext,
): Owned<UserRecord> {
  if (userName !== undefined) return findUser(context, userName);
  const { caller } = context;
  if (caller.kind === 'user') return findUser(context, caller.userName);
  throw validationError('Must specify userName when calling with non-User credentials');
}
