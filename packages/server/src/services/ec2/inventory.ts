/** What an account has in a region: EC2's records read by kind and id. */
import { createHash } from 'node:crypto';
import type { State } from '../../store/state.ts';
import type { Change, Json } from '../../store/store.ts';
import type { DemandContext } from '../service.ts';
import type { Place } from './arn.ts';
import type { DefaultNetwork } from './default-network.ts';
import { defaultNetworkOf } from './default-network.ts';
import { defaultInternetGatewayOf, mainRouteTableOf } from './default-routes.ts';
import type {
  Ec2RecordKinds,
  InstanceRecord,
  SecurityGroupRecord,
  SubnetRecord,
  VpcRecord,
} from './entities.ts';
import { isGone } from './instance-state.ts';

/** A record with its key and revision; revision 0 = it is derived and was never written. */
export interface Stored<T> {
  readonly key: string;
  readonly revision: number;
  readonly record: T;
}

/** The folder of a kind of record. */
export function folderOf(account: string, region: string, kind: keyof Ec2RecordKinds): string {
  return `ec2/${account}/${region}/${kind}/`;
}

/** Synchronous reads over the replica. Cheap to make: one a request. */
export class Inventory {
  readonly place: Place;
  readonly #state: State;
  readonly #now: number;
  #network: DefaultNetwork | undefined;

  constructor(source: { readonly state: State }, place: Place, now: number) {
    this.#state = source.state;
    this.place = place;
    this.#now = now;
  }

  /** What the caller's account has in the region of the request. */
  static of(context: DemandContext): Inventory {
    const { partition, region, account, runtime } = context;
    return new Inventory(runtime, { partition, region, account }, runtime.platform.clock.now());
  }

  keyOf(kind: keyof Ec2RecordKinds, id: string): string {
    return `${folderOf(this.place.account, this.place.region, kind)}${id}`;
  }

  find<K extends keyof Ec2RecordKinds>(kind: K, id: string): Stored<Ec2RecordKinds[K]> | undefined {
    return this.list(kind, id)[0];
  }

