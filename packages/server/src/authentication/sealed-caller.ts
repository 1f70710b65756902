/** A caller sealed into a password of another scheme than signatures, opened as it is at each use. */
import { type Authenticated, proveAuthenticated } from './authenticated.ts';
import type { Session, SignedCaller } from './caller.ts';
import { LiveCallers, type LiveCallersParts } from './live-callers.ts';

/** What a password seals. */
interface SealedCaller {
  readonly account: string;
  readonly accessKeyId: string;
  /** Of temporary credentials; without, the long-term key is looked up again. */
  readonly session?: Session;
  readonly isRoot: boolean;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Sealer {
  seal(plaintext: string, associated: string): string;
  open(sealed: string, associated: string): string | undefined;
}

/** A password of base64url characters only. `use` keeps the passwords of two schemes apart. */
export function sealCaller(
  caller: SignedCaller,
  limits: { readonly region: string; readonly expiresAt: number },
  use: string,
  sealer: Sealer,
): string {
  const { account, accessKeyId, session, kind } = caller;
  const sealed: SealedCaller = {
    account,
    accessKeyId,
    ...(session === undefined ? {} : { session }),
    isRoot: kind === 'root',
    ...limits,
  };
  return toUrlSafe(sealer.seal(JSON.stringify(sealed), `sealed-caller/${use}`));
}

/** Whom a password stands for now, or why it is refused. */
export type OpenedCaller =
  | {
      readonly authenticated: Authenticated;
      readonly caller: SignedCaller;
      /** Where it was issued. */
      readonly region: string;
      readonly expiresAt: number;
      readonly refused?: never;
    }
  | { readonly refused: 'invalid' | 'expired' | 'gone' };

/**
 * Opens a password. `invalid`: not ours, or changed. `gone`: its user, role or key is, or is
 * inactive.
 * `now` in milliseconds.
 */
export function openCaller(
  password: string,
  now: number,
  use: string,
  parts: LiveCallersParts & { readonly sealer: Sealer },
): OpenedCaller {
  const base64 = fromUrlSafe(password);
  const text = base64 && parts.sealer.open(base64, `sealed-caller/${use}`);
  if (text === undefined) return { refused: 'invalid' };
  // What opens under our key was written by sealCaller.
  const sealed = JSON.parse(text) as SealedCaller;
  const { region, expiresAt } = sealed;
  if (now >= expiresAt) return { refused: 'expired' };
  const caller = liveCaller(sealed, new LiveCallers(parts));
  if (caller === undefined) return { refused: 'gone' };
  const authenticated = proveAuthenticated({
    caller,
    authenticationType: 'none',
    signatureVersion: 'none',
    region,
  });
  return { authenticated, caller, region, expiresAt };
}

function liveCaller(
  { account, accessKeyId, session, isRoot }: SealedCaller,
  callers: LiveCallers,
): SignedCaller | undefined {
  if (session !== undefined) return callers.session(session);
  if (!isRoot) return callers.keyHolder(accessKeyId);
  return callers.holds(account) ? callers.root(account, accessKeyId) : undefined;
}

const urlSafeShape = /^[A-Za-z0-9_-]+$/;

function toUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromUrlSafe(text: string): string | undefined {
  if (!urlSafeShape.test(text)) return undefined;
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
}
