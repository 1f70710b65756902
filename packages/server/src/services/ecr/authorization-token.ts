/**
 * The password that a registry takes: GetAuthorizationToken's, good for what its caller may do, in
 * the region where it was issued.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
import type { SignedCaller } from '../../authentication/caller.ts';
import { type OpenedCaller, openCaller, sealCaller } from '../../authentication/sealed-caller.ts';
import type { Runtime } from '../service.ts';
import { tokenMilliseconds } from './limits.ts';

/** The user name that goes with every password. */
export const registryUserName = 'AWS';

/** A password; it has no colon, at which clients part it from the user name. */
export interface AuthorizationToken {
  readonly password: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const use = 'ecr';

/** Issues a password for twelve hours, or until the caller's session ends. `now` in milliseconds. */
export function issueAuthorizationToken(
  caller: SignedCaller,
  region: string,
  now: number,
  { sealer }: Pick<Runtime, 'sealer'>,
): AuthorizationToken {
  // Unverified: whether AWS's token outlives its session; the closed side is that it does not.
  const expiresAt = Math.min(now + tokenMilliseconds, caller.session?.expiresAt ?? Infinity);
  return { password: sealCaller(caller, { region, expiresAt }, use, sealer), expiresAt };
}

/**
 * Whom a password stands for at this moment; `gone`: its user, role or key no longer exists.
 * The registry must still compare `region` with the one that it answers for.
 */
export function openAuthorizationToken(
  password: string,
  now: number,
  runtime: Pick<Runtime, 'sealer' | 'directory' | 'accounts' | 'partition'>,
): OpenedCaller {
  return openCaller(password, now, use, runtime);
}
