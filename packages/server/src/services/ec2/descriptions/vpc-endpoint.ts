/** A VPC endpoint as the Describe operations and CreateVpcEndpoint show it. */
import type { DnsEntry, VpcEndpoint } from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { endpointServiceNamed } from '../endpoint-services.ts';
import type { VpcEndpointRecord } from '../entities.ts';
import { idOfDefault } from '../ids.ts';
import type { Inventory } from '../inventory.ts';
import { describeTags } from '../tags.ts';
import { privateDnsName } from '../vpc-endpoint-check.ts';

/** AWS's hosted zone of endpoint names in us-east-1; each region has its own. */
const hostedZoneId = 'Z7HUB22UULQXV';

/**
 * The endpoint. The last of its DNS entries is not AWS's: it is the loopback address at which the
 * endpoint really listens, for `--endpoint-url http://…`.
 */
export async function describeVpcEndpoint(
  record: VpcEndpointRecord,
  inventory: Inventory,
  { runtime }: OperationContext,
): Promise<VpcEndpoint> {
  const { account, region } = inventory.place;
  const isInterface = record.type === 'Interface';
  const url = await runtime.vpcEndpoints?.urlOf(account, record.id);
  return {
    VpcEndpointId: record.id,
    VpcEndpointType: record.type,
    VpcId: record.vpcId,
    ServiceName: record.serviceName,
    State: 'available',
    PolicyDocument: record.policy,
    RouteTableIds: record.routeTableIds,
    SubnetIds: record.interfaces.map(({ subnetId }) => subnetId),
    Groups: record.securityGroupIds.map((GroupId) => ({
      GroupId,
      GroupName: inventory.find('security-group', GroupId)?.record.name,
    })),
    IpAddressType: 'ipv4',
    ...(isInterface ? { DnsOptions: dnsOptions(record) } : {}),
    PrivateDnsEnabled: record.privateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: record.interfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    DnsEntries: [
      ...(isInterface ? dnsEntries(record, inventory) : []),
      ...(url === undefined ? [] : [{ DnsName: url.slice('http://'.length) }]),
    ],
    CreationTimestamp: new Date(record.createdAt),
    Tags: describeTags(record.tags),
    OwnerId: account,
    ServiceRegion: region,
  };
}

function dnsOptions({ privateDnsOnlyForInboundResolver }: VpcEndpointRecord): object {
  return {
    DnsRecordIpType: 'ipv4',
    ...(privateDnsOnlyForInboundResolver === undefined
      ? {}
      : { PrivateDnsOnlyForInboundResolverEndpoint: privateDnsOnlyForInboundResolver }),
  };
}

/** The regional name, one a zone, and the service's own name where private DNS is on. */
function dnsEntries(record: VpcEndpointRecord, inventory: Inventory): readonly DnsEntry[] {
  const { region } = inventory.place;
  const service = endpointServiceNamed(record.serviceName, region);
  if (service === undefined) return [];
  const suffix = `${service.name}.${region}.vpce.amazonaws.com`;
  const name = `${record.id}-${idOfDefault('dns', record.id).slice('dns-'.length, 'dns-'.length + 8)}`;
  const wild = service.name === 's3' ? '*.' : '';
  const zones = record.interfaces.flatMap(({ subnetId }) => {
    const subnet = inventory.find('subnet', subnetId)?.record;
    return subnet === undefined ? [] : [subnet.availabilityZone];
  });
  return [
    ...[name, ...zones.map((zone) => `${name}-${zone}`)].map((host) => ({
      DnsName: `${wild}${host}.${suffix}`,
      HostedZoneId: hostedZoneId,
    })),
    ...(record.privateDnsEnabled
      ? [{ DnsName: privateDnsName(service, region), HostedZoneId: 'ZONEIDPENDING' }]
      : []),
  ];
}
