/**
 * Attributes of container instances: what the agent reports, what ECS adds, what people put.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
import type { Attribute } from '@sekisho/catalog/types/ecs';
import type { InstanceRecord } from '../ec2/entities.ts';
import type { ContainerInstanceRecord } from './entities/container-instance.ts';
import type { StoredTaskDefinition } from './entities/task-definition.ts';

const nameForm = /^(?=.{1,128}$)[A-Za-z0-9_.-]+(?:[/\\][A-Za-z0-9_.-]+)*$/;
const valueForm = /^[A-Za-z0-9_./\\@: -]{1,128}$/;

/** Whether ECS takes the attribute. */
export function isAttribute({ name, value }: Attribute): boolean {
  return nameForm.test(name) && (value === undefined || value === '' || valueForm.test(value));
}

/** The attributes after the given ones were set, by name. */
export function withAttributes(
  existing: readonly Attribute[],
  added: readonly Attribute[],
): readonly Attribute[] {
  const attributes = new Map(existing.map(({ name, value }) => [name, value]));
  for (const { name, value } of added) attributes.set(name, value);
  return [...attributes].map(([name, value]) =>
    value === undefined || value === '' ? { name } : { name, value },
  );
}

/** What ECS knows of the EC2 instance itself. */
export function instanceAttributes(instance: InstanceRecord): readonly Attribute[] {
  return [
    { name: 'ecs.availability-zone', value: instance.availabilityZone },
    { name: 'ecs.ami-id', value: instance.imageId },
    { name: 'ecs.instance-type', value: instance.instanceType },
    { name: 'ecs.subnet-id', value: instance.subnetId },
    { name: 'ecs.vpc-id', value: instance.vpcId },
  ];
}

/** The first agent that takes an execution role. */
const executionRoleVersion = [1, 16, 0] as const;
const executionRoleForm = /^ecs\.capability\.execution-role-/;

/**
 * The attributes that the task definition requires and the container instance lacks. Agents before
 * 1.16.0 know no execution role, whatever they report.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function missingAttributes(
  { attributes, versionInfo }: Pick<ContainerInstanceRecord, 'attributes' | 'versionInfo'>,
  { requiresAttributes = [], executionRoleArn }: StoredTaskDefinition,
): readonly string[] {
  const present = new Set(attributes.map(({ name }) => name));
  const isOld = isBefore(versionInfo.agentVersion ?? '', executionRoleVersion);
  const missing = requiresAttributes
    .map(({ name }) => name)
    .filter((name) => !present.has(name) || (isOld && executionRoleForm.test(name)));
  if (executionRoleArn === undefined || !isOld || missing.length > 0) return missing;
  return ['ecs.capability.execution-role-ecr-pull'];
}

/** An agent that does not tell its version is taken for an old one. */
function isBefore(version: string, first: readonly number[]): boolean {
  const [, ...digits] = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version) ?? [];
  if (digits.length === 0) return true;
  for (const [index, least] of first.entries()) {
    const part = Number(digits[index]);
    if (part !== least) return part < least;
  }
  return false;
}
