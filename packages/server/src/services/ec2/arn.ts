/** ARNs of EC2 resources. */

/** Where a resource lies. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** `arn:aws:ec2:<region>:<account>:<type>/<id>`; images and snapshots name no account. */
export function ec2Arn(place: Place, type: string, id: string): string {
  const account = type === 'image' || type === 'snapshot' ? '' : place.account;
  return `arn:${place.partition}:ec2:${place.region}:${account}:${type}/${id}`;
}

/** Resource types (as in ARNs and in TagSpecifications) by the prefix of their ids. */
const typeOfPrefix: ReadonlyMap<string, string> = new Map([
  ['i', 'instance'],
  ['ami', 'image'],
  ['eni', 'network-interface'],
  ['vol', 'volume'],
  ['snap', 'snapshot'],
  ['subnet', 'subnet'],
  ['vpc', 'vpc'],
  ['sg', 'security-group'],
  ['sgr', 'security-group-rule'],
  ['key', 'key-pair'],
  ['cr', 'capacity-reservation'],
  ['lt', 'launch-template'],
  ['igw', 'internet-gateway'],
  ['rtb', 'route-table'],
  ['acl', 'network-acl'],
  ['pg', 'placement-group'],
  ['vpce', 'vpc-endpoint'],
]);

/** The type of resource that ids with the prefix name. */
export function resourceTypeOf(prefix: string): string | undefined {
  return typeOfPrefix.get(prefix);
}
