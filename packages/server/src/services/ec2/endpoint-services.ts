/**
 * The services that VPC endpoints can stand for: those that this server has, and their companions.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */

/** A service as endpoint service names end (`com.amazonaws.us-east-1.ecr.api`). */
export interface EndpointService {
  readonly name: string;
  readonly types: readonly ('Gateway' | 'Interface')[];
  /** Ids of this server's services that answer there; the registry has the id `ecr.dkr`. */
  readonly serves: readonly string[];
  /** The variable by which clients find an endpoint of this service alone, where there is one. */
  readonly variable?: string;
  /** The host that private DNS turns to the endpoint; `{region}` is replaced. */
  readonly privateDnsName: string;
}

/** `{region}` is replaced. */
const ownName = (name: string): string => `${name}.{region}.amazonaws.com`;

function interfaceService(
  name: string,
  serves: readonly string[],
  sdkName?: string,
  privateDnsName = ownName(name),
): EndpointService {
  const variable = sdkName === undefined ? {} : { variable: `AWS_ENDPOINT_URL_${sdkName}` };
  return { name, types: ['Interface'], serves, privateDnsName, ...variable };
}

const services: readonly EndpointService[] = [
  interfaceService('ec2', ['ec2'], 'EC2'),
  interfaceService('ec2messages', []),
  interfaceService('ecr.api', ['ecr'], 'ECR', 'api.ecr.{region}.amazonaws.com'),
  interfaceService('ecr.dkr', ['ecr.dkr'], undefined, '*.dkr.ecr.{region}.amazonaws.com'),
  interfaceService('ecs', ['ecs'], 'ECS'),
  interfaceService('ecs-agent', ['ecs'], undefined, 'ecs-a.{region}.amazonaws.com'),
  interfaceService('ecs-telemetry', ['ecs'], undefined, 'ecs-t.{region}.amazonaws.com'),
  interfaceService('kms', ['kms'], 'KMS'),
  interfaceService('logs', ['logs'], 'CLOUDWATCH_LOGS'),
  interfaceService('monitoring', ['cloudwatch'], 'CLOUDWATCH'),
  interfaceService('secretsmanager', ['secretsmanager'], 'SECRETS_MANAGER'),
  interfaceService('ssm', ['ssm'], 'SSM'),
  interfaceService('ssmmessages', []),
  interfaceService('sts', ['sts'], 'STS'),
  { ...interfaceService('dynamodb', [], 'DYNAMODB'), types: ['Gateway', 'Interface'] },
  { ...interfaceService('s3', ['s3'], 'S3'), types: ['Gateway', 'Interface'] },
];

const byName: ReadonlyMap<string, EndpointService> = new Map(
  services.map((service) => [service.name, service]),
);

/** IAM is a global service: its endpoint names no region, and only us-east-1 has it. */
const iam: EndpointService = interfaceService('iam', ['iam'], 'IAM', 'iam.amazonaws.com');

/** The full name of a service's endpoint service in a region. */
export function endpointServiceName({ name }: EndpointService, region: string): string {
  return name === 'iam' ? 'com.amazonaws.iam' : `com.amazonaws.${region}.${name}`;
}

/** Every endpoint service of a region, in the order of their names. */
export function endpointServicesIn(region: string): readonly EndpointService[] {
  return region === 'us-east-1' ? [iam, ...services] : services;
}

/** The service of a full name; undefined when the region has none of it. */
export function endpointServiceNamed(
  serviceName: string,
  region: string,
): EndpointService | undefined {
  if (serviceName === 'com.amazonaws.iam') return region === 'us-east-1' ? iam : undefined;
  const prefix = `com.amazonaws.${region}.`;
  return serviceName.startsWith(prefix) ? byName.get(serviceName.slice(prefix.length)) : undefined;
}

/**
 * Whether an endpoint of that service (`ecr.api`) answers for one of this server's services; the
 * image registry, which is none of them, has the id `ecr.dkr`.
 */
export function isServedThrough(endpointService: string, serviceId: string): boolean {
  const service = endpointService === 'iam' ? iam : byName.get(endpointService);
  return service?.serves.includes(serviceId) === true;
}

/** The ids of AWS's own prefix lists; other regions' are derived. */
const prefixListIds: ReadonlyMap<string, string> = new Map([
  ['us-east-1.s3', 'pl-63a5400a'],
  ['us-east-1.dynamodb', 'pl-02cd2c6b'],
  ['us-west-2.s3', 'pl-68a54001'],
  ['us-west-2.dynamodb', 'pl-00a54069'],
]);

/** A prefix list of AWS: the addresses of a service that gateway endpoints lead to. */
export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** Addresses are of the ranges for documentation (RFC 5737): nothing is routed to them. */
export function prefixListsOf(
  region: string,
  idOf: (name: string) => string,
): readonly PrefixList[] {
  return services
    .filter(({ types }) => types.includes('Gateway'))
    .map((service, index) => {
      const name = endpointServiceName(service, region);
      const id = prefixListIds.get(`${region}.${service.name}`) ?? idOf(name);
      return { id, name, cidrs: [index === 0 ? '203.0.113.0/25' : '203.0.113.128/25'] };
    });
}
