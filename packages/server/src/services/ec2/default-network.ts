/** The default VPC that every account has in every region, with its subnets and security group. */
import type { SecurityGroupRecord, SubnetRecord, VpcRecord } from './entities.ts';
import { idOfDefault } from './ids.ts';
import { parseIpv4, printIpv4 } from './ipv4.ts';
import { zonesOf } from './zones.ts';

/** Derived, not stored: it is there before anything was ever written to the region. */
export interface DefaultNetwork {
  readonly vpc: VpcRecord;
  readonly subnets: readonly SubnetRecord[];
  readonly securityGroup: SecurityGroupRecord;
}

const firstAddress = parseIpv4('172.31.0.0') ?? 0;
const subnetSize = 4096;

/** The default network as AWS makes it: 172.31.0.0/16 with one /20 a zone. */
export function defaultNetworkOf(account: string, region: string): DefaultNetwork {
  const vpcId = idOfDefault('vpc', account, region);
  return {
    vpc: {
      id: vpcId,
      cidr: '172.31.0.0/16',
      isDefault: true,
      tenancy: 'default',
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: [],
    },
    subnets: zonesOf(region).map((zone, index) => ({
      id: idOfDefault('subnet', account, region, zone.name),
      vpcId,
      cidr: `${printIpv4(firstAddress + index * subnetSize)}/20`,
      availabilityZone: zone.name,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
      tags: [],
    })),
    securityGroup: defaultSecurityGroup(idOfDefault('sg', account, region), vpcId, {
      ingress: idOfDefault('sgr', account, region, 'ingress'),
      egress: idOfDefault('sgr', account, region, 'egress'),
    }),
  };
}

/** The group named `default` that every VPC has: all from itself, all to anywhere. */
export function defaultSecurityGroup(
  id: string,
  vpcId: string,
  ruleIds: { readonly ingress: string; readonly egress: string },
): SecurityGroupRecord {
  const all = { protocol: '-1', fromPort: -1, toPort: -1 };
  return {
    id,
    name: 'default',
    description: 'default VPC security group',
    vpcId,
    rules: [
      { id: ruleIds.ingress, egress: false, ...all, groupId: id },
      { id: ruleIds.egress, egress: true, ...all, cidrIpv4: '0.0.0.0/0' },
    ],
    tags: [],
  };
}
