/** What matching one statement needs to know of the request and of the policy it stands in. */
import type { PolicyVersion } from '../document/policy-document.ts';
import type { AuthorizationRequest, PolicySource, PolicyType } from '../request.ts';
import type { RequestContext } from '../request-context.ts';
import type { StepBudget } from '../step-budget.ts';

/** One policy being held against one request. */
export interface Evaluation {
  readonly request: AuthorizationRequest;
  readonly context: RequestContext;
  readonly budget: StepBudget;
  readonly policyType: PolicyType;
  readonly source: PolicySource;
  readonly version: PolicyVersion;
  readonly hasPermissionsBoundary: boolean;
}
