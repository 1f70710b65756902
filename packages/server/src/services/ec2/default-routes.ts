/** Route tables, internet gateway and network ACL that VPCs have before anybody makes any. */
import type { InternetGatewayRecord, RouteTableRecord, VpcRecord } from './entities.ts';
import { idOfDefault } from './ids.ts';

/** The main route table of a VPC; the default VPC's leads to its internet gateway. */
export function mainRouteTableOf(vpc: VpcRecord): RouteTableRecord {
  const gateway = defaultInternetGatewayOf(vpc);
  return {
    id: idOfDefault('rtb', vpc.id),
    vpcId: vpc.id,
    associations: [{ id: idOfDefault('rtbassoc', vpc.id) }],
    routes: vpc.isDefault
      ? [{ destination: '0.0.0.0/0', target: 'GatewayId', targetId: gateway.id }]
      : [],
    tags: [],
  };
}

/** The internet gateway of the default VPC. */
export function defaultInternetGatewayOf(vpc: VpcRecord): InternetGatewayRecord {
  return { id: idOfDefault('igw', vpc.id), vpcId: vpc.id, tags: [] };
}

/** The network ACL that every VPC has: all in, all out. It cannot be changed here. */
export function networkAclIdOf(vpcId: string): string {
  return idOfDefault('acl', vpcId);
}
