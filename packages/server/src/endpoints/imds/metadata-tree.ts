/**
 * The categories of instance metadata as a tree of names.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
import {
  groupIdentifiers,
  privateDnsName,
  publicDnsName,
} from '../../services/ec2/descriptions/instance.ts';
import { signIdentityDocument } from '../../services/ec2/identity-document.ts';
import { architectureOf } from '../../services/ec2/instance-types.ts';
import { userDataUse } from '../../services/ec2/launch.ts';
import { zoneNamed } from '../../services/ec2/zones.ts';
import type { Runtime } from '../../services/service.ts';
import { metadataTime, printMetadataJson } from './metadata-json.ts';
import type { MetadataView } from './metadata-view.ts';

/** An item (text, or text made when it is read) or a directory. */
export type MetadataNode = string | Uint8Array | (() => string) | MetadataDirectory;

/** Named nodes in listing order; `listing` replaces the names where AWS lists others. */
export class MetadataDirectory {
  readonly children: ReadonlyMap<string, MetadataNode>;
  readonly #listing: string | undefined;

  constructor(
    children: Iterable<readonly [name: string, node: MetadataNode | undefined]>,
    listing?: string,
  ) {
    const present = new Map<string, MetadataNode>();
    for (const [name, node] of children) if (node !== undefined) present.set(name, node);
    this.children = present;
    this.#listing = listing;
  }

