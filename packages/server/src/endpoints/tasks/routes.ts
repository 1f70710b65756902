/** Which way a task's requests go: through its VPC's endpoint for a service, else to this server. */
import { Inventory } from '../../services/ec2/inventory.ts';
import { hasWayOut } from '../../services/ec2/route-choice.ts';
import type { TaskLaunch } from '../../services/ecs/launcher.ts';
import type { Runtime } from '../../services/service.ts';
import type { VpcEndpointAccess } from '../../services/vpc-endpoints.ts';

/** Services whose clients may be sent to an endpoint by a variable of their own. */
const clientVariables: readonly (readonly [service: string, variable: string])[] = [
  ['ecr.api', 'AWS_ENDPOINT_URL_ECR'],
  ['ecs', 'AWS_ENDPOINT_URL_ECS'],
  ['ec2', 'AWS_ENDPOINT_URL_EC2'],
  ['kms', 'AWS_ENDPOINT_URL_KMS'],
  ['logs', 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS'],
  ['monitoring', 'AWS_ENDPOINT_URL_CLOUDWATCH'],
  ['s3', 'AWS_ENDPOINT_URL_S3'],
  ['secretsmanager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
  ['ssm', 'AWS_ENDPOINT_URL_SSM'],
  ['sts', 'AWS_ENDPOINT_URL_STS'],
];

/** Nothing leads from the task's subnet to the service: its packets are lost. */
export class NoRoute extends Error {
  constructor() {
    // Unverified: AWS prints the address of the service, of which this server has none.
    super('dial tcp 203.0.113.1:443: i/o timeout');
    this.name = 'NoRoute';
  }
}

/** The network of one task. Ports of its own are opened as they are needed. */
export class Routes {
  readonly #runtime: Runtime;
  readonly #task: TaskLaunch;
  readonly #accesses = new Map<string, Promise<VpcEndpointAccess | undefined>>();

  constructor(runtime: Runtime, task: TaskLaunch) {
    this.#runtime = runtime;
    this.#task = task;
  }

  /**
   * The address (without a slash at its end) for a service, named as its VPC endpoint service ends.
   * Fargate asks for registry tokens over a network interface of its own, never over the task's.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
   * Rejects with NoRoute.
   */
  async urlOf(service: string, operation = ''): Promise<string> {
    const isFargates = this.#task.launchType === 'FARGATE' && operation === 'GetAuthorizationToken';
    const access = isFargates ? undefined : await this.#access(service);
    return access?.url ?? this.endpoint;
  }

  /** This server, also where it listens on every address. */
  get endpoint(): string {
    return this.#runtime
      .endpoint()
      .replace('//0.0.0.0:', '//127.0.0.1:')
      .replace('//[::]:', '//[::1]:');
  }

  /** Variables that lead the task's own clients through the endpoints of its VPC. */
  async clientEnvironment(): Promise<ReadonlyMap<string, string>> {
    const environment = new Map<string, string>();
    for (const [service, variable] of clientVariables) {
      const access = await this.#access(service).catch(ignoreNoRoute);
      if (access !== undefined) environment.set(variable, access.url);
    }
    return environment;
  }

  /** Closes the task's ports. */
  async close(): Promise<void> {
    const accesses = await Promise.allSettled(this.#accesses.values());
    this.#accesses.clear();
    for (const access of accesses) {
      if (access.status === 'fulfilled') await access.value?.close();
    }
  }

  #access(service: string): Promise<VpcEndpointAccess | undefined> {
    let access = this.#accesses.get(service);
    if (access === undefined) {
      access = this.#open(service);
      this.#accesses.set(service, access);
    }
    return access;
  }

  async #open(service: string): Promise<VpcEndpointAccess | undefined> {
    const { account, region, subnetId, privateIpv4, networkConfiguration } = this.#task;
    const { vpcEndpoints, partition, platform } = this.#runtime;
    if (vpcEndpoints === undefined || subnetId === undefined || privateIpv4 === undefined) {
      return undefined;
    }
    const place = { partition, region, account };
    const inventory = new Inventory(this.#runtime, place, platform.clock.now());
    const vpcId = inventory.find('subnet', subnetId)?.record.vpcId;
    if (vpcId === undefined) return undefined;
    const access = await vpcEndpoints.access({
      account,
      region,
      vpcId,
      subnetId,
      service,
      sourceIp: privateIpv4,
    });
    // The agent of an instance has the instance's own network.
    const isOwn = this.#task.launchType === 'FARGATE';
    const hasPublicAddress =
      networkConfiguration?.awsvpcConfiguration?.assignPublicIp === 'ENABLED';
    const leaving = { subnetId, vpcId, hasPublicAddress };
    if (access === undefined && isOwn && !hasWayOut(leaving, inventory)) throw new NoRoute();
    return access;
  }
}

function ignoreNoRoute(error: unknown): undefined {
  if (!(error instanceof NoRoute)) throw error;
}
