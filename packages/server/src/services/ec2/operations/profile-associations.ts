/**
 * The instance profile of a running or stopped instance: associate, replace, disassociate, describe.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
 */
import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileAssociation,
  IamInstanceProfileSpecification,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { requirePassRoleAsked } from '../authorization/pass-role.ts';
import type { InstanceRecord, ProfileAssociation } from '../entities.ts';
import { ec2Error, missingParameter, unknownAssociation } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { requireInstance } from '../instance-lookup.ts';
import { readProfile, requireProfile } from '../instance-profile.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { transitionMilliseconds } from '../limits.ts';
import { paginate } from '../paging.ts';

export async function associateProfile(
  input: AssociateIamInstanceProfileRequest,
  context: OperationContext,
): Promise<AssociateIamInstanceProfileResult> {
  const inventory = Inventory.of(context);
  const stored = requireInstance(input.InstanceId, inventory);
  const { record } = stored;
  if (record.target === 'terminated') {
    throw ec2Error(
      'IncorrectInstanceState',
      `The instance '${record.id}' is not in the 'running' or 'stopped' states.`,
    );
  }
  if (record.association !== undefined) {
    throw ec2Error('IncorrectState', `There is an existing association for instance ${record.id}`);
  }
  const association = newAssociation(input.IamInstanceProfile, inventory, context);
  await context.commit([inventory.replace(stored, { ...record, association })]);
  return { IamInstanceProfileAssociation: describe(record.id, association, 'associating') };
}

/** A new association under a new id; the old one is gone. */
export async function replaceProfile(
  input: ReplaceIamInstanceProfileAssociationRequest,
  context: OperationContext,
): Promise<ReplaceIamInstanceProfileAssociationResult> {
  const inventory = Inventory.of(context);
  const stored = requireAssociated(input.AssociationId, inventory);
  const association = newAssociation(input.IamInstanceProfile, inventory, context);
  await context.commit([inventory.replace(stored, { ...stored.record, association })]);
  return { IamInstanceProfileAssociation: describe(stored.record.id, association, 'associating') };
}

export async function disassociateProfile(
  input: DisassociateIamInstanceProfileRequest,
  context: OperationContext,
): Promise<DisassociateIamInstanceProfileResult> {
  const inventory = Inventory.of(context);
  const stored = requireAssociated(input.AssociationId, inventory);
  const { association, ...record } = stored.record;
  await context.commit([inventory.replace(stored, record)]);
  return {
    IamInstanceProfileAssociation:
      association && describe(record.id, association, 'disassociating'),
  };
}

function newAssociation(
  specification: IamInstanceProfileSpecification | undefined,
  inventory: Inventory,
  context: OperationContext,
): ProfileAssociation {
  const reference = readProfile(specification, context.runtime.directory, inventory.place);
  if (reference === undefined) throw missingParameter('IamInstanceProfile');
  const { profile, role } = requireProfile(reference);
  requirePassRoleAsked(context, role);
  return {
    id: newId('iip-assoc', context.runtime.platform.random),
    profileArn: profile.arn,
    profileId: profile.id,
    since: context.now,
  };
}

function requireAssociated(id: string | undefined, inventory: Inventory): Stored<InstanceRecord> {
  if (id === undefined || id === '') throw missingParameter('AssociationId');
  const stored = inventory.instanceOfAssociation(id);
  if (stored === undefined) throw unknownAssociation(id);
  return stored;
}

function describe(
  instanceId: string,
  association: ProfileAssociation,
  state: string,
): IamInstanceProfileAssociation {
  return {
    AssociationId: association.id,
    InstanceId: instanceId,
    IamInstanceProfile: { Arn: association.profileArn, Id: association.profileId },
    State: state,
  };
}

const associationFilters = filterTable<IamInstanceProfileAssociation>({
  'instance-id': ({ InstanceId: id }) => id,
  state: ({ State: state }) => state,
});

export function describeProfileAssociations(
  input: DescribeIamInstanceProfileAssociationsRequest,
  context: OperationContext,
): DescribeIamInstanceProfileAssociationsResult {
  const inventory = Inventory.of(context);
  const ids = new Set(input.AssociationIds ?? []);
  for (const id of ids) requireAssociated(id, inventory);
  const all = inventory.instances().flatMap(({ record }) => {
    const { association } = record;
    if (association === undefined || (ids.size > 0 && !ids.has(association.id))) return [];
    const settled = context.now >= association.since + transitionMilliseconds;
    return [describe(record.id, association, settled ? 'associated' : 'associating')];
  });
  const found = applyFilters(all, input.Filters, associationFilters);
  const page = paginate(
    found,
    ({ InstanceId: id = '' }) => id,
    input,
    context,
    'DescribeIamInstanceProfileAssociations',
  );
  return { IamInstanceProfileAssociations: page.items, NextToken: page.NextToken };
}
