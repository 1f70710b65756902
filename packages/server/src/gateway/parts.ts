/** What the gateway is made of. */
import type { Authenticator } from '../authentication/authenticator.ts';
import type { OidcWebIdentities } from '../authentication/web-identity/oidc-web-identities.ts';
import type { OidcIssuer } from '../endpoints/oidc-issuer/index.ts';
import type { PolicyLibrary } from '../information/policies.ts';
import type { Platform } from '../platform/platform.ts';
import type { Router } from '../protocol/router.ts';
import type { DemandRule, Runtime, Service } from '../services/service.ts';
import type { Configuration } from './configuration.ts';
import type { DecisionJournal } from './decision-journal.ts';
import type { EventLog } from './event-log.ts';
import type { LastUse } from './last-use.ts';
import type { Metrics } from './metrics.ts';

/** Everything that a request meets on its way. */
export interface GatewayParts {
  readonly configuration: Configuration;
  readonly platform: Platform;
  readonly runtime: Runtime;
  readonly router: Router<Service>;
  readonly authenticator: Authenticator;
  readonly library: PolicyLibrary;
  /** The demands of an operation; a rule that refuses where nothing is mapped. */
  readonly ruleOf: (service: Service, operation: string) => DemandRule<unknown>;
  readonly eventLog: EventLog;
  readonly journal: DecisionJournal;
  readonly lastUse: LastUse;
  readonly metrics: Metrics;
  /** Stands in for the configured issuers; absent: for none. */
  readonly oidcIssuer?: OidcIssuer;
  /** Verifies tokens for explanations. */
  readonly webIdentities: OidcWebIdentities;
  /** Host names that a bucket's name may stand in front of. */
  readonly bucketSuffixes: readonly string[];
  /** Headers that every response carries when enforcement or authentication is off. */
  readonly modeHeaders: readonly (readonly [name: string, value: string])[];
}
