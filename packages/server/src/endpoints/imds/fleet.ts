/** The metadata services of all running instances: they come and go with the stored records. */
import type { InstanceRecord } from '../../services/ec2/entities.ts';
import type { Runtime } from '../../services/service.ts';
import type { Json } from '../../store/store.ts';
import { type ImdsEndpoint, startImds } from './listener.ts';
import type { InstanceKey } from './metadata-view.ts';

/** What somebody needs to know to be "inside" an instance. */
export interface InstanceEndpoint {
  readonly instanceId: string;
  readonly account: string;
  readonly region: string;
  /** `http://127.0.0.1:PORT/`. */
  readonly metadataEndpoint: string;
  readonly httpTokens: string;
  readonly instanceProfileArn?: string;
}

const instanceKey = /^ec2\/(\d{12})\/([a-z0-9-]+)\/instance\/(i-[0-9a-f]{8,17})$/;

/** Follows the instance records of a server. */
export class InstanceFleet {
  readonly #runtime: Runtime;
  /** By record key. An endpoint that is being started is a promise. */
  readonly #endpoints = new Map<string, Promise<ImdsEndpoint>>();
  /** The ports of stopped instances, so that a start finds the same one if it is still free. */
  readonly #ports = new Map<string, number>();
  #stop: () => void = () => {};

  private constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Starts a listener for every running instance, and follows the state from then on. */
  static async start(runtime: Runtime): Promise<InstanceFleet> {
    const fleet = new InstanceFleet(runtime);
    fleet.#stop = runtime.state.onCommit(({ records }) => {
      for (const { key, value } of records) fleet.#follow(key, value);
    });
    for (const folder of runtime.state.folders('ec2/')) {
      for (const key of runtime.state.keys(folder)) fleet.#follow(key, runtime.state.get(key));
    }
    await Promise.allSettled(fleet.#endpoints.values());
    return fleet;
  }

  /** The address of an instance's metadata service (`http://127.0.0.1:PORT/`) while it runs. */
  async imdsUrl(account: string, instanceId: string): Promise<string | undefined> {
    return (await this.describe(account, instanceId))?.metadataEndpoint;
  }

  /** undefined when the account has no running instance of that id. */
  async describe(account: string, instanceId: string): Promise<InstanceEndpoint | undefined> {
    for (const [key, endpoint] of this.#endpoints) {
      const instance = readKey(key);
      if (instance?.account !== account || instance.id !== instanceId) continue;
      const { url } = await endpoint;
      const record = readRecord(this.#runtime.state.get(key));
      if (record === undefined) return undefined;
      const profileArn = record.association?.profileArn;
      return {
        instanceId,
        account,
        region: instance.region,
        metadataEndpoint: url,
        httpTokens: record.metadataOptions.httpTokens,
        ...(profileArn === undefined ? {} : { instanceProfileArn: profileArn }),
      };
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#stop();
    await Promise.all([...this.#endpoints.keys()].map((key) => this.#end(key)));
  }

  #follow(key: string, value: Json | undefined): void {
    const instance = readKey(key);
    if (instance === undefined) return;
    const runs = readRecord(value)?.target === 'running';
    if (runs && !this.#endpoints.has(key)) this.#begin(key, instance);
    else if (!runs) void this.#end(key);
    if (value === undefined) this.#ports.delete(key);
  }

  #begin(key: string, instance: InstanceKey): void {
    const port = this.#ports.get(key) ?? 0;
    const endpoint = startImds(this.#runtime, instance, port)
      // Somebody took the port meanwhile.
      .catch(() => startImds(this.#runtime, instance));
    this.#endpoints.set(key, endpoint);
    endpoint.then(
      ({ port: bound }) => this.#ports.set(key, bound),
      (error: unknown) => {
        this.#endpoints.delete(key);
        this.#runtime.platform.process.warn(
          `no metadata endpoint for ${instance.id}: ${error instanceof Error ? error.message : ''}`,
        );
      },
    );
  }

  async #end(key: string): Promise<void> {
    const endpoint = this.#endpoints.get(key);
    this.#endpoints.delete(key);
    try {
      await (await endpoint)?.close();
    } catch {
      // It never listened: said when it failed.
    }
  }
}

function readKey(key: string): InstanceKey | undefined {
  const [, account, region, id] = instanceKey.exec(key) ?? [];
  if (account === undefined || region === undefined || id === undefined) return undefined;
  return { account, region, id };
}

function readRecord(value: Json | undefined): InstanceRecord | undefined {
  // Records are written by EC2's own operations only; their shape is entities.ts.
  return value === undefined ? undefined : (value as unknown as InstanceRecord);
}
