/** PutParameter: a new parameter, or a new version of one. */
import type { PutParameterRequest, PutParameterResult } from '@sekisho/catalog/types/ssm';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import type { ParameterRecord, ParameterType, ParameterVersion } from '../entities.ts';
import { managedKey } from '../entities.ts';
import { invalid } from '../errors.ts';
import {
  advancedValueBytesMax,
  standardParametersMax,
  standardValueBytesMax,
  versionsMax,
} from '../limits.ts';
import { checkNewName, parameterArn } from '../parameter-name.ts';
import { latest, ParameterStore } from '../parameter-store.ts';
import { sealParameter } from '../parameter-value.ts';
import { withTags } from '../tags.ts';
import { chooseTier } from '../tier.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export async function putParameter(
  input: PutParameterRequest,
  context: OperationContext,
): Promise<PutParameterResult> {
  const { Name: name } = input;
  checkNewName(name);
  if (input.AllowedPattern || input.Policies) throw notWritten();
  const store = new ParameterStore(context);
  const held = store.parameters.find(name);
  checkOverwrite(input, held !== undefined);
  const version = newVersion(input, held?.record, context);
  checkValue(input.Value, version);
  if (held === undefined && store.parameters.count() >= standardParametersMax) {
    throw new ServiceError(
      'ParameterLimitExceeded',
      'You have exceeded the number of parameters for this AWS account. Delete one or more ' +
        'parameters and try again.',
      400,
    );
  }
  const value = await sealParameter(input.Value, version, parameterArn(context, name), context);
  const values = store.values(name);
  const written = values.create(String(version.version), value);
  const answer = { Version: version.version, Tier: version.tier };
  if (held === undefined) {
    const tags = withTags([], input.Tags ?? []);
    await context.commit([
      store.parameters.create(name, { name, tags, versions: [version] }),
      written,
    ]);
    return answer;
  }
  const { kept, dropped } = withinLimit([...held.record.versions, version], name);
  const old = dropped.flatMap(({ version: number }) => values.find(String(number)) ?? []);
  await context.commit([
    store.parameters.replace(held, { ...held.record, versions: kept }),
    written,
    ...old.map((each) => values.remove(each)),
  ]);
  return answer;
}

/** Patterns would be regular expressions of the caller's making, which this server never runs. */
function notWritten(): ServiceError {
  return new ServiceError(
    'NotImplemented',
    'AllowedPattern and Policies of parameters are not implemented by this server.',
    501,
  );
}

function checkOverwrite(input: PutParameterRequest, exists: boolean): void {
  if (input.Overwrite === true && input.Tags?.length) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with " +
        'tags, please remove overwrite flag. To update tags for an existing parameter, please ' +
        'use AddTagsToResource or RemoveTagsFromResource.',
    );
  }
  if (exists && input.Overwrite !== true) {
    throw new ServiceError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the ' +
        'request to true.',
      400,
    );
  }
}

function isType(type: string): type is ParameterType {
  return type === 'String' || type === 'StringList' || type === 'SecureString';
}

function newVersion(
  input: PutParameterRequest,
  record: ParameterRecord | undefined,
  { caller, now }: OperationContext,
): ParameterVersion {
  const old = record && latest(record);
  const type = input.Type ?? old?.type ?? '';
  if (!isType(type)) {
    throw invalid('A parameter type is required when you create a parameter.');
  }
  if (old !== undefined && old.type !== type) {
    throw new ServiceError(
      'HierarchyTypeMismatchException',
      'Parameter Store does not support changing a parameter type in a hierarchy. For example, ' +
        "you can't change a parameter from a String type to a SecureString type. You must " +
        'create a new, unique parameter.',
      400,
    );
  }
  if (type !== 'SecureString' && input.KeyId !== undefined) {
    throw invalid('KeyId is required for SecureString type parameter only.');
  }
  const dataType = input.DataType ?? old?.dataType ?? 'text';
  if (dataType !== 'text' && dataType !== 'aws:ec2:image') {
    throw invalid(
      `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
    );
  }
  const tier = chooseTier(input, old);
  if (tier === 'Standard' && old?.tier === 'Advanced') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the " +
        'advanced-parameter tier to the standard-parameter tier. If necessary, you can delete ' +
        'the advanced parameter and recreate it as a standard parameter.',
    );
  }
  const description = input.Description ?? old?.description;
  const keyId = type === 'SecureString' ? (input.KeyId ?? old?.keyId ?? managedKey) : undefined;
  return {
    version: (old?.version ?? 0) + 1,
    type,
    tier,
    dataType,
    ...(description === undefined ? {} : { description }),
    ...(keyId === undefined ? {} : { keyId }),
    modifiedAt: now,
    modifiedUser: 'arn' in caller ? caller.arn : '',
    labels: [],
  };
}

function checkValue(value: string, { tier }: ParameterVersion): void {
  const size = Buffer.byteLength(value);
  if (size === 0) {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member " +
        'must have length greater than or equal to 1.',
    );
  }
  if (tier === 'Standard' && size > standardValueBytesMax) {
    throw invalid(
      'Standard tier parameters support a maximum parameter value of 4096 characters. To create ' +
        'a larger parameter value, upgrade the parameter to use the advanced-parameter tier. ' +
        'For more information, see https://docs.aws.amazon.com/systems-manager/latest/' +
        'userguide/parameter-store-advanced-parameters.html',
    );
  }
  if (size > advancedValueBytesMax) {
    throw invalid('Advanced tier parameters support a maximum parameter value of 8192 characters.');
  }
}

/** The oldest version goes when there are too many, unless a label holds it. */
function withinLimit(
  versions: readonly ParameterVersion[],
  name: string,
): { readonly kept: readonly ParameterVersion[]; readonly dropped: readonly ParameterVersion[] } {
  const over = Math.max(0, versions.length - versionsMax);
  const dropped = versions.slice(0, over);
  const labelled = dropped.find(({ labels }) => labels.length > 0);
  if (labelled !== undefined) {
    throw new ServiceError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${name} by calling the PutParameter API with the ` +
        `overwrite flag. Version ${labelled.version}, the oldest version, can't be deleted ` +
        'because it has a label associated with it. Move the label to another version of the ' +
        'parameter, and try again.',
      400,
    );
  }
  return { kept: versions.slice(over), dropped };
}