  /** Every record of the kind (or the one with that id), in the order of their ids. */
  list<K extends keyof Ec2RecordKinds>(kind: K, id?: string): readonly Stored<Ec2RecordKinds[K]>[] {
    const { account, region } = this.place;
    const keys = id === undefined ? this.#state.keys(folderOf(account, region, kind)) : [];
    const wanted = id === undefined ? keys : [this.keyOf(kind, id)];
    const found: Stored<Ec2RecordKinds[K]>[] = [];
    const seen = new Set<string>();
    for (const key of wanted) {
      const value = this.#state.get(key);
      if (value === undefined) continue;
      seen.add(key);
      if (isDeleted(value) || this.#isGone(kind, value)) continue;
      // Records are written by our own operations only; their shape is entities.ts.
      const record = value as unknown as Ec2RecordKinds[K];
      found.push({ key, revision: this.#state.revisionOf(key), record });
    }
    if (id !== undefined && seen.size > 0) return found;
    for (const stored of this.#defaults(kind)) {
      if (!seen.has(stored.key) && (id === undefined || stored.key === wanted[0])) {
        found.push(stored);
      }
    }
    return found;
  }

  instances(): readonly Stored<InstanceRecord>[] {
    return this.list('instance');
  }

  /** Terminated instances that nobody sees any more. */
  forgotten(): readonly Stored<InstanceRecord>[] {
    const { account, region } = this.place;
    return this.#state.keys(folderOf(account, region, 'instance')).flatMap((key) => {
      const record = this.#state.get(key) as unknown as InstanceRecord | undefined;
      if (record === undefined || !isGone(record, this.#now)) return [];
      return [{ key, revision: this.#state.revisionOf(key), record }];
    });
  }

  /** Addresses of a subnet that are in use. */
  addressesIn(subnetId: string): ReadonlySet<string> {
    const { account, region } = this.place;
    const prefix = `${folderOf(account, region, 'address')}${subnetId}:`;
    const used = new Set<string>();
    for (const key of this.#state.keys(folderOf(account, region, 'address'))) {
      if (key.startsWith(prefix)) used.add(key.slice(prefix.length));
    }
    return used;
  }

  /** The default VPC, unless it was deleted. */
  defaultVpc(): VpcRecord | undefined {
    return this.list('vpc').find(({ record }) => record.isDefault)?.record;
  }

  /** The default subnet of a zone (of the first zone that has one, when none is named). */
  defaultSubnet(availabilityZone?: string): SubnetRecord | undefined {
    return this.list('subnet')
      .map(({ record }) => record)
      .filter((subnet) => subnet.defaultForAz)
      .sort((one, other) => (one.availabilityZone < other.availabilityZone ? -1 : 1))
      .find(
        (subnet) => availabilityZone === undefined || subnet.availabilityZone === availabilityZone,
      );
  }

  /** The group of that name in the VPC. */
  securityGroupNamed(vpcId: string, name: string): SecurityGroupRecord | undefined {
    return this.list('security-group').find(
      ({ record }) => record.vpcId === vpcId && record.name === name,
    )?.record;
  }

  keyPairNamed(name: string): Stored<Ec2RecordKinds['key-pair']> | undefined {
    return this.find('key-pair', keyPairKey(name));
  }

  keyPairWithId(id: string): Stored<Ec2RecordKinds['key-pair']> | undefined {
    return this.list('key-pair').find(({ record }) => record.id === id);
  }

  /** The instance with the network interface. */
  instanceOfInterface(id: string): Stored<InstanceRecord> | undefined {
    return this.instances().find(
      ({ record }) => record.networkInterfaceId === id && record.target !== 'terminated',
    );
  }

  instanceOfAssociation(id: string): Stored<InstanceRecord> | undefined {
    return this.instances().find(({ record }) => record.association?.id === id);
  }

  /** A change that writes the record if it is still what was read. */
  replace<T extends object>(stored: Stored<unknown>, record: T): Change {
    return { key: stored.key, value: toJson(record), ifRevision: stored.revision };
  }

  /** A change that writes a record that does not exist yet. */
  create<K extends keyof Ec2RecordKinds>(kind: K, id: string, record: Ec2RecordKinds[K]): Change {
    return { key: this.keyOf(kind, id), value: toJson(record), ifRevision: 0 };
  }

  /** A change that removes; members of the default network leave a mark that they are gone. */
  remove(stored: Stored<unknown>): Change {
    const isDefault = this.#isDefaultKey(stored.key);
    const value = isDefault ? { deleted: true } : undefined;
    return { key: stored.key, value, ifRevision: stored.revision };
  }

  #isGone(kind: keyof Ec2RecordKinds, value: Json): boolean {
    return kind === 'instance' && isGone(value as unknown as InstanceRecord, this.#now);
  }

  #isDefaultKey(key: string): boolean {
    const kinds = ['vpc', 'subnet', 'security-group', 'internet-gateway', 'route-table'] as const;
    return kinds.some((kind) => [...this.#defaults(kind)].some((stored) => stored.key === key));
  }

  #defaultNetwork(): DefaultNetwork {
    this.#network ??= defaultNetworkOf(this.place.account, this.place.region);
    return this.#network;
  }

  #defaultRecords(kind: keyof Ec2RecordKinds): readonly { readonly id: string }[] {
    switch (kind) {
      case 'vpc':
        return [this.#defaultNetwork().vpc];
      case 'subnet':
        return this.#defaultNetwork().subnets;
      case 'security-group':
        return [this.#defaultNetwork().securityGroup];
      case 'internet-gateway':
        return [defaultInternetGatewayOf(this.#defaultNetwork().vpc)];
      case 'route-table':
        return this.list('vpc').map(({ record }) => mainRouteTableOf(record));
      default:
        return [];
    }
  }

  *#defaults<K extends keyof Ec2RecordKinds>(kind: K): Generator<Stored<Ec2RecordKinds[K]>> {
    for (const record of this.#defaultRecords(kind)) {
      const typed = record as unknown as Ec2RecordKinds[K];
      yield { key: this.keyOf(kind, record.id), revision: 0, record: typed };
    }
  }
}

/** Key pairs lie under a hash of their name, so that two of one name cannot be made at once. */
export function keyPairKey(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function isDeleted(value: Json): boolean {
  return typeof value === 'object' && value !== null && 'deleted' in value;
}

/** Records hold JSON only; members that are undefined are left out when written. */
export function toJson(record: object): Json {
  return JSON.parse(JSON.stringify(record)) as Json;
}
