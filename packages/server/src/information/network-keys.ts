/**
 * Properties of the private network that a request came over: `aws:SourceVpce`, `aws:SourceVpc`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
 */
import type { PrivateNetwork } from '../protocol/http.ts';
import type { ContextEntry } from './entries.ts';

/** Services (prefixes of their actions) that tell policies the ARN of the VPC. */
const arnServices: ReadonlySet<string> = new Set([
  'acm-pca',
  'applicationinsights',
  'apprunner',
  'athena',
  'cloudformation',
  'comprehendmedical',
  'compute-optimizer',
  'datasync',
  'discovery',
  'ebs',
  'ecr',
  'ecs',
  'firehose',
  'healthlake',
  'iam',
  'iotfleetwise',
  'iotwireless',
  'kinesisanalytics',
  'kms',
  'lambda',
  'medical-imaging',
  'omics',
  'payment-cryptography',
  'polly',
  'rbin',
  'rekognition',
  'route53',
  's3',
  'scheduler',
  'servicediscovery',
  'servicequotas',
  'ssm-contacts',
  'storagegateway',
  'textract',
  'transcribe',
  'transfer',
]);

/** Those that tell the endpoint's account: the same and three more. */
const accountServices: ReadonlySet<string> = new Set([
  ...arnServices,
  'dynamodb',
  'gamelift',
  'shield',
]);

/**
 * The keys of one action through a VPC endpoint. The organization's keys (`aws:VpceOrgID`,
 * `aws:VpceOrgPaths`) are absent: an account here is in no organization.
 */
export function networkKeys(network: PrivateNetwork, action: string): readonly ContextEntry[] {
  const { vpcEndpointId, vpcId, account, region, sourceIp, partition } = network;
  const prefix = action.slice(0, action.indexOf(':'));
  const keys: ContextEntry[] = [
    ['aws:SourceVpc', vpcId],
    ['aws:SourceVpce', vpcEndpointId],
    ['aws:VpcSourceIp', sourceIp],
  ];
  if (action === 'iam:PassRole') return keys;
  if (arnServices.has(prefix)) {
    keys.push(['aws:SourceVpcArn', `arn:${partition}:ec2:${region}:${account}:vpc/${vpcId}`]);
  }
  if (accountServices.has(prefix)) keys.push(['aws:VpceAccount', account]);
  return keys;
}
