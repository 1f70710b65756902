/** What lets a task's requests come through the VPC endpoint that a policy asks for. */
import { type Decision, nearestStatements } from '@sekisho/policy';
import { endpointServiceNamed, endpointServicesIn } from '../../services/ec2/endpoint-services.ts';
import { Inventory } from '../../services/ec2/inventory.ts';
import { routeTableOf } from '../../services/ec2/route-choice.ts';
import type { DemandContext } from '../../services/service.ts';
import { renderFix } from '../fixes/render.ts';
import { gatewayEndpoint, interfaceEndpoint, taskInSubnets } from '../fixes/resources.ts';
import type { Fix } from '../fixes/template.ts';

/** Services of the registry and others by the prefix of their actions. */
const endpointNames: ReadonlyMap<string, string> = new Map([
  ['ecr', 'ecr.dkr'],
  ['logs', 'logs'],
  ['ssm', 'ssm'],
  ['secretsmanager', 'secretsmanager'],
  ['kms', 'kms'],
  ['s3', 's3'],
]);

/** Where a task ran, and what it was. */
export interface PlacedTask {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnetId?: string | undefined;
}

/** Nothing here is tried out: the next run of the task is the trial. */
export interface NetworkFixes {
  readonly fixes: readonly Fix[];
  readonly proven?: never;
}

/** The endpoint that the policy names, if there is one; else a new one in the task's VPC. */
export function networkFixes(
  decision: Decision,
  task: PlacedTask,
  context: DemandContext,
): NetworkFixes {
  const inventory = inventoryOf(context);
  const wanted = namedEndpoints(decision);
  const known = wanted.flatMap((id) => inventory.find('vpc-endpoint', id)?.record ?? []);
  const prefix = decision.request.action.split(':', 1)[0] ?? '';
  const name = endpointNames.get(prefix) ?? prefix;
  const there = known.find(({ serviceName }) => {
    return endpointServiceNamed(serviceName, context.region)?.name === name;
  });
  if (there !== undefined) {
    const subnets = there.interfaces.map((each) => each.subnetId);
    const template = taskInSubnets(task.cluster, task.taskDefinition, subnets);
    const text = {
      en: `Run the task in ${there.vpcId}, whose endpoint for ${name} is ${there.id}.`,
      ja: `${name} のエンドポイント ${there.id} がある ${there.vpcId} でタスクを実行します。`,
    };
    return { fixes: [renderFix(text, template)] };
  }
  return newEndpoint(name, task.subnetId, context);
}

/** An endpoint for a service in the VPC of a subnet: for S3 a gateway, which costs nothing. */
export function newEndpoint(
  name: string,
  subnetId: string | undefined,
  context: DemandContext,
): NetworkFixes {
  const inventory = inventoryOf(context);
  const vpcId = inventory.find('subnet', subnetId ?? '')?.record.vpcId ?? 'VPC';
  const served = endpointServicesIn(context.region).some((service) => service.name === name);
  if (!served) return { fixes: [] };
  const service = `com.amazonaws.${context.region}.${name}`;
  const table = routeTableOf(subnetId ?? '', vpcId, inventory)?.id ?? 'ROUTE_TABLE';
  const template =
    name === 's3'
      ? gatewayEndpoint(service, vpcId, [table])
      : interfaceEndpoint(service, vpcId, [subnetId ?? 'SUBNET']);
  const text = {
    en: `Make a VPC endpoint for ${name} in the task's VPC; a condition on aws:SourceVpce has to name it.`,
    ja: `タスクの VPC に ${name} の VPC エンドポイントを作成します。aws:SourceVpce の条件にはその ID を指定してください。`,
  };
  return { fixes: [renderFix(text, template)] };
}

function inventoryOf({ runtime, partition, region, account, http }: DemandContext): Inventory {
  return new Inventory(runtime, { partition, region, account }, http.receivedAt);
}

function namedEndpoints({ trace }: Decision): readonly string[] {
  const layer = trace?.refusals[0]?.layer;
  if (layer === undefined) return [];
  return nearestStatements(layer).flatMap(({ failed }) =>
    failed
      .filter(({ key = '' }) => /^aws:SourceVpce$/i.test(key))
      .flatMap(({ policyValues }) => policyValues),
  );
}
