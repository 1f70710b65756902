/**
 * DescribeVpcEndpointServices, DescribePrefixLists, DescribeManagedPrefixLists.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html
 */
import type {
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult,
  DescribePrefixListsRequest,
  DescribePrefixListsResult,
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult,
  ServiceDetail,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import {
  type EndpointService,
  endpointServiceName,
  endpointServicesIn,
  type PrefixList,
  prefixListsOf,
} from '../endpoint-services.ts';
import { ec2Error } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { idOfDefault } from '../ids.ts';
import { paginate } from '../paging.ts';
import { privateDnsName } from '../vpc-endpoint-check.ts';
import { zonesOf } from '../zones.ts';

const serviceFilters = filterTable<ServiceDetail>({
  owner: ({ Owner: owner }) => owner,
  'service-name': ({ ServiceName: name }) => name,
  'service-region': ({ ServiceRegion: region }) => region,
  'service-type': ({ ServiceType: types }) => types?.map(({ ServiceType: type }) => type ?? ''),
  'supported-ip-address-types': ({ SupportedIpAddressTypes: types }) => types,
});

export function describeEndpointServices(
  input: DescribeVpcEndpointServicesRequest,
  context: OperationContext,
): DescribeVpcEndpointServicesResult {
  const all = endpointServicesIn(context.region).flatMap((service) =>
    service.types.map((type) => describeService(service, type, context.region)),
  );
  const names = new Set(input.ServiceNames ?? []);
  for (const name of names) {
    if (!all.some(({ ServiceName: known }) => known === name)) {
      throw ec2Error('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
    }
  }
  const wanted = names.size === 0 ? all : all.filter((each) => names.has(each.ServiceName ?? ''));
  const found = applyFilters(wanted, input.Filters, serviceFilters, () => []);
  const keyOf = ({ ServiceName: name, ServiceId: id }: ServiceDetail) => `${name} ${id}`;
  const sorted = [...found].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const page = paginate(sorted, keyOf, input, context, 'DescribeVpcEndpointServices');
  return {
    ServiceNames: [...new Set(page.items.map(({ ServiceName: name }) => name ?? ''))],
    ServiceDetails: page.items,
    NextToken: page.NextToken,
  };
}

function describeService(
  service: EndpointService,
  type: 'Gateway' | 'Interface',
  region: string,
): ServiceDetail {
  const name = endpointServiceName(service, region);
  const zones = zonesOf(region);
  const isInterface = type === 'Interface';
  const privateName = privateDnsName(service, region);
  return {
    ServiceName: name,
    ServiceId: idOfDefault('vpce-svc', name, type),
    ServiceType: [{ ServiceType: type }],
    ServiceRegion: region,
    AvailabilityZoneIds: zones.map(({ id }) => id),
    AvailabilityZones: zones.map((zone) => zone.name),
    Owner: 'amazon',
    BaseEndpointDnsNames: [
      isInterface
        ? `${service.name}.${region}.vpce.amazonaws.com`
        : `${service.name}.${region}.amazonaws.com`,
    ],
    ...(isInterface
      ? {
          PrivateDnsName: privateName,
          PrivateDnsNames: [{ PrivateDnsName: privateName }],
          PrivateDnsNameVerificationState: 'verified',
        }
      : {}),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
    SupportedIpAddressTypes: ['ipv4'],
  };
}

function listsOf(
  context: OperationContext,
  ids: readonly string[] | undefined,
): readonly PrefixList[] {
  const all = prefixListsOf(context.region, (name) => idOfDefault('pl', name));
  const wanted = new Set(ids ?? []);
  for (const id of wanted) {
    if (!all.some((list) => list.id === id)) {
      throw ec2Error('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
    }
  }
  return wanted.size === 0 ? all : all.filter(({ id }) => wanted.has(id));
}

const listFilters = filterTable<PrefixList>({
  'owner-id': () => 'AWS',
  'prefix-list-id': ({ id }) => id,
  'prefix-list-name': ({ name }) => name,
});

export function describePrefixLists(
  input: DescribePrefixListsRequest,
  context: OperationContext,
): DescribePrefixListsResult {
  const lists = applyFilters(listsOf(context, input.PrefixListIds), input.Filters, listFilters);
  const page = paginate(lists, ({ name }) => name, input, context, 'DescribePrefixLists');
  return {
    PrefixLists: page.items.map(({ id, name, cidrs }) => ({
      Cidrs: cidrs,
      PrefixListId: id,
      PrefixListName: name,
    })),
    NextToken: page.NextToken,
  };
}

export function describeManagedPrefixLists(
  input: DescribeManagedPrefixListsRequest,
  context: OperationContext,
): DescribeManagedPrefixListsResult {
  const lists = applyFilters(listsOf(context, input.PrefixListIds), input.Filters, listFilters);
  const bounds = { min: 1, max: 100 };
  const operation = 'DescribeManagedPrefixLists';
  const page = paginate(lists, ({ name }) => name, input, context, operation, bounds);
  const { partition, region } = context;
  return {
    PrefixLists: page.items.map(({ id, name }) => ({
      PrefixListId: id,
      AddressFamily: 'IPv4',
      State: 'create-complete',
      PrefixListArn: `arn:${partition}:ec2:${region}:aws:prefix-list/${id}`,
      PrefixListName: name,
      Tags: [],
      OwnerId: 'AWS',
    })),
    NextToken: page.NextToken,
  };
}
