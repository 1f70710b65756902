/** LabelParameterVersion and UnlabelParameterVersion. */
import type {
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from '@sekisho/catalog/types/ssm';
import { foldCase } from '../../../directory/records.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { labelsPerVersionMax } from '../limits.ts';
import { latest, requireParameter, requireVersion } from '../parameter-store.ts';

function isLabel(label: string): boolean {
  if (!/^[A-Za-z_.-][A-Za-z0-9_.-]{0,99}$/.test(label)) return false;
  const folded = foldCase(label);
  return !folded.startsWith('aws') && !folded.startsWith('ssm');
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html */
export async function labelParameterVersion(
  input: LabelParameterVersionRequest,
  context: OperationContext,
): Promise<LabelParameterVersionResult> {
  const found = requireParameter(input.Name, context);
  const { record, store } = found;
  const number = input.ParameterVersion ?? latest(record).version;
  const target = requireVersion(record, String(number));
  const labels = input.Labels.filter(isLabel);
  const all = new Set([...target.labels, ...labels]);
  if (all.size > labelsPerVersionMax) {
    throw new ServiceError(
      'ParameterVersionLabelLimitExceeded',
      'A parameter version can have maximum 10 labels.Move one or more labels to another ' +
        'version and try again.',
      400,
    );
  }
  const versions = record.versions.map((version) => {
    if (version.version === number) return { ...version, labels: [...all] };
    return { ...version, labels: version.labels.filter((label) => !labels.includes(label)) };
  });
  await context.commit([store.parameters.replace(found, { ...record, versions })]);
  return {
    InvalidLabels: input.Labels.filter((label) => !isLabel(label)),
    ParameterVersion: number,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
export async function unlabelParameterVersion(
  input: UnlabelParameterVersionRequest,
  context: OperationContext,
): Promise<UnlabelParameterVersionResult> {
  const found = requireParameter(input.Name, context);
  const { record, store } = found;
  const target = requireVersion(record, String(input.ParameterVersion));
  const versions = record.versions.map((version) => {
    if (version !== target) return version;
    return { ...version, labels: version.labels.filter((label) => !input.Labels.includes(label)) };
  });
  await context.commit([store.parameters.replace(found, { ...record, versions })]);
  return {
    RemovedLabels: input.Labels.filter((label) => target.labels.includes(label)),
    InvalidLabels: input.Labels.filter((label) => !target.labels.includes(label)),
  };
}