  /** One name a line, directories with a slash, no newline at the end. */
  listing(): string {
    if (this.#listing !== undefined) return this.#listing;
    return [...this.children]
      .map(([name, node]) => (node instanceof MetadataDirectory ? `${name}/` : name))
      .join('\n');
  }
}

/** Reads the role's credentials document when its item is read. */
export type CredentialsReader = (view: MetadataView) => string;

/** Everything below `/latest/` but the token. */
export function metadataTree(
  view: MetadataView,
  runtime: Runtime,
  readCredentials: CredentialsReader,
): MetadataDirectory {
  const data = userData(view, runtime);
  return new MetadataDirectory(
    [
      ['dynamic', dynamicTree(view, runtime)],
      ['meta-data', metaDataTree(view, runtime, readCredentials)],
      ['user-data', data],
    ],
    // The one listing whose directories have no slash.
    ['dynamic', 'meta-data', ...(data === undefined ? [] : ['user-data'])].join('\n'),
  );
}

function userData({ instance, place }: MetadataView, runtime: Runtime): Uint8Array | undefined {
  if (instance.sealedUserData === undefined) return undefined;
  const use = userDataUse(place.account, instance.id);
  const text = runtime.sealer.open(instance.sealedUserData, use);
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

function dynamicTree(view: MetadataView, { sealer }: Runtime): MetadataDirectory {
  const monitoring = view.instance.monitoring ? 'enabled' : 'disabled';
  const document = () => identityDocument(view);
  const signature = () => signIdentityDocument(document(), sealer);
  return new MetadataDirectory([
    ['fws', new MetadataDirectory([['instance-monitoring', monitoring]])],
    [
      'instance-identity',
      new MetadataDirectory([
        ['document', document],
        ['signature', signature],
      ]),
    ],
  ]);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html */
function identityDocument({ instance, place }: MetadataView): string {
  return printMetadataJson([
    ['devpayProductCodes', null],
    ['marketplaceProductCodes', null],
    ['availabilityZone', instance.availabilityZone],
    ['privateIp', instance.privateIp],
    ['version', '2017-09-30'],
    ['instanceId', instance.id],
    ['billingProducts', null],
    ['instanceType', instance.instanceType],
    ['accountId', place.account],
    ['imageId', instance.imageId],
    ['pendingTime', metadataTime(instance.launchedAt)],
    ['architecture', architectureOf(instance.instanceType)],
    ['kernelId', null],
    ['ramdiskId', null],
    ['region', place.region],
  ]);
}

function metaDataTree(
  view: MetadataView,
  runtime: Runtime,
  readCredentials: CredentialsReader,
): MetadataDirectory {
  const { instance, place, inventory } = view;
  const hostname = privateDnsName(instance.privateIp, place.region);
  const publicName = publicDnsName(instance, inventory);
  const groups = groupIdentifiers(instance, inventory).map(({ GroupName: name }) => name ?? '');
  return new MetadataDirectory([
    ['ami-id', instance.imageId],
    ['ami-launch-index', String(instance.launchIndex)],
    ['ami-manifest-path', '(unknown)'],
    ['block-device-mapping', blockDevices(view)],
    ['events', events()],
    ['hostname', hostname],
    ['iam', iamTree(view, runtime, readCredentials)],
    ['instance-action', 'none'],
    ['instance-id', instance.id],
    ['instance-life-cycle', 'on-demand'],
    ['instance-type', instance.instanceType],
    ['local-hostname', hostname],
    ['local-ipv4', instance.privateIp],
    ['mac', instance.macAddress],
    ['network', network(view, groups)],
    ['placement', placement(view)],
    ['profile', 'default-hvm'],
    ['public-hostname', publicName === '' ? undefined : publicName],
    ['public-ipv4', instance.publicIp],
    ['public-keys', publicKeys(view)],
    ['reservation-id', instance.reservationId],
    ['security-groups', groups.join('\n')],
    ['services', services(view)],
    ['system', 'xen'],
    ['tags', tags(view)],
  ]);
}

function blockDevices({ instance }: MetadataView): MetadataDirectory {
  const [root, ...others] = instance.volumes.map(({ deviceName }) => deviceName);
  const short = root?.replace('/dev/', '');
  return new MetadataDirectory([
    ['ami', short],
    ...others.map((name, index) => [`ebs${index + 1}`, name.replace('/dev/', '')] as const),
    ['root', root],
  ]);
}

function events(): MetadataDirectory {
  const maintenance = new MetadataDirectory([
    ['history', '[]'],
    ['scheduled', '[]'],
  ]);
  return new MetadataDirectory([['maintenance', maintenance]]);
}

/** Absent altogether without a profile. */
function iamTree(
  view: MetadataView,
  runtime: Runtime,
  readCredentials: CredentialsReader,
): MetadataDirectory | undefined {
  const { profile, instance } = view;
  if (profile === undefined) return undefined;
  const now = metadataTime(runtime.platform.clock.now());
  if (profile === 'missing') {
    // Unverified: the code is documented, its message is not.
    const info = printMetadataJson([
      ['Code', 'InstanceProfileNotFound'],
      ['LastUpdated', now],
    ]);
    return new MetadataDirectory([['info', info]]);
  }
  const info = printMetadataJson([
    ['Code', 'Success'],
    ['LastUpdated', metadataTime(instance.association?.since ?? instance.launchedAt)],
    ['InstanceProfileArn', profile.arn],
    ['InstanceProfileId', profile.id],
  ]);
  const credentials =
    profile.role === undefined
      ? undefined
      : new MetadataDirectory([[profile.role.name, () => readCredentials(view)]]);
  return new MetadataDirectory([
    ['info', info],
    ['security-credentials', credentials],
  ]);
}

function network(view: MetadataView, groups: readonly string[]): MetadataDirectory {
  const { instance } = view;
  const macs = new MetadataDirectory([[instance.macAddress, networkInterface(view, groups)]]);
  return new MetadataDirectory([['interfaces', new MetadataDirectory([['macs', macs]])]]);
}

function networkInterface(view: MetadataView, groups: readonly string[]): MetadataDirectory {
  const { instance, place, inventory, subnet, vpc } = view;
  const { publicIp } = instance;
  const publicName = publicDnsName(instance, inventory);
  const associations =
    publicIp === undefined ? undefined : new MetadataDirectory([[publicIp, instance.privateIp]]);
  return new MetadataDirectory([
    ['device-number', '0'],
    ['interface-id', instance.networkInterfaceId],
    ['ipv4-associations', associations],
    ['local-hostname', privateDnsName(instance.privateIp, place.region)],
    ['local-ipv4s', instance.privateIp],
    ['mac', instance.macAddress],
    ['network-card-index', '0'],
    ['owner-id', place.account],
    ['public-hostname', publicName === '' ? undefined : publicName],
    ['public-ipv4s', publicIp],
    ['security-group-ids', instance.securityGroupIds.join('\n')],
    ['security-groups', groups.join('\n')],
    ['subnet-id', instance.subnetId],
    ['subnet-ipv4-cidr-block', subnet?.cidr],
    ['vpc-id', instance.vpcId],
    ['vpc-ipv4-cidr-block', vpc?.cidr],
    ['vpc-ipv4-cidr-blocks', vpc?.cidr],
  ]);
}

function placement({ instance, place }: MetadataView): MetadataDirectory {
  const zone = zoneNamed(place.region, instance.availabilityZone);
  return new MetadataDirectory([
    ['availability-zone', instance.availabilityZone],
    ['availability-zone-id', zone?.id],
    ['group-name', instance.placementGroup === '' ? undefined : instance.placementGroup],
    ['region', place.region],
  ]);
}

function publicKeys({ instance, inventory }: MetadataView): MetadataDirectory | undefined {
  const { keyName } = instance;
  if (keyName === undefined) return undefined;
  const pair = inventory.keyPairNamed(keyName)?.record;
  const key = new MetadataDirectory([['openssh-key', pair && `${pair.publicKey} ${keyName}`]]);
  return new MetadataDirectory([['0', key]], `0=${keyName}`);
}

function services({ place }: MetadataView): MetadataDirectory {
  return new MetadataDirectory([
    ['domain', place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
    ['partition', place.partition],
  ]);
}

function tags({ instance }: MetadataView): MetadataDirectory | undefined {
  if (instance.metadataOptions.instanceMetadataTags !== 'enabled') return undefined;
  return new MetadataDirectory([['instance', new MetadataDirectory(instance.tags)]]);
}
