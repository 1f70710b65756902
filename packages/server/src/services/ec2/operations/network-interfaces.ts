/**
 * DescribeNetworkInterfaces: those of instances and those of interface endpoints.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterface,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { describeInstance } from '../descriptions/instance.ts';
import type { EndpointInterface, InstanceRecord, VpcEndpointRecord } from '../entities.ts';
import { unknownNetworkInterface } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { Inventory } from '../inventory.ts';
import { paginate } from '../paging.ts';
import { describeTags } from '../tags.ts';
import { zoneNamed } from '../zones.ts';

export function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesRequest,
  context: OperationContext,
): DescribeNetworkInterfacesResult {
  const inventory = Inventory.of(context);
  const ids = new Set(input.NetworkInterfaceIds ?? []);
  const known = allInterfaces(inventory, context);
  const wanted = ids.size === 0 ? known : known.filter((each) => ids.has(idOf(each)));
  for (const id of ids) {
    if (!wanted.some((each) => idOf(each) === id)) throw unknownNetworkInterface(id);
  }
  const tagsOf = ({ TagSet: tags }: NetworkInterface) =>
    (tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value] as const);
  const found = [...applyFilters(wanted, input.Filters, interfaceFilters, tagsOf)];
  const sorted = found.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  const page = paginate(sorted, idOf, input, context, 'DescribeNetworkInterfaces');
  return { NetworkInterfaces: page.items, NextToken: page.NextToken };
}

function idOf({ NetworkInterfaceId: id }: NetworkInterface): string {
  return id ?? '';
}

const interfaceFilters = filterTable<NetworkInterface>({
  'addresses.private-ip-address': ({ PrivateIpAddress: address }) => address,
  'attachment.attachment-id': ({ Attachment: attachment }) => attachment?.AttachmentId,
  'attachment.instance-id': ({ Attachment: attachment }) => attachment?.InstanceId,
  'availability-zone': ({ AvailabilityZone: zone }) => zone,
  description: ({ Description: description }) => description,
  'group-id': ({ Groups: groups }) => groups?.map(({ GroupId: id }) => id ?? ''),
  'interface-type': ({ InterfaceType: type }) => type,
  'mac-address': ({ MacAddress: address }) => address,
  'network-interface-id': ({ NetworkInterfaceId: id }) => id,
  'owner-id': ({ OwnerId: owner }) => owner,
  'private-ip-address': ({ PrivateIpAddress: address }) => address,
  'requester-id': ({ RequesterId: requester }) => requester,
  'requester-managed': ({ RequesterManaged: managed }) => String(managed),
  status: () => 'in-use',
  'subnet-id': ({ SubnetId: id }) => id,
  'vpc-id': ({ VpcId: id }) => id,
});

function allInterfaces(inventory: Inventory, context: OperationContext): NetworkInterface[] {
  const instances = inventory.instances().map(({ record }) => record);
  const endpoints = inventory.list('vpc-endpoint').map(({ record }) => record);
  return [
    ...instances
      .filter(({ target }) => target !== 'terminated')
      .map((instance) => ofInstance(instance, inventory, context)),
    ...endpoints.flatMap((endpoint) =>
      endpoint.interfaces.map((each) => ofEndpoint(each, endpoint, inventory)),
    ),
  ];
}

function ofInstance(
  instance: InstanceRecord,
  inventory: Inventory,
  context: OperationContext,
): NetworkInterface {
  const shown = describeInstance(instance, inventory, context.now).NetworkInterfaces?.[0] ?? {};
  const { Attachment: attachment, ...rest } = shown;
  return {
    ...rest,
    Attachment: { ...attachment, InstanceId: instance.id, InstanceOwnerId: context.account },
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: zoneNamed(context.region, instance.availabilityZone)?.id,
    RequesterManaged: false,
    TagSet: describeTags(instance.networkInterfaceTags),
  };
}

function ofEndpoint(
  { networkInterfaceId, subnetId, privateIp, macAddress }: EndpointInterface,
  endpoint: VpcEndpointRecord,
  inventory: Inventory,
): NetworkInterface {
  const { account, region } = inventory.place;
  const zone = inventory.find('subnet', subnetId)?.record.availabilityZone ?? '';
  return {
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneNamed(region, zone)?.id,
    Description: `VPC Endpoint Interface ${endpoint.id}`,
    Groups: endpoint.securityGroupIds.map((GroupId) => ({
      GroupId,
      GroupName: inventory.find('security-group', GroupId)?.record.name,
    })),
    InterfaceType: 'vpc_endpoint',
    Ipv6Addresses: [],
    MacAddress: macAddress,
    NetworkInterfaceId: networkInterfaceId,
    OwnerId: account,
    PrivateIpAddress: privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: privateIp }],
    RequesterId: 'amazon-aws',
    RequesterManaged: true,
    SourceDestCheck: true,
    Status: 'in-use',
    SubnetId: subnetId,
    TagSet: [],
    VpcId: endpoint.vpcId,
  };
}
