/** What matching one statement needs to know of the request and of the policy it stands in. */
import type { PolicyVersion } from '../document/policy-document.ts';
import type { AuthorizationRequest, PolicySource, PolicyType } from '../request.ts';
import type { RequestContext } from '../request-context.ts';
import type { Steps } from '../step-budget.ts';

/** One policy being held against one request. */
export interface Evaluation {
  readonly request: AuthorizationRequest;
  /** The request's action in lower case. */
  readonly action: string;
  readonly context: RequestContext;
  readonly budget: Steps;
  /** Whether somebody wants to know why: then no value is given up before all of it was read. */
  readonly explaining?: boolean;
  /** What elements are charged to that are asked for after the decision. */
  readonly explanation: Steps;
  readonly policyType: PolicyType;
  readonly source: PolicySource;
  readonly version: PolicyVersion;
  readonly hasPermissionsBoundary: boolean;
}
