/** Rules of security groups: from IpPermissions to single rules and back. */
import type {
  SecurityGroupRule as DescribedRule,
  IpPermission,
  UserIdGroupPair,
} from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../directory/records.ts';
import { ec2Arn } from './arn.ts';
import type { SecurityGroupRecord, SecurityGroupRule } from './entities.ts';
import { invalidParameterValue, missingParameter, unknownSecurityGroup } from './errors.ts';
import type { Inventory } from './inventory.ts';
import { parseCidr } from './ipv4.ts';
import { describeTags } from './tags.ts';

/** A rule without an id yet. */
export type RuleContent = Omit<SecurityGroupRule, 'id'>;

/** The old members of the Authorize and Revoke requests: one rule in plain members. */
export interface PlainRule {
  readonly CidrIp?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
  readonly ToPort?: number | undefined;
}

const protocols: ReadonlyMap<string, string> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
  ['1', 'icmp'],
  ['58', 'icmpv6'],
  ['all', '-1'],
]);

/** The rules that the request names, each with exactly one source or destination. */
export function readRules(
  input: PlainRule,
  egress: boolean,
  group: SecurityGroupRecord,
  inventory: Inventory,
): readonly RuleContent[] {
  const permissions = [...(input.IpPermissions ?? [])];
  if (input.IpProtocol !== undefined || input.CidrIp !== undefined) {
    const name = input.SourceSecurityGroupName;
    permissions.push({
      IpProtocol: input.IpProtocol ?? '-1',
      FromPort: input.FromPort,
      ToPort: input.ToPort,
      IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
      UserIdGroupPairs: name === undefined ? [] : [{ GroupName: name }],
    });
  }
  const rules = permissions.flatMap((permission) =>
    readPermission(permission, egress, group, inventory),
  );
  if (rules.length === 0) throw missingParameter('ipPermissions');
  return rules;
}

function readPermission(
  permission: IpPermission,
  egress: boolean,
  group: SecurityGroupRecord,
  inventory: Inventory,
): readonly RuleContent[] {
  const base = { egress, ...readPorts(permission) };
  const described = (text: string | undefined) => (text === undefined ? {} : { description: text });
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp: cidr = '', Description: text }) => {
      // 10.0.0.1/8 is taken as 10.0.0.0/8 by some clients only: refused here.
      if (parseCidr(cidr) === undefined) {
        throw invalidParameterValue(`CIDR block ${cidr} is malformed`);
      }
      return { ...base, cidrIpv4: cidr, ...described(text) };
    }),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6: cidr = '', Description: text }) => {
      if (!/^[0-9a-fA-F:.]{2,45}\/\d{1,3}$/.test(cidr)) {
        throw invalidParameterValue(`CIDR block ${cidr} is malformed`);
      }
      return { ...base, cidrIpv6: cidr, ...described(text) };
    }),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId: id = '', Description: text }) => ({
      ...base,
      prefixListId: id,
      ...described(text),
    })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
      ...base,
      groupId: pairedGroup(pair, group, inventory),
      ...described(pair.Description),
    })),
  ];
}

function readPorts({ IpProtocol: name, FromPort: from, ToPort: to }: IpPermission) {
  if (name === undefined || name === '') throw missingParameter('ipProtocol');
  const protocol = protocols.get(name) ?? name;
  if (protocol === '-1') return { protocol, fromPort: -1, toPort: -1 };
  if (!/^(tcp|udp|icmp|icmpv6|\d{1,3})$/.test(protocol) || Number(protocol) > 255) {
    throw invalidParameterValue(`Invalid value '${name}' for IP protocol. Unknown protocol.`);
  }
  if (protocol === 'tcp' || protocol === 'udp') {
    if (from === undefined || to === undefined) {
      throw invalidParameterValue(
        `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
      );
    }
    const bad = [from, to].find((port) => port < 0 || port > 65_535);
    if (bad !== undefined) throw invalidParameterValue(`Invalid port number: ${bad}`);
    if (from > to) throw invalidParameterValue(`Invalid TCP/UDP port range (${from}:${to})`);
  }
  return { protocol, fromPort: from ?? -1, toPort: to ?? -1 };
}

function pairedGroup(
  pair: UserIdGroupPair,
  group: SecurityGroupRecord,
  inventory: Inventory,
): string {
  const { GroupId: id, GroupName: name } = pair;
  const found =
    id !== undefined
      ? inventory.find('security-group', id)?.record
      : inventory.securityGroupNamed(group.vpcId, name ?? '');
  if (found === undefined) throw unknownSecurityGroup(id ?? name ?? '');
  return found.id;
}

/** Whether both say the same, descriptions aside. */
export function isSameRule(one: RuleContent, other: RuleContent): boolean {
  return ruleKey(one) === ruleKey(other);
}

function ruleKey(rule: RuleContent): string {
  const { egress, protocol, fromPort, toPort, cidrIpv4, cidrIpv6, prefixListId, groupId } = rule;
  return JSON.stringify([
    egress,
    protocol,
    fromPort,
    toPort,
    cidrIpv4,
    cidrIpv6,
    prefixListId,
    groupId,
  ]);
}

/** Rules of one direction as IpPermissions: one entry for each protocol and port range. */
export function describePermissions(
  group: SecurityGroupRecord,
  egress: boolean,
  account: string,
): readonly IpPermission[] {
  const rules = group.rules.filter((rule) => rule.egress === egress);
  const byPorts = Map.groupBy(rules, ({ protocol, fromPort, toPort }) =>
    JSON.stringify([protocol, fromPort, toPort]),
  );
  return [...byPorts.values()].map((members) => {
    const [first] = members;
    const all = first?.protocol === '-1';
    return {
      IpProtocol: first?.protocol,
      FromPort: all ? undefined : first?.fromPort,
      ToPort: all ? undefined : first?.toPort,
      UserIdGroupPairs: members.flatMap(({ groupId, description: text }) =>
        groupId === undefined ? [] : [{ Description: text, UserId: account, GroupId: groupId }],
      ),
      IpRanges: members.flatMap(({ cidrIpv4, description: text }) =>
        cidrIpv4 === undefined ? [] : [{ Description: text, CidrIp: cidrIpv4 }],
      ),
      Ipv6Ranges: members.flatMap(({ cidrIpv6, description: text }) =>
        cidrIpv6 === undefined ? [] : [{ Description: text, CidrIpv6: cidrIpv6 }],
      ),
      PrefixListIds: members.flatMap(({ prefixListId, description: text }) =>
        prefixListId === undefined ? [] : [{ Description: text, PrefixListId: prefixListId }],
      ),
    };
  });
}

export function describeRule(
  rule: SecurityGroupRule,
  group: SecurityGroupRecord,
  inventory: Inventory,
  tags: TagList = [],
): DescribedRule {
  const { place } = inventory;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: place.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupInfo:
      rule.groupId === undefined ? undefined : { GroupId: rule.groupId, UserId: place.account },
    Description: rule.description,
    Tags: describeTags(tags),
    SecurityGroupRuleArn: ec2Arn(place, 'security-group-rule', rule.id),
  };
}
