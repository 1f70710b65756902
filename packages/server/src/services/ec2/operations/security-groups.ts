/**
 * Security groups and their rules: metadata that launches and policies refer to.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
import type {
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  RevokeSecurityGroupIngressResult,
  SecurityGroup,
} from '@sekisho/catalog/types/ec2';
import type { Operation, OperationContext } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import type { SecurityGroupRecord, SecurityGroupRule } from '../entities.ts';
import {
  ec2Error,
  invalidParameterValue,
  missingParameter,
  unknownSecurityGroup,
} from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { rulesPerSecurityGroupMax, securityGroupsPerVpcMax } from '../limits.ts';
import { paginate } from '../paging.ts';
import {
  describePermissions,
  describeRule,
  isSameRule,
  type PlainRule,
  readRules,
} from '../security-group-rules.ts';
import { describeTags, readTagSpecifications } from '../tags.ts';
import { requireVpc } from './vpcs.ts';

export async function createSecurityGroup(
  input: CreateSecurityGroupRequest,
  context: OperationContext,
): Promise<CreateSecurityGroupResult> {
  const inventory = Inventory.of(context);
  const { GroupName: name, Description: description } = input;
  if (name === undefined || name === '') throw missingParameter('groupName');
  if (description === undefined || description === '') throw missingParameter('GroupDescription');
  checkName(name);
  const vpcId = input.VpcId ?? inventory.defaultVpc()?.id;
  if (vpcId === undefined) throw ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
  const vpc = requireVpc(vpcId, inventory);
  checkRoom(name, vpcId, inventory);
  const { random } = context.runtime.platform;
  const id = newId('sg', random);
  const type = 'security-group';
  const tags = readTagSpecifications(input.TagSpecifications, [type]).get(type) ?? [];
  const anywhere: SecurityGroupRule = {
    id: newId('sgr', random),
    egress: true,
    protocol: '-1',
    fromPort: -1,
    toPort: -1,
    cidrIpv4: '0.0.0.0/0',
  };
  const group: SecurityGroupRecord = { id, name, description, vpcId, rules: [anywhere], tags };
  // Writing the VPC as it is makes two groups of one name at once impossible.
  await context.commit([inventory.create(type, id, group), inventory.replace(vpc, vpc.record)]);
  return {
    GroupId: id,
    Tags: describeTags(tags),
    SecurityGroupArn: ec2Arn(inventory.place, type, id),
  };
}

function checkName(name: string): void {
  if (name.length > 255) {
    throw invalidParameterValue(
      `Value (${name}) for parameter GroupName is invalid. The name must not exceed 255 characters.`,
    );
  }
  if (name.startsWith('sg-')) {
    throw invalidParameterValue(
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
  }
}

function checkRoom(name: string, vpcId: string, inventory: Inventory): void {
  if (inventory.securityGroupNamed(vpcId, name) !== undefined) {
    throw ec2Error(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    );
  }
  const groups = inventory.list('security-group').filter(({ record }) => record.vpcId === vpcId);
  if (groups.length >= securityGroupsPerVpcMax) {
    throw ec2Error(
      'SecurityGroupLimitExceeded',
      'The maximum number of security groups has been reached.',
    );
  }
}

function requireGroup(
  input: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
  inventory: Inventory,
): Stored<SecurityGroupRecord> {
  const { GroupId: id, GroupName: name } = input;
  if (id === undefined && name === undefined) throw missingParameter('GroupName or GroupId');
  const vpcId = inventory.defaultVpc()?.id ?? '';
  const found = id ?? inventory.securityGroupNamed(vpcId, name ?? '')?.id;
  const stored = found === undefined ? undefined : inventory.find('security-group', found);
  if (stored === undefined) throw unknownSecurityGroup(id ?? name ?? '');
  return stored;
}

export async function deleteSecurityGroup(
  input: DeleteSecurityGroupRequest,
  context: OperationContext,
): Promise<DeleteSecurityGroupResult> {
  const inventory = Inventory.of(context);
  const stored = requireGroup(input, inventory);
  const { id, name } = stored.record;
  if (name === 'default') {
    throw ec2Error(
      'CannotDelete',
      `the specified group: "${id}" name: "default" cannot be deleted by a user`,
    );
  }
  const used = inventory
    .instances()
    .some(({ record }) => record.target !== 'terminated' && record.securityGroupIds.includes(id));
  const guards = inventory
    .list('vpc-endpoint')
    .some(({ record }) => record.securityGroupIds.includes(id));
  const named = inventory
    .list('security-group')
    .some(({ record }) => record.id !== id && record.rules.some((rule) => rule.groupId === id));
  if (used || guards || named)
    throw ec2Error('DependencyViolation', `resource ${id} has a dependent object`);
  await context.commit([inventory.remove(stored)]);
  return { Return: true, GroupId: id };
}

interface RuleRequest extends PlainRule {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly SecurityGroupRuleIds?: readonly string[] | undefined;
}

export function authorizeSecurityGroup(egress: boolean): Operation<RuleRequest> {
  return async (input, context): Promise<AuthorizeSecurityGroupIngressResult> => {
    const inventory = Inventory.of(context);
    const stored = requireGroup(input, inventory);
    const group = stored.record;
    const contents = readRules(input, egress, group, inventory);
    const added: SecurityGroupRule[] = [];
    for (const content of contents) {
      if ([...group.rules, ...added].some((rule) => isSameRule(rule, content))) {
        const { protocol, fromPort, toPort } = content;
        const peer = content.cidrIpv4 ?? content.cidrIpv6 ?? content.groupId ?? '';
        const ports =
          protocol === '-1'
            ? 'ALL'
            : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
        throw ec2Error(
          'InvalidPermission.Duplicate',
          `the specified rule "peer: ${peer}, ${ports}, ALLOW" already exists`,
        );
      }
      added.push({ id: newId('sgr', context.runtime.platform.random), ...content });
    }
    const rules = [...group.rules, ...added];
    if (rules.filter((rule) => rule.egress === egress).length > rulesPerSecurityGroupMax) {
      throw ec2Error(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    }
    await context.commit([inventory.replace(stored, { ...group, rules })]);
    return {
      Return: true,
      SecurityGroupRules: added.map((rule) => describeRule(rule, group, inventory)),
    };
  };
}

export function revokeSecurityGroup(egress: boolean): Operation<RuleRequest> {
  return async (input, context): Promise<RevokeSecurityGroupIngressResult> => {
    const inventory = Inventory.of(context);
    const stored = requireGroup(input, inventory);
    const group = stored.record;
    const ids = input.SecurityGroupRuleIds ?? [];
    const unknown = ids.find((id) => !group.rules.some((rule) => rule.id === id));
    if (unknown !== undefined) {
      throw ec2Error(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID '${unknown}' does not exist`,
      );
    }
    const contents = ids.length > 0 ? [] : readRules(input, egress, group, inventory);
    for (const content of contents) {
      if (!group.rules.some((rule) => isSameRule(rule, content))) {
        throw ec2Error(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      }
    }
    const rules = group.rules.filter(
      (rule) =>
        rule.egress !== egress ||
        !(ids.includes(rule.id) || contents.some((content) => isSameRule(rule, content))),
    );
    await context.commit([inventory.replace(stored, { ...group, rules })]);
    return { Return: true };
  };
}

const groupFilters = filterTable<SecurityGroupRecord>({
  description: ({ description }) => description,
  'egress.ip-permission.cidr': ({ rules }) => cidrsOf(rules, true),
  'group-id': ({ id }) => id,
  'group-name': ({ name }) => name,
  'ip-permission.cidr': ({ rules }) => cidrsOf(rules, false),
  'ip-permission.from-port': ({ rules }) =>
    rules.filter(({ egress }) => !egress).map(({ fromPort }) => String(fromPort)),
  'ip-permission.group-id': ({ rules }) =>
    rules.flatMap(({ egress, groupId }) => (egress || groupId === undefined ? [] : [groupId])),
  'ip-permission.protocol': ({ rules }) =>
    rules.filter(({ egress }) => !egress).map(({ protocol }) => protocol),
  'vpc-id': ({ vpcId }) => vpcId,
});

function cidrsOf(rules: readonly SecurityGroupRule[], egress: boolean): readonly string[] {
  return rules.flatMap((rule) =>
    rule.egress === egress && rule.cidrIpv4 !== undefined ? [rule.cidrIpv4] : [],
  );
}

export function describeSecurityGroups(
  input: DescribeSecurityGroupsRequest,
  context: OperationContext,
): DescribeSecurityGroupsResult {
  const inventory = Inventory.of(context);
  const ids = input.GroupIds ?? [];
  const names = input.GroupNames ?? [];
  const wanted = [
    ...ids.map((id) => requireGroup({ GroupId: id }, inventory)),
    ...names.map((name) => requireGroup({ GroupName: name }, inventory)),
  ];
  const stored = wanted.length === 0 ? inventory.list('security-group') : wanted;
  const records = stored.map(({ record }) => record);
  const groups = applyFilters(records, input.Filters, groupFilters, ({ tags }) => tags);
  const sorted = [...groups].sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeSecurityGroups');
  return {
    NextToken: page.NextToken,
    SecurityGroups: page.items.map((group) => describe(group, inventory)),
  };
}

function describe(group: SecurityGroupRecord, inventory: Inventory): SecurityGroup {
  const { place } = inventory;
  return {
    GroupId: group.id,
    IpPermissionsEgress: describePermissions(group, true, place.account),
    Tags: describeTags(group.tags),
    VpcId: group.vpcId,
    SecurityGroupArn: ec2Arn(place, 'security-group', group.id),
    OwnerId: place.account,
    GroupName: group.name,
    Description: group.description,
    IpPermissions: describePermissions(group, false, place.account),
  };
}

const ruleFilters = filterTable<{
  readonly group: SecurityGroupRecord;
  readonly rule: SecurityGroupRule;
}>({
  'group-id': ({ group }) => group.id,
  'security-group-rule-id': ({ rule }) => rule.id,
});

export function describeSecurityGroupRules(
  input: DescribeSecurityGroupRulesRequest,
  context: OperationContext,
): DescribeSecurityGroupRulesResult {
  const inventory = Inventory.of(context);
  const all = inventory
    .list('security-group')
    .flatMap(({ record: group }) => group.rules.map((rule) => ({ group, rule })));
  const ids = input.SecurityGroupRuleIds ?? [];
  const unknown = ids.find((id) => !all.some(({ rule }) => rule.id === id));
  if (unknown !== undefined) {
    throw ec2Error(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${unknown}' does not exist`,
    );
  }
  const chosen = all.filter(({ rule }) => ids.length === 0 || ids.includes(rule.id));
  const rules = [...applyFilters(chosen, input.Filters, ruleFilters)].sort((one, other) =>
    one.rule.id < other.rule.id ? -1 : 1,
  );
  const operation = 'DescribeSecurityGroupRules';
  const page = paginate(rules, ({ rule }) => rule.id, input, context, operation);
  return {
    SecurityGroupRules: page.items.map(({ rule, group }) => describeRule(rule, group, inventory)),
    NextToken: page.NextToken,
  };
}
