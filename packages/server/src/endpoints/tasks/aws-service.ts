/** The AWS services that a task's launcher asks, as the clients of AWS's own launchers name them. */

/** One service with a JSON protocol. */
export interface AwsService {
  readonly signingName: string;
  /** What stands before the region in its host name. */
  readonly hostStart: string;
  readonly targetPrefix: string;
  /** The service's id in messages of the Go SDK. */
  readonly title: string;
  /** The end of the name of its VPC endpoint service: `com.amazonaws.REGION.ecr.api`. */
  readonly endpointService: string;
  /** Exceptions of the model: the Go SDK prints them without `api error`. */
  readonly modelled: ReadonlySet<string>;
}

export const ecr: AwsService = {
  signingName: 'ecr',
  hostStart: 'api.ecr',
  targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
  title: 'ECR',
  endpointService: 'ecr.api',
  modelled: new Set(['ServerException', 'InvalidParameterException']),
};

export const ssm: AwsService = {
  signingName: 'ssm',
  hostStart: 'ssm',
  targetPrefix: 'AmazonSSM',
  title: 'SSM',
  endpointService: 'ssm',
  modelled: new Set(['InternalServerError', 'InvalidKeyId']),
};

export const secretsManager: AwsService = {
  signingName: 'secretsmanager',
  hostStart: 'secretsmanager',
  targetPrefix: 'secretsmanager',
  title: 'Secrets Manager',
  endpointService: 'secretsmanager',
  modelled: new Set([
    'DecryptionFailure',
    'InternalServiceError',
    'InvalidParameterException',
    'InvalidRequestException',
    'ResourceNotFoundException',
  ]),
};

export const logs: AwsService = {
  signingName: 'logs',
  hostStart: 'logs',
  targetPrefix: 'Logs_20140328',
  title: 'CloudWatch Logs',
  endpointService: 'logs',
  modelled: new Set([
    'InvalidParameterException',
    'LimitExceededException',
    'OperationAbortedException',
    'ResourceAlreadyExistsException',
    'ResourceNotFoundException',
    'ServiceUnavailableException',
  ]),
};
