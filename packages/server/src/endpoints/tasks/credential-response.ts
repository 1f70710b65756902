/**
 * Answers of the credential endpoint, byte for byte as the ECS agent's.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import { ServiceError } from '../../protocol/service-error.ts';
import type { RoleSession } from './role-session.ts';

/** An answer of the task endpoints. */
export interface TaskEndpointResponse {
  readonly status: number;
  readonly body: string;
}

/** Only sessions of task roles are given to it: a container never sees the execution role's. */
export function credentialResponse(session: RoleSession): TaskEndpointResponse {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session.credentials();
    const body = {
      RoleArn: session.roleArn,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    };
    return { status: 200, body: JSON.stringify(body) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return credentialError(
      503,
      'CredentialsUninitialized',
      'CredentialsV2Request: Credentials uninitialized for ID',
    );
  }
}

export function credentialError(
  status: number,
  code: string,
  message: string,
): TaskEndpointResponse {
  return { status, body: JSON.stringify({ code, message, HTTPErrorCode: status }) };
}
