/** For tests: an AWS CLI command as it is printed, read as a shell would and sent by an SDK client. */
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Module, client class, and whether members begin in lower case. */
const services = {
  ec2: [ec2, 'EC2Client', false],
  ecr: [ecr, 'ECRClient', true],
  ecs: [ecs, 'ECSClient', true],
  iam: [iam, 'IAMClient', false],
  kms: [kms, 'KMSClient', false],
  logs: [logs, 'CloudWatchLogsClient', true],
  s3api: [s3, 'S3Client', false],
  secretsmanager: [secretsmanager, 'SecretsManagerClient', false],
  ssm: [ssm, 'SSMClient', false],
} as const;

const lists = new Set(['subnet-ids', 'client-id-list']);
const structures = new Set(['network-configuration']);
const members: ReadonlyMap<string, string> = new Map([
  ['client-id-list', 'ClientIDList'],
  ['client-id', 'ClientID'],
  ['open-id-connect-provider-arn', 'OpenIDConnectProviderArn'],
]);

/** The words of a command line in which nothing but quotes and continued lines is special. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  const form = /(?:'[^']*'|\\'|[^\s'\\])+/g;
  for (const [word] of line.replaceAll('\\\n', ' ').matchAll(form)) {
    words.push(word.replaceAll(/'([^']*)'|\\(')/g, (_, quoted, single) => quoted ?? single));
  }
  return words;
}

export function inputOf(words: readonly string[], isLower: boolean): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  let index = 0;
  while (index < words.length) {
    const option = (words[index] ?? '').slice(2);
    const values: string[] = [];
    for (index += 1; index < words.length && !words[index]?.startsWith('--'); index += 1) {
      values.push(words[index] ?? '');
    }
    const pascal = members.get(option) ?? pascalCase(option);
    const name = isLower ? pascal.slice(0, 1).toLowerCase() + pascal.slice(1) : pascal;
    const [first = ''] = values;
    if (values.length === 0) input[name] = true;
    else if (lists.has(option)) input[name] = values;
    else input[name] = structures.has(option) ? JSON.parse(first) : first;
  }
  return input;
}

function pascalCase(option: string): string {
  return option.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Sends `aws SERVICE OPERATION …`. Rejects with the SDK's error. */
export async function carryOut(line: string, settings: Settings): Promise<unknown> {
  const [program, service = '', operation = '', ...options] = shellWords(line);
  if (program !== 'aws' || !(service in services)) throw new Error(`no command: ${line}`);
  const [sdk, client, isLower] = services[service as keyof typeof services];
  const classes = sdk as unknown as Record<
    string,
    new (
      input: object,
    ) => { send(x: object): unknown }
  >;
  const Client = classes[client];
  const Command =
    classes[`${pascalCase(operation.replace(/\b(open|client)-id\b/g, '$1-i-d'))}Command`];
  if (Client === undefined || Command === undefined) throw new Error(`no operation: ${line}`);
  return await new Client(settings).send(new Command(inputOf(options, isLower)));
}
