/** What RegisterTaskDefinition refuses in one container definition. */
import type {
  ContainerDefinition,
  LogConfiguration,
  RegisterTaskDefinitionRequest,
} from '@sekisho/catalog/types/ecs';
import { clientException } from '../errors.ts';
import { mapEntries } from '../plain.ts';
import { isForFargate } from './check-fargate.ts';

const nameForm = /^[A-Za-z0-9_-]{1,255}$/;
const fargateDrivers = ['awslogs', 'splunk', 'awsfirelens'];
const ec2Drivers = [
  'awslogs',
  'fluentd',
  'gelf',
  'json-file',
  'journald',
  'splunk',
  'syslog',
  'awsfirelens',
];

/** Throws ClientException. */
export function checkContainer(
  container: ContainerDefinition,
  input: RegisterTaskDefinitionRequest,
): void {
  const { name, image, logConfiguration } = container;
  if (!name) throw clientException('Container.name should not be null or empty.');
  if (!image) throw clientException('Container.image should not be null or empty.');
  // Unverified: the text.
  if (!nameForm.test(name)) throw clientException('Container.name contains invalid characters.');
  checkMemory(name, container, input);
  checkPorts(name, container, input);
  checkVariables(container);
  checkHealth(name, container);
  checkOrder(name, container, input);
  if (logConfiguration !== undefined) checkLog(logConfiguration, isForFargate(input));
}

function checkMemory(
  name: string,
  { memory, memoryReservation }: ContainerDefinition,
  input: RegisterTaskDefinitionRequest,
): void {
  if (input.memory === undefined && memory === undefined && memoryReservation === undefined) {
    // A task for Fargate is told that it needs a size of its own.
    if (isForFargate(input)) return;
    throw clientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or ` +
        "'memoryReservation' must be specified.",
    );
  }
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation) {
    // Unverified: the text.
    throw clientException(
      `Invalid setting for container '${name}'. The hard limit must be greater than or equal to ` +
        'the soft limit.',
    );
  }
}

function checkPorts(
  name: string,
  { portMappings = [], links = [] }: ContainerDefinition,
  { networkMode }: RegisterTaskDefinitionRequest,
): void {
  // Unverified: the texts.
  const invalid = [...portMappings].some(({ containerPort = 1, hostPort = 0 }) =>
    [containerPort, hostPort].some((port) => port < 0 || port > 65_535),
  );
  if (invalid) throw clientException(`Invalid port mapping of container '${name}'.`);
  if (networkMode !== 'awsvpc' && networkMode !== 'host') return;
  const differs = portMappings.some(
    ({ containerPort, hostPort }) => hostPort && hostPort !== containerPort,
  );
  if (differs) {
    throw clientException(
      `When networkMode=${networkMode}, the host ports and container ports in port mappings ` +
        'must match.',
    );
  }
  if (links.length > 0) {
    throw clientException(`Links are not supported when networkMode=${networkMode}.`);
  }
}

function checkVariables({ environment = [], secrets = [] }: ContainerDefinition): void {
  const names = new Set(environment.map((variable) => variable.name));
  for (const { name } of secrets) {
    if (names.has(name)) {
      throw clientException(
        'The secret name must be unique and not shared with any new or existing environment ' +
          `variables set on the container, such as '${name}'.`,
      );
    }
    names.add(name);
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function checkHealth(name: string, { healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return;
  const { command, interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const [kind = ''] = command;
  const isNone = kind === 'NONE' && command.length === 1;
  const isCommand = ['CMD', 'CMD-SHELL'].includes(kind) && command.length > 1;
  const ranges: readonly (readonly [member: string, value: number, min: number, max: number])[] = [
    ['interval', interval, 5, 300],
    ['timeout', timeout, 2, 120],
    ['retries', retries, 1, 10],
    ['startPeriod', startPeriod, 0, 300],
  ];
  // Unverified: the texts.
  if (!isNone && !isCommand) {
    throw clientException(
      `Invalid health check of container '${name}'. The command must begin with CMD or CMD-SHELL.`,
    );
  }
  const outside = ranges.find(([, value, min, max]) => value < min || value > max);
  if (outside === undefined) return;
  const [member, , min, max] = outside;
  throw clientException(
    `Invalid health check of container '${name}'. '${member}' must be between ${min} and ${max}.`,
  );
}

function checkOrder(
  name: string,
  { dependsOn = [] }: ContainerDefinition,
  { containerDefinitions }: RegisterTaskDefinitionRequest,
): void {
  for (const { containerName, condition } of dependsOn) {
    const target = containerDefinitions.find((each) => each.name === containerName);
    // Unverified: the texts.
    if (target === undefined || containerName === name) {
      throw clientException(`Container '${name}' depends on unknown container '${containerName}'.`);
    }
    if (condition === 'HEALTHY' && target.healthCheck === undefined) {
      throw clientException(`Container '${containerName}' has no health check.`);
    }
  }
}

const awslogsRequired = ['awslogs-region', 'awslogs-group'];
const awslogsOptions: ReadonlySet<string> = new Set([
  ...awslogsRequired,
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'awslogs-stream-prefix',
  'max-buffer-size',
  'mode',
]);

function checkLog({ logDriver, options }: LogConfiguration, isFargate: boolean): void {
  const drivers = isFargate ? fargateDrivers : ec2Drivers;
  if (!drivers.includes(logDriver)) {
    throw clientException(
      `${logDriver} is not a valid log driver. Must be one of [${drivers.join(',')}]`,
    );
  }
  if (logDriver !== 'awslogs') return;
  const given = new Map(mapEntries(options));
  const missing = awslogsRequired.filter((name) => !given.get(name));
  if (missing.length > 0) {
    throw clientException(`Log driver awslogs requires options: ${missing.join(', ')}`);
  }
  const unknown = [...given.keys()].filter((name) => !awslogsOptions.has(name));
  if (unknown.length > 0) {
    throw clientException(`Log driver awslogs disallows options: ${unknown.join(', ')}`);
  }
}
