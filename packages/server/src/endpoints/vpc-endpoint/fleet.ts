/** The listeners of all VPC endpoints: they come and go with the stored records. */
import type { PrivateNetwork } from '../../protocol/http.ts';
import { endpointServiceNamed } from '../../services/ec2/endpoint-services.ts';
import type { VpcEndpointRecord } from '../../services/ec2/entities.ts';
import { Inventory } from '../../services/ec2/inventory.ts';
import { parseCidr, printIpv4, sizeOf } from '../../services/ec2/ipv4.ts';
import { endpointFor } from '../../services/ec2/route-choice.ts';
import type { Runtime } from '../../services/service.ts';
import type { VpcCall, VpcEndpointAccess, VpcEndpoints } from '../../services/vpc-endpoints.ts';
import type { Json } from '../../store/store.ts';

/** A listener of the gateway on a loopback address. */
export interface PrivateListener {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Opens a listener that answers as the public one does. Every request on it came over the network
 * that `networkOf` tells at its arrival; undefined: nothing is answered any more.
 */
export type OpenListener = (
  networkOf: () => PrivateNetwork | undefined,
) => Promise<PrivateListener>;

/** Where an endpoint is stored. */
interface EndpointKey {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

const endpointKey = /^ec2\/(\d{12})\/([a-z0-9-]+)\/vpc-endpoint\/(vpce-[0-9a-f]{8,17})$/;

/** An endpoint's open ports: one for nobody in particular, one a caller with an address. */
interface Ports {
  readonly key: EndpointKey;
  readonly main: Promise<PrivateListener>;
  readonly ofCallers: Set<PrivateListener>;
}

/** Ours: endpoints are limited a VPC and a region, of which there are any number. */
const listenersMaxDefault = 1000;

/** Follows the endpoint records of a server. */
export class VpcEndpointFleet implements VpcEndpoints {
  readonly #open: OpenListener;
  readonly #listenersMax: number;
  readonly #ports = new Map<string, Ports>();
  #runtime: Runtime | undefined;
  #stop: () => void = () => {};

  constructor(open: OpenListener, listenersMax = listenersMaxDefault) {
    this.#open = open;
    this.#listenersMax = listenersMax;
  }

