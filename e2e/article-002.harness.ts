/** What both files on article 002 need: one AWS CLI against one server, and its administrator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import {
  type AwsCli,
  aws,
  type ClientOptions,
  type ClientResult,
  clientEnvironment,
  commandArguments,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

export const account = '123456789012';

/** A file of examples/002. */
export function exampleText(name: string): string {
  return readFileSync(join(root, 'examples', '002', name), 'utf8');
}

/** The ARN of a managed policy of the account. */
export function policyArn(name: string): string {
  return `arn:aws:iam::${account}:policy/${name}`;
}

/** The arguments of a command as one would type it. */
export function words(command: string): readonly string[] {
  return command.split(/\s+/).filter((word) => word !== '');
}

/** A server, an AWS CLI that walks through the article, and SDK clients that prepare things quickly. */
export class Article {
  readonly cli: AwsCli;
  readonly sekisho: Sekisho;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly ec2: EC2Client;
  instanceId = '';

  private constructor(cli: AwsCli, sekisho: Sekisho) {
    this.cli = cli;
    this.sekisho = sekisho;
    const file = readFileSync(sekisho.credentialsFile, 'utf8');
    const common = {
      endpoint: sekisho.endpoint,
      region: 'us-east-1',
      credentials: {
        accessKeyId: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
        secretAccessKey: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
      },
    };
    this.iam = new IAMClient(common);
    this.s3 = new S3Client(common);
    this.ec2 = new EC2Client(common);
  }

  static async open(cli: AwsCli, ...args: readonly string[]): Promise<Article> {
    return new Article(cli, await startSekisho(...args));
  }

  /** A CLI command with the root key, or with the given credentials. */
  run(args: readonly string[], options?: ClientOptions): ClientResult {
    return aws(this.cli, this.sekisho, args, options);
  }

  /** The JSON that a command prints; it must succeed. */
  json(command: string, ...more: readonly string[]): unknown {
    const result = this.run([...words(command), ...more, '--output', 'json']);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    return result.stdout.trim() === '' ? undefined : JSON.parse(result.stdout);
  }

  /** What a command says that must fail. */
  refused(args: readonly string[], options?: ClientOptions): string {
    const result = this.run(args, options);
    expect(result.code).not.toBe(0);
    return result.stderr.trim();
  }

  /** A CLI command as if inside the instance. */
  inside(command: string, ...more: readonly string[]): ClientResult {
    const { cli, sekisho } = this;
    const flags = cli.needsEndpointFlag ? ['--endpoint-url', sekisho.endpoint] : [];
    const exec = ['instance', 'exec', this.instanceId, '--', cli.path, ...flags];
    return runClient(process.execPath, [...commandArguments, ...exec, ...words(command), ...more], {
      env: { ...clientEnvironment(sekisho), AWS_EC2_METADATA_DISABLED: 'false' },
      folder: sekisho.folder,
    });
  }

  /** What the article takes for granted: a key pair, a subnet 10.0.1.0/24, a security group. */
  async prepareNetwork(): Promise<{ readonly subnetId: string; readonly groupId: string }> {
    await this.ec2.send(new CreateKeyPairCommand({ KeyName: 'umemoto_kadai_1' }));
    const { Vpc } = await this.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const VpcId = Vpc?.VpcId;
    const { Subnet } = await this.ec2.send(
      new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }),
    );
    const { GroupId } = await this.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web', VpcId }),
    );
    return { subnetId: Subnet?.SubnetId ?? '', groupId: GroupId ?? '' };
  }
}

/** The article's run-instances. */
export function runInstances(network: {
  readonly subnetId: string;
  readonly groupId: string;
}): readonly string[] {
  return [
    ...words(`ec2 run-instances --image-id ami-0cbec04a61be382d9 --count 1 --instance-type t2.micro
      --key-name umemoto_kadai_1 --iam-instance-profile Name=umemoto-wordpress-profile
      --security-group-ids ${network.groupId} --subnet-id ${network.subnetId}
      --private-ip-address 10.0.1.50
      --capacity-reservation-specification CapacityReservationPreference=none`),
    '--tag-specifications',
    'ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]',
  ];
}
