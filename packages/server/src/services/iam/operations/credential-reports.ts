/**
 * The credential report: every user's credentials, one line each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
import type {
  GenerateCredentialReportResponse,
  GetCredentialReportResponse,
} from '@sekisho/catalog/types/iam';
import { createRecord, replaceRecord } from '../../../directory/changes.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { credentialReport } from '../credential-report.ts';
import { toDate } from '../entities.ts';

/** A report is as old as that at most. */
const reportMilliseconds = 4 * 60 * 60_000;

/**
 * The report is there at once; a younger one than four hours stays.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
 */
export async function generateCredentialReport(
  _input: object,
  context: OperationContext,
): Promise<GenerateCredentialReportResponse> {
  const { account, now, runtime } = context;
  const old = runtime.directory.find(account, 'credential-report', 'report');
  if (old !== undefined && now - old.record.generatedAt < reportMilliseconds) {
    return { State: 'COMPLETE' };
  }
  const record = { generatedAt: now, content: credentialReport(context) };
  await context.commit([
    old === undefined
      ? createRecord(account, 'credential-report', 'report', record)
      : replaceRecord(old, record),
  ]);
  return {
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html */
export function getCredentialReport(
  _input: object,
  { account, now, runtime }: OperationContext,
): GetCredentialReportResponse {
  const report = runtime.directory.find(account, 'credential-report', 'report')?.record;
  // AWS gives neither a text.
  if (report === undefined) throw new ServiceError('ReportNotPresent', '', 410);
  if (now - report.generatedAt >= reportMilliseconds) {
    throw new ServiceError('ReportExpired', '', 410);
  }
  return {
    Content: Buffer.from(report.content),
    ReportFormat: 'text/csv',
    GeneratedTime: toDate(report.generatedAt),
  };
}
