/** The policies of a simulation: those attached to an entity, and those given as texts. */
import type { PolicyIdentifier } from '@sekisho/catalog/types/iam';
import { checkIdentityPolicy, type PolicySource, parsePolicyDocument } from '@sekisho/policy';
import { foldCase, type GroupRecord, type PrincipalRecord } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { entityArn, parseIamArn } from '../arn.ts';
import { invalidInput, noSuchEntity } from '../errors.ts';
import { findGroup, findRole, findUser } from '../find.ts';
import { managedPolicy } from '../managed-policy.ts';

/** The entity whose policies are simulated. */
export interface SimulatedEntity {
  readonly kind: 'user' | 'group' | 'role';
  readonly record: PrincipalRecord & { readonly permissionsBoundary?: string };
  readonly groups: readonly GroupRecord[];
}

/** Throws InvalidInput for what is no user, group or role here, NoSuchEntity for an absent one. */
export function findEntity(arn: string, context: OperationContext): SimulatedEntity {
  const entity = findNamed(arn, context);
  const { kind, record } = entity;
  // Policies were asked about the ARN as it is given: spelled otherwise, it is another entity.
  if (entityArn(context, kind, record) === arn) return entity;
  throw noSuchEntity(`The ${kind} with name ${record.name} cannot be found.`);
}

function findNamed(arn: string, context: OperationContext): SimulatedEntity {
  const parts = parseIamArn(arn);
  const kind = parts?.kind;
  // Unverified: that the entity of another account is refused with the same words.
  if (parts === undefined || parts.account !== context.account) throw invalidEntity(arn);
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1);
  if (kind === 'user') {
    const { record } = findUser(context, name);
    return { kind, record, groups: record.groups.map((group) => findGroup(context, group).record) };
  }
  if (kind === 'role') return { kind, record: findRole(context, name).record, groups: [] };
  if (kind === 'group') return { kind, record: findGroup(context, name).record, groups: [] };
  throw invalidEntity(arn);
}

function invalidEntity(arn: string): Error {
  return invalidInput(`Invalid Entity Arn: ${arn}`);
}

/** Texts of a request as policies: `PolicyInputList.1`. Throws InvalidInput. */
export function givenPolicies(texts: readonly string[], list: string): readonly PolicySource[] {
  return texts.map((text, index) => givenPolicy(text, `${list}.${index + 1}`));
}

function givenPolicy(text: string, name: string): PolicySource {
  const problem = checkIdentityPolicy(text);
  // Unverified: AWS's words.
  if (problem !== undefined)
    throw invalidInput(`Invalid Input Policy: ${name}: ${problem.message}`);
  return readPolicy(text, name);
}

/** A policy of which only the grammar is asked: resource-based policies differ by service. */
export function readPolicy(text: string, name: string, arn?: string): PolicySource {
  const { document, error } = parsePolicyDocument(text);
  // Unverified: AWS's words.
  if (document === undefined) throw invalidInput(`Invalid Input Policy: ${name}: ${error.message}`);
  return { document, name, ...(arn === undefined ? {} : { arn }) };
}

/** Every policy of the entity and of its groups, named as the simulator names them. */
export async function attachedPolicies(
  { kind, record, groups }: SimulatedEntity,
  excluded: readonly PolicyIdentifier[],
  context: OperationContext,
): Promise<readonly PolicySource[]> {
  const owners = [{ kind, record }, ...groups.map((group) => ({ kind: 'group', record: group }))];
  const sources: PolicySource[] = [];
  for (const owner of owners) {
    const { name, inlinePolicies } = owner.record;
    for (const [policy, text] of inlinePolicies) {
      if (excluded.some((one) => namesInline(one, owner.kind, name, policy))) continue;
      sources.push(readPolicy(text, `${owner.kind}_${name}_${policy}`));
    }
    for (const arn of owner.record.attachedPolicies) {
      if (excluded.some(({ PolicyArn }) => PolicyArn === arn)) continue;
      sources.push(await readManaged(arn, context));
    }
  }
  return sources;
}

/** The default version of a managed policy, under the policy's name. */
export async function readManaged(arn: string, context: OperationContext): Promise<PolicySource> {
  const policy = await managedPolicy(arn, context);
  const version = policy?.versions().find(({ id }) => id === policy.defaultVersion);
  if (policy === undefined || version === undefined)
    throw invalidInput(`Invalid Entity Arn: ${arn}`);
  return readPolicy(version.document, policy.name, arn);
}

function namesInline(
  { InlinePolicyIdentifier: inline }: PolicyIdentifier,
  kind: string,
  owner: string,
  policy: string,
): boolean {
  return (
    inline?.PolicyName === policy &&
    inline.AttachmentName === owner &&
    foldCase(inline.AttachmentType) === kind
  );
}