  /** Starts a listener for every endpoint, and follows the state from then on. */
  async start(runtime: Runtime): Promise<void> {
    this.#runtime = runtime;
    this.#stop = runtime.state.onCommit(({ records }) => {
      for (const { key, value } of records) this.#follow(key, value);
    });
    for (const folder of runtime.state.folders('ec2/')) {
      for (const key of runtime.state.keys(folder)) this.#follow(key, runtime.state.get(key));
    }
    await Promise.allSettled([...this.#ports.values()].map(({ main }) => main));
  }

  async close(): Promise<void> {
    this.#stop();
    await Promise.all([...this.#ports.keys()].map((key) => this.#end(key)));
  }

  async urlOf(account: string, id: string): Promise<string | undefined> {
    const ports = this.#find(account, id);
    if (ports === undefined) return undefined;
    try {
      return urlOf(await ports.main);
    } catch {
      return undefined;
    }
  }

  async access(call: VpcCall): Promise<VpcEndpointAccess | undefined> {
    const { account, region, sourceIp } = call;
    const record = endpointFor(call, this.#inventory({ account, region, id: '' }));
    if (record === undefined) return undefined;
    const { id, serviceName } = record;
    const ports = this.#find(account, id);
    // The public way would walk around the endpoint's policy.
    if (ports === undefined) throw new Error(`no listener for ${id}`);
    const networkOf = () => this.#network(ports.key, sourceIp);
    const network = networkOf();
    if (network === undefined) return undefined;
    const listener = await this.#open(networkOf);
    ports.ofCallers.add(listener);
    const close = async () => {
      ports.ofCallers.delete(listener);
      await listener.close();
    };
    // The endpoint may have been deleted while the port was being opened.
    if (this.#find(account, id) !== ports) {
      await close();
      return undefined;
    }
    const { variable } = endpointServiceNamed(serviceName, region) ?? {};
    const url = urlOf(listener);
    return { vpcEndpointId: id, url, ...(variable && { variable }), network, close };
  }

  async describe(account: string, id: string): Promise<object | undefined> {
    const ports = this.#find(account, id);
    const record = ports && this.#record(ports.key);
    if (ports === undefined || record === undefined) return undefined;
    return {
      vpcEndpointId: id,
      account,
      region: ports.key.region,
      url: await this.urlOf(account, id),
      variable: endpointServiceNamed(record.serviceName, ports.key.region)?.variable,
      serviceName: record.serviceName,
      vpcEndpointType: record.type,
      vpcId: record.vpcId,
      sourceIp: this.#network(ports.key)?.sourceIp,
    };
  }

  #find(account: string, id: string): Ports | undefined {
    for (const ports of this.#ports.values()) {
      if (ports.key.account === account && ports.key.id === id) return ports;
    }
    return undefined;
  }

  #follow(key: string, value: Json | undefined): void {
    const endpoint = readKey(key);
    if (endpoint === undefined) return;
    if (value === undefined) void this.#end(key);
    else if (!this.#ports.has(key)) this.#begin(key, endpoint);
  }

  #begin(key: string, endpoint: EndpointKey): void {
    const main =
      this.#ports.size < this.#listenersMax
        ? this.#open(() => this.#network(endpoint))
        : Promise.reject(new Error(`this server has ${this.#listenersMax} listeners at most`));
    this.#ports.set(key, { key: endpoint, main, ofCallers: new Set() });
    main.catch((error: unknown) => {
      this.#ports.delete(key);
      this.#runtime?.platform.process.warn(
        `no listener for ${endpoint.id}: ${error instanceof Error ? error.message : ''}`,
      );
    });
  }

  async #end(key: string): Promise<void> {
    const ports = this.#ports.get(key);
    this.#ports.delete(key);
    if (ports === undefined) return;
    await Promise.allSettled([
      ports.main.then((listener) => listener.close()),
      ...[...ports.ofCallers].map((listener) => listener.close()),
    ]);
  }

  #inventory({ account, region }: EndpointKey): Inventory {
    const runtime = this.#runtime;
    if (runtime === undefined) throw new Error('the VPC endpoints were not started');
    const { partition, platform } = runtime;
    return new Inventory(runtime, { partition, region, account }, platform.clock.now());
  }

  #record(key: EndpointKey): VpcEndpointRecord | undefined {
    return this.#inventory(key).find('vpc-endpoint', key.id)?.record;
  }

  /** As the record is at this moment: a changed policy holds from the next request on. */
  #network(key: EndpointKey, sourceIp?: string): PrivateNetwork | undefined {
    const inventory = this.#inventory(key);
    const record = inventory.find('vpc-endpoint', key.id)?.record;
    const service = record && endpointServiceNamed(record.serviceName, key.region);
    if (record === undefined || service === undefined) return undefined;
    return {
      vpcEndpointId: record.id,
      vpcId: record.vpcId,
      account: key.account,
      partition: inventory.place.partition,
      region: key.region,
      sourceIp: sourceIp ?? addressOfNobody(record, inventory),
      service: service.name,
      policy: record.policy,
    };
  }
}

/**
 * The address of callers that are no workload of this server (a test, a shell): the last address
 * that AWS gives out in the endpoint's first subnet, or in the VPC.
 */
function addressOfNobody(record: VpcEndpointRecord, inventory: Inventory): string {
  const subnet = inventory.find('subnet', record.interfaces[0]?.subnetId ?? '')?.record;
  const cidr = subnet?.cidr ?? inventory.find('vpc', record.vpcId)?.record.cidr;
  const block = cidr === undefined ? undefined : parseCidr(cidr);
  return block === undefined ? '' : printIpv4(block.address + sizeOf(block) - 2);
}

function urlOf({ port }: PrivateListener): string {
  return `http://127.0.0.1:${port}`;
}

function readKey(key: string): EndpointKey | undefined {
  const [, account, region, id] = endpointKey.exec(key) ?? [];
  if (account === undefined || region === undefined || id === undefined) return undefined;
  return { account, region, id };
}
