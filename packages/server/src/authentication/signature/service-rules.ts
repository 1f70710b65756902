/** What the service that a request was routed to expects of its signature. */
import type { ErrorFamily } from '../authentication-error.ts';

/** The rules of one service. */
export interface ServiceRules {
  readonly family: ErrorFamily;
  /** The service's name in credential scopes. */
  readonly signingName: string;
  /** The only region accepted in the scope; undefined: every region. */
  readonly region?: string;
  /** Whether a region exists; asked when `region` is undefined. */
  readonly isRegion: (region: string) => boolean;
  /** The region to name in S3's text when the scope's is no region at all. */
  readonly defaultRegion: string;
  /** S3 alone has its own path rule, payload modes, clock window and presigning. */
  readonly isS3: boolean;
}
