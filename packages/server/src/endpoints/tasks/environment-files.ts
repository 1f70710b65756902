/**
 * Environment files of a container, read from S3 by the execution role.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
 */
import type { EnvironmentFile } from '@sekisho/catalog/types/ecs';
import type { CauseSubject } from './launch-cause.ts';
import type { SecretReader } from './secrets.ts';
import { LaunchFailure, sdkText } from './stopped-reason.ts';

const objectArn = /^arn:[a-z-]+:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.{1,1024}\.env)$/;

/** Of one name the last value counts within a file, the first file's among files. */
export async function readEnvironmentFiles(
  files: readonly EnvironmentFile[],
  { client, region }: SecretReader,
): Promise<ReadonlyMap<string, string>> {
  const environment = new Map<string, string>();
  for (const { value } of files) {
    const [, bucket, key] = objectArn.exec(value) ?? [];
    if (bucket === undefined || key === undefined) {
      throw failure(`${value} is not a valid ARN`).because('environmentFiles', undefined, {
        subject: value,
      });
    }
    let answer: Awaited<ReturnType<typeof client.getObject>>;
    try {
      answer = await client.getObject(bucket, key, region);
    } catch (error) {
      throw failure(sdkText(error)).because('environmentFiles', error, { subject: value });
    }
    if (answer.status !== 200) {
      throw failure(
        `unable to download env file with key ${key} from bucket ${bucket}: ` +
          errorText(answer.status, answer.body),
      ).because('environmentFiles', undefined, answerCause(answer, value));
    }
    for (const [name, text] of readLines(answer.body)) {
      if (!environment.has(name)) environment.set(name, text);
    }
  }
  return environment;
}

function answerCause(
  { status, decisionId }: { readonly status: number; readonly decisionId: string | undefined },
  subject: string,
): CauseSubject {
  if (decisionId !== undefined) return { kind: 'refused', subject, decisionId };
  return { kind: status === 404 ? 'absent' : 'failed', subject };
}

/** Unverified: only the head of the text is known. */
function failure(detail: string): LaunchFailure {
  return new LaunchFailure(
    `ResourceInitializationError: failed to download env files: file download command: ${detail}`,
  );
}

function errorText(status: number, xml: string): string {
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(xml)?.[1] ?? 'Unknown';
  const message = /<Message>([^<]{0,2000})<\/Message>/.exec(xml)?.[1] ?? '';
  return `${code}: ${message} status code: ${status}`;
}

/** `NAME=VALUE` a line; blank lines and those that begin with `#` say nothing. */
export function readLines(text: string): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals <= 0) continue;
    environment.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return environment;
}
