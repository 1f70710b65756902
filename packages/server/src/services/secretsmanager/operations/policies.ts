/** The resource policy of a secret: put, get, delete, validate. */
import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
} from '@sekisho/catalog/types/secretsmanager';
import type { PolicyDocument } from '@sekisho/policy';
import { ServiceError } from '../../../protocol/service-error.ts';
import { type AttachedPolicy, readAttachedPolicy } from '../../attached-policy.ts';
import { isPublicPolicy } from '../../s3/authorization/public-policy.ts';
import type { OperationContext } from '../../service.ts';
import { malformedPolicy } from '../errors.ts';
import { policyCharactersMax } from '../limits.ts';
import { requireActiveSecret, requireSecret } from '../secret-store.ts';

interface Read {
  readonly policy: AttachedPolicy;
  readonly document: PolicyDocument;
}

/** Throws MalformedPolicyDocumentException. */
function readPolicy(text: string, context: OperationContext): Read {
  if (text.length > policyCharactersMax) {
    throw malformedPolicy('This resource policy exceeds the maximum length.');
  }
  const read = readAttachedPolicy(text, 'secretsmanager', context);
  if (read.fault === undefined) return read;
  // Unverified: the texts of AWS.
  const { kind, message } = read.fault;
  if (kind === 'principal') {
    throw malformedPolicy('This resource policy contains an unsupported principal.');
  }
  if (kind === 'syntax') throw malformedPolicy('This resource policy contains invalid Json');
  throw malformedPolicy(`This resource policy contains a syntax error: ${message}`);
}

function publicPolicy(): ServiceError {
  return new ServiceError(
    'PublicPolicyException',
    'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent ' +
      'broad access to the secret.',
    400,
  );
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export async function putResourcePolicy(
  input: PutResourcePolicyRequest,
  context: OperationContext,
): Promise<PutResourcePolicyResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { policy, document } = readPolicy(input.ResourcePolicy, context);
  if (input.BlockPublicPolicy === true && isPublicPolicy(document)) throw publicPolicy();
  const { record, store } = found;
  await context.commit([store.secrets.replace(found, { ...record, policy })]);
  return { ARN: record.arn, Name: record.name };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export function getResourcePolicy(
  input: GetResourcePolicyRequest,
  context: OperationContext,
): GetResourcePolicyResponse {
  const { record } = requireSecret(input.SecretId, context);
  return { ARN: record.arn, Name: record.name, ResourcePolicy: record.policy?.text };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
export async function deleteResourcePolicy(
  input: DeleteResourcePolicyRequest,
  context: OperationContext,
): Promise<DeleteResourcePolicyResponse> {
  const found = requireSecret(input.SecretId, context);
  const { policy: _, ...record } = found.record;
  await context.commit([found.store.secrets.replace(found, record)]);
  return { ARN: record.arn, Name: record.name };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html */
export function validateResourcePolicy(
  input: ValidateResourcePolicyRequest,
  context: OperationContext,
): ValidateResourcePolicyResponse {
  if (input.SecretId !== undefined) requireSecret(input.SecretId, context);
  const { document } = readPolicy(input.ResourcePolicy, context);
  if (!isPublicPolicy(document)) return { PolicyValidationPassed: true, ValidationErrors: [] };
  return {
    PolicyValidationPassed: false,
    ValidationErrors: [
      {
        CheckName: 'BLOCK_PUBLIC_POLICY_CHECK',
        ErrorMessage: 'The resource policy grants broad access to the secret.',
      },
    ],
  };
}
