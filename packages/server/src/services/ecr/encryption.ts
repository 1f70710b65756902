/** A repository's encryption: its setting, and what is asked of KMS in the caller's name. */
import type { EncryptionConfiguration } from '@sekisho/catalog/types/ecr';
import type { DescribeKeyResponse } from '@sekisho/catalog/types/kms';
import { ServiceError } from '../../protocol/service-error.ts';
import { type ForwardedRequest, forward, forwardedDemands } from '../forward-access.ts';
import type { Demand, DemandContext, OperationContext } from '../service.ts';
import type { Encryption } from './entities.ts';
import { invalidParameter } from './errors.ts';

const awsManagedKey = /^(?:arn:[^:]+:kms:[^:]+:\d{12}:)?alias\/aws\/ecr$/;

/** The customer managed key of a setting; undefined without one, or for the AWS managed one. */
function customerKey(configuration: EncryptionConfiguration | undefined): string | undefined {
  const key = configuration?.kmsKey;
  return key === undefined || awsManagedKey.test(key) ? undefined : key;
}

function describeKey(key: string): ForwardedRequest {
  return { service: 'kms', via: 'ecr', operation: 'DescribeKey', input: { KeyId: key } };
}

/**
 * What the caller must be allowed on a customer managed key. Unverified: that the three rights are
 * asked for when the repository is made.
 */
export async function keyDemands(
  configuration: EncryptionConfiguration | undefined,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const key = customerKey(configuration);
  if (key === undefined) return [];
  const described = await forwardedDemands(describeKey(key), context);
  const withAction = (action: string, demand: Demand): Demand => ({
    ...demand,
    action: `kms:${action}`,
    context: [...(demand.context ?? []), ['kms:GrantIsForAWSResource', 'true']],
  });
  return [
    ...described,
    ...described.map((demand) => withAction('CreateGrant', demand)),
    ...described.map((demand) => withAction('RetireGrant', demand)),
  ];
}

/** The setting as it is stored, its key by its ARN. Throws KmsException. */
export async function readEncryption(
  configuration: EncryptionConfiguration | undefined,
  context: OperationContext,
): Promise<Encryption> {
  const type = typeOf(configuration);
  if (type === 'AES256') {
    if (configuration?.kmsKey === undefined) return { type };
    // Unverified: the text.
    throw invalidParameter('encryptionConfiguration', 'kmsKey is not allowed with AES256');
  }
  const key = customerKey(configuration);
  if (key === undefined) {
    const { partition, region, account } = context;
    return { type, kmsKey: `arn:${partition}:kms:${region}:${account}:alias/aws/ecr` };
  }
  try {
    const { KeyMetadata } = await forward<DescribeKeyResponse>(describeKey(key), context);
    return { type, kmsKey: KeyMetadata?.Arn ?? key };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // Unverified: the text.
    throw new ServiceError('KmsException', error.message, 400, [], [], { kmsError: error.code });
  }
}

function typeOf(configuration: EncryptionConfiguration | undefined): Encryption['type'] {
  const type = configuration?.encryptionType ?? 'AES256';
  if (type === 'AES256' || type === 'KMS' || type === 'KMS_DSSE') return type;
  throw invalidParameter('encryptionType', `Invalid value ${type}`);
}
