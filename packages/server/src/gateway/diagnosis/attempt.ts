/** An operation as a principal would ask for it now: its demands decided, nothing done. */
import { authorize, type Decision } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';
import { NotMapped } from '../../services/demands/not-mapped.ts';
import type { DemandContext } from '../../services/service.ts';
import { enforce } from '../enforce.ts';
import type { GatewayParts } from '../parts.ts';

/** What would be asked for, as the service's model has it. */
export interface Attempt {
  /** `ecr`. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

/**
 * The decisions, those that deny with their trace. None where the operation would fail before it
 * asks (a bucket that does not exist), or this server has no such service.
 */
export async function attempt(
  { service: id, operation, input }: Attempt,
  context: DemandContext,
  parts: GatewayParts,
): Promise<readonly Decision[]> {
  const service = parts.runtime.service?.(id);
  if (service === undefined) return [];
  const { library } = parts;
  const now = context.http.receivedAt;
  try {
    const demands = await parts.ruleOf(service, operation)(input, context);
    const { authorized } = enforce(demands, { context, library, input, now });
    return authorized.decisions.filter((_, index) => demands[index]?.advisory !== true);
  } catch (error) {
    if (error instanceof ServiceError || error instanceof NotMapped) return [];
    throw error;
  }
}

/** The same request of a role as its own policies are now; the resource's policy stays as it was. */
export function decidedAs(
  { request, policies }: Decision,
  caller: DemandContext['caller'],
  { library }: GatewayParts,
): Decision | undefined {
  if (caller.kind !== 'role-session') return undefined;
  const { account, arn, roleArn, roleId: id } = caller;
  const principal = { type: 'role-session', account, arn, roleArn, id } as const;
  const { identity, boundary } = library.of(caller);
  const { boundary: _, session: __, ...rest } = policies;
  const own = { ...rest, identity, ...(boundary === undefined ? {} : { boundary }) };
  return authorize({ ...request, principal }, own);
}

/** Whether the role would be allowed the same request. */
export function roleMay(
  decision: Decision,
  caller: DemandContext['caller'],
  parts: GatewayParts,
): boolean {
  return decidedAs(decision, caller, parts)?.outcome === 'allow';
}
