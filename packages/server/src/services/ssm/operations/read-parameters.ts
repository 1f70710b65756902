/** GetParameter, GetParameters and GetParametersByPath. */
import type { GetSecretValueResponse } from '@sekisho/catalog/types/secretsmanager';
import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
} from '@sekisho/catalog/types/ssm';
import { ServiceError } from '../../../protocol/service-error.ts';
import { forward } from '../../forward-access.ts';
import type { OperationContext } from '../../service.ts';
import { secretRequest } from '../demands.ts';
import type { ParameterVersion } from '../entities.ts';
import { invalid, parameterNotFound } from '../errors.ts';
import { checkName, readReference, secretReference } from '../parameter-name.ts';
import {
  type FoundParameter,
  findParameter,
  latest,
  requireVersion,
  versionOf,
} from '../parameter-store.ts';
import { openParameter } from '../parameter-value.ts';
import { pathPage } from '../path-page.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export async function getParameter(
  input: GetParameterRequest,
  context: OperationContext,
): Promise<GetParameterResult> {
  const withDecryption = input.WithDecryption === true;
  if (secretReference(input.Name) !== undefined) {
    return { Parameter: await readSecret(input.Name, withDecryption, context) };
  }
  const reference = readReference(input.Name, context);
  checkName(reference.name);
  const found = findParameter(reference, context);
  if (found === undefined) throw parameterNotFound();
  const version = requireVersion(found.record, reference.selector);
  const parameter = await show(found, version, withDecryption, context);
  return { Parameter: withSelector(parameter, reference.selector) };
}

function withSelector(parameter: Parameter, selector: string | undefined): Parameter {
  return selector === undefined ? parameter : { ...parameter, Selector: `:${selector}` };
}

async function show(
  found: FoundParameter,
  version: ParameterVersion,
  withDecryption: boolean,
  context: OperationContext,
): Promise<Parameter> {
  return {
    Name: found.name,
    Type: version.type,
    Value: await shownValue(found, version, withDecryption, context),
    Version: version.version,
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: found.arn,
    DataType: version.dataType,
  };
}

/** In the clear, or as the ciphertext that AWS shows without decryption. */
export async function shownValue(
  { name, arn, store }: FoundParameter,
  version: ParameterVersion,
  withDecryption: boolean,
  context: OperationContext,
): Promise<string> {
  const value = store.values(name).find(String(version.version));
  if (value === undefined) throw new Error('a version without its value');
  if (!withDecryption) return value.record.text;
  return await openParameter(value.record, version, arn, context);
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
async function readSecret(
  name: string,
  withDecryption: boolean,
  context: OperationContext,
): Promise<Parameter> {
  const secret = secretReference(name);
  if (secret === undefined) throw new Error('no reference to a secret');
  if (!withDecryption) {
    throw invalid('WithDecryption flag must be True for retrieving a Secret Manager secret.');
  }
  const value = await referTo(secret, context);
  const { selector } = secret;
  const own = selector === undefined ? name : name.slice(0, -(selector.length + 1));
  const parameter: Parameter = {
    Name: own,
    Type: 'SecureString',
    Value: value.SecretString,
    Version: 0,
    SourceResult: JSON.stringify({
      ARN: value.ARN,
      name: value.Name,
      versionId: value.VersionId,
      secretString: value.SecretString,
      versionStages: value.VersionStages,
      createdDate: value.CreatedDate,
    }),
    LastModifiedDate: value.CreatedDate,
    ARN: value.ARN,
  };
  return withSelector(parameter, selector);
}

async function referTo(
  secret: Parameters<typeof secretRequest>[0],
  context: OperationContext,
): Promise<GetSecretValueResponse> {
  try {
    return await forward<GetSecretValueResponse>(secretRequest(secret), context);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw parameterNotFound(
      `An error occurred (${error.code}) when referencing Secrets Manager: ${error.message}`,
    );
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export async function getParameters(
  input: GetParametersRequest,
  context: OperationContext,
): Promise<GetParametersResult> {
  const withDecryption = input.WithDecryption === true;
  const parameters: Parameter[] = [];
  const unknown: string[] = [];
  for (const text of input.Names) {
    const parameter = await find(text, withDecryption, context);
    if (parameter === undefined) unknown.push(text);
    else parameters.push(parameter);
  }
  return { Parameters: parameters, InvalidParameters: unknown };
}

async function find(
  text: string,
  withDecryption: boolean,
  context: OperationContext,
): Promise<Parameter | undefined> {
  if (secretReference(text) !== undefined) {
    try {
      return await readSecret(text, withDecryption, context);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ParameterNotFound') return undefined;
      throw error;
    }
  }
  const reference = readReference(text, context);
  checkName(reference.name);
  const found = findParameter(reference, context);
  const version = found && versionOf(found.record, reference.selector);
  if (found === undefined || version === undefined) return undefined;
  return withSelector(await show(found, version, withDecryption, context), reference.selector);
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export async function getParametersByPath(
  input: GetParametersByPathRequest,
  context: OperationContext,
): Promise<GetParametersByPathResult> {
  const { items, nextToken } = pathPage(input, context);
  const labels = input.ParameterFilters?.find(({ Key }) => Key === 'Label')?.Values;
  const parameters: Parameter[] = [];
  for (const found of items) {
    const labelled = labels?.map((label) => versionOf(found.record, label)).find(Boolean);
    const version = labelled ?? latest(found.record);
    parameters.push(await show(found, version, input.WithDecryption === true, context));
  }
  return { Parameters: parameters, NextToken: nextToken };
}
