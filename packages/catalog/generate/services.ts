/** The services whose API shapes the catalogue holds: one line each. */

/** Our id of a service and the npm package whose schemas describe it. */
export interface ServiceSource {
  readonly id: string;
  readonly package: string;
}

export const SERVICES: readonly ServiceSource[] = [
  { id: 'iam', package: '@aws-sdk/client-iam' },
  { id: 'sts', package: '@aws-sdk/client-sts' },
  { id: 's3', package: '@aws-sdk/client-s3' },
  { id: 'ec2', package: '@aws-sdk/client-ec2' },
  { id: 'cloudwatch', package: '@aws-sdk/client-cloudwatch' },
  { id: 'kms', package: '@aws-sdk/client-kms' },
  { id: 'secretsmanager', package: '@aws-sdk/client-secrets-manager' },
  { id: 'ssm', package: '@aws-sdk/client-ssm' },
  { id: 'logs', package: '@aws-sdk/client-cloudwatch-logs' },
  { id: 'ecr', package: '@aws-sdk/client-ecr' },
  { id: 'ecs', package: '@aws-sdk/client-ecs' },
];
