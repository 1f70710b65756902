/** What CreateVpcEndpoint and ModifyVpcEndpoint may refer to: subnets, groups, route tables, DNS. */
import type { EndpointService } from './endpoint-services.ts';
import { prefixListsOf } from './endpoint-services.ts';
import type { RouteTableRecord, SubnetRecord, VpcEndpointRecord, VpcRecord } from './entities.ts';
import { ec2Error, unknownSecurityGroup } from './errors.ts';
import { idOfDefault } from './ids.ts';
import type { Inventory, Stored } from './inventory.ts';

/** VPC endpoints have a code of their own for parameters that do not fit. */
export function invalidParameter(message: string): Error {
  return ec2Error('InvalidParameter', message);
}

/** Subnets of the VPC, at most one a zone. */
export function checkSubnets(
  ids: readonly string[],
  vpcId: string,
  inventory: Inventory,
): readonly SubnetRecord[] {
  const zones = new Set<string>();
  return [...new Set(ids)].map((id) => {
    const subnet = inventory.find('subnet', id)?.record;
    if (subnet === undefined) {
      throw ec2Error('InvalidSubnetId.NotFound', `The subnet ID '${id}' does not exist`);
    }
    // Unverified: the text.
    if (subnet.vpcId !== vpcId) {
      throw invalidParameter(`The subnet ${id} does not belong to the VPC ${vpcId}`);
    }
    if (zones.has(subnet.availabilityZone)) {
      throw ec2Error(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
      );
    }
    zones.add(subnet.availabilityZone);
    return subnet;
  });
}

/** Groups of the VPC; without any, its default group. */
export function checkSecurityGroups(
  ids: readonly string[],
  vpcId: string,
  inventory: Inventory,
): readonly string[] {
  if (ids.length === 0) {
    const group = inventory.securityGroupNamed(vpcId, 'default');
    return group === undefined ? [] : [group.id];
  }
  return [...new Set(ids)].map((id) => {
    const group = inventory.find('security-group', id)?.record;
    if (group === undefined) throw unknownSecurityGroup(id);
    // Unverified: the text.
    if (group.vpcId !== vpcId) {
      throw invalidParameter(`The security group ${id} does not belong to the VPC ${vpcId}`);
    }
    return id;
  });
}

/** Route tables of the VPC that lead to no other endpoint of the service yet. */
export function checkRouteTables(
  ids: readonly string[],
  endpoint: Pick<VpcEndpointRecord, 'id' | 'vpcId' | 'serviceName'>,
  inventory: Inventory,
): readonly Stored<RouteTableRecord>[] {
  const others = inventory
    .list('vpc-endpoint')
    .map(({ record }) => record)
    .filter(({ id, serviceName }) => id !== endpoint.id && serviceName === endpoint.serviceName);
  return [...new Set(ids)].map((id) => {
    const stored = inventory.find('route-table', id);
    if (stored === undefined) {
      throw ec2Error('InvalidRouteTableId.NotFound', `The routeTable ID '${id}' does not exist`);
    }
    // Unverified: the text.
    if (stored.record.vpcId !== endpoint.vpcId) {
      throw invalidParameter(`The route table ${id} does not belong to the VPC ${endpoint.vpcId}`);
    }
    if (others.some(({ routeTableIds }) => routeTableIds.includes(id))) {
      const list = prefixListId(endpoint.serviceName, inventory.place.region);
      throw ec2Error(
        'RouteAlreadyExists',
        `route table ${id} already has a route with destination-prefix-list-id ${list}`,
      );
    }
    return stored;
  });
}

/** The prefix list that stands for a service in route tables. */
export function prefixListId(serviceName: string, region: string): string {
  const lists = prefixListsOf(region, (name) => idOfDefault('pl', name));
  return lists.find(({ name }) => name === serviceName)?.id ?? idOfDefault('pl', serviceName);
}

/** Private DNS needs the VPC's DNS, and a name that nobody else in the VPC answers. */
export function checkPrivateDns(
  endpoint: VpcEndpointRecord,
  service: EndpointService,
  vpc: VpcRecord,
  inventory: Inventory,
): void {
  if (!endpoint.privateDnsEnabled) return;
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) {
    throw invalidParameter(
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
    );
  }
  const siblings = inventory
    .list('vpc-endpoint')
    .map(({ record }) => record)
    .filter(
      ({ id, vpcId, serviceName }) =>
        id !== endpoint.id && vpcId === endpoint.vpcId && serviceName === endpoint.serviceName,
    );
  if (siblings.some(({ privateDnsEnabled }) => privateDnsEnabled)) {
    const domain = privateDnsName(service, inventory.place.region).replace(/^\*\./, '');
    throw invalidParameter(
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${domain} in the VPC ${vpc.id}`,
    );
  }
  const inboundOnly = endpoint.privateDnsOnlyForInboundResolver === true;
  if (inboundOnly && !siblings.some(({ type }) => type === 'Gateway')) {
    throw invalidParameter(
      `To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC ${vpc.id} must have a Gateway endpoint for the service.`,
    );
  }
}

/** `*.dkr.ecr.us-east-1.amazonaws.com`. */
export function privateDnsName({ privateDnsName: name }: EndpointService, region: string): string {
  return name.replace('{region}', region);
}
