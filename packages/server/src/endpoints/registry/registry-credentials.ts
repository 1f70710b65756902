/** Who asks a registry: the Basic credentials that GetAuthorizationToken gave out. */
import type { HttpRequest } from '../../protocol/http.ts';
import {
  openAuthorizationToken,
  registryUserName,
} from '../../services/ecr/authorization-token.ts';
import type { Runtime } from '../../services/service.ts';
import { tokenExpired, tokenInvalid } from './registry-error.ts';

const basicForm = /^Basic ([A-Za-z0-9+/]{1,16384}={0,2})$/i;

/** What a good password opens to. */
export type RegistryIdentity = Exclude<
  ReturnType<typeof openAuthorizationToken>,
  { readonly refused: string }
>;

/**
 * undefined: no credentials, or of another scheme, which is answered with the challenge. Throws
 * ServiceError where the password is no token of ours, or no longer one.
 */
export function readIdentity(request: HttpRequest, runtime: Runtime): RegistryIdentity | undefined {
  const header = request.header('authorization');
  const base64 = basicForm.exec(header ?? '')?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw tokenInvalid(400);
  const text = bytes.toString('latin1');
  const prefix = `${registryUserName}:`;
  if (!text.startsWith(prefix)) throw tokenInvalid(400);
  const opened = openAuthorizationToken(text.slice(prefix.length), request.receivedAt, runtime);
  if (opened.refused === undefined) return opened;
  if (opened.refused === 'expired') throw tokenExpired();
  // Unverified: AWS's answer where the token's owner is no more.
  throw tokenInvalid(opened.refused === 'gone' ? 403 : 400);
}
