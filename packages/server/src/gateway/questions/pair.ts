/** One (principal, action, resource) decided as the live request would be, on the live directory. */
import { authorize, type Decision, type PolicySet, type TracedDecision } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';
import type { ContextEntry } from '../../information/entries.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { repositoryDemand } from '../../services/ecr/demands.ts';
import { keyDemand } from '../../services/kms/demands.ts';
import { lookUpBucket } from '../../services/s3/authorization/bucket.ts';
import { onBucket, onObject } from '../../services/s3/authorization/demand.ts';
import { secretDemand } from '../../services/secretsmanager/demands.ts';
import type { Demand, DemandContext } from '../../services/service.ts';
import { trustDemand } from '../../services/sts/trust.ts';
import { enforce } from '../enforce.ts';
import type { GatewayParts } from '../parts.ts';
import type { Subject } from './subject.ts';

/** A question's pair; `context` adds to what the request would carry, or replaces it. */
export interface Pair {
  readonly subject: Subject;
  readonly action: string;
  readonly resource: string;
  readonly context: readonly ContextEntry[];
}

/** The decision of a pair. Without a trace when a policy cannot be read. */
export type PairDecision = Decision & { readonly trace?: TracedDecision['trace'] };

const roleResource = /^arn:[a-z-]+:iam::\d{12}:role\/.+$/;
const secretResource = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/;
const keyResource = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[^*?]+$/;
const repositoryResource = /^arn:[a-z-]+:ecr:[a-z0-9-]+:(\d{12}):repository\/([^*?]+)$/;
const s3Resource = /^arn:[a-z-]+:s3:::([^/]+)(?:\/(.+))?$/s;

/** Whether the action is asked of a role's trust policy. */
export function asksTrustPolicy(action: string, resource: string): boolean {
  return action.startsWith('sts:') && roleResource.test(resource);
}

/** The bucket that a resource names. */
export function bucketName(resource: string): string | undefined {
  return s3Resource.exec(resource)?.[1];
}

/** The demand as the service itself would make it, resource-based policy included. */
function demandOf({ action, resource, context }: Pair, subject: DemandContext): Demand {
  if (asksTrustPolicy(action, resource)) {
    const refused = () => new ServiceError('AccessDenied', 'refused', 403);
    return trustDemand(action, resource, context, subject, refused);
  }
  const [, name, key] = s3Resource.exec(resource) ?? [];
  const bucket = name === undefined ? undefined : lookUpBucket(subject.runtime.state, name);
  if (bucket !== undefined && action.startsWith('s3:') && action !== 's3:CreateBucket') {
    const short = action.slice('s3:'.length);
    return key === undefined
      ? onBucket(subject, bucket, short)
      : onObject(subject, bucket, short, key);
  }
  if (action.startsWith('secretsmanager:') && secretResource.test(resource)) {
    return secretDemand(action.slice('secretsmanager:'.length), resource, subject);
  }
  if (action.startsWith('kms:') && keyResource.test(resource)) {
    return keyDemand(resource, { operation: action.slice('kms:'.length) }, subject);
  }
  const [, registryId, repositoryName] = repositoryResource.exec(resource) ?? [];
  if (action.startsWith('ecr:') && repositoryName !== undefined) {
    const target = { repositoryName, registryId };
    return repositoryDemand(action.slice('ecr:'.length), target, subject);
  }
  return { action, resource };
}

/** The region of the endpoint that the request would go to. */
function regionOf({ action, resource }: Pair, asker: string): string {
  if (action.startsWith('iam:')) return 'us-east-1';
  const region = resource.split(':')[3] ?? '';
  return /^[a-z0-9-]+$/.test(region) ? region : asker;
}

/** Decides it with a trace. */
export function decidePair(pair: Pair, parts: GatewayParts): PairDecision {
  const { context: asked } = pair.subject;
  const context = { ...asked, region: regionOf(pair, asked.region) };
  const { authorized } = enforce([demandOf(pair, context)], {
    context,
    library: parts.library,
    input: {},
    now: context.http.receivedAt,
  });
  const [decision] = authorized.decisions;
  if (decision === undefined) throw new Error('a demand was not decided');
  if (decision.failure !== undefined) return decision;
  const given = new Set(pair.context.map(([key]) => foldCase(key)));
  const entries = [...decision.request.context].filter(([key]) => !given.has(foldCase(key)));
  const request = { ...decision.request, context: [...entries, ...pair.context] };
  return authorize(request, decision.policies);
}

/** The same question of other policies. */
export function decideWith(decision: PairDecision, policies: PolicySet): TracedDecision {
  return authorize(decision.request, policies);
}
