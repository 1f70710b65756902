/** ARNs of repositories, as operations on tags take them. */
import type { DemandContext } from '../service.ts';
import { invalidParameter } from './errors.ts';

const arnForm =
  /^arn:([a-z-]{1,20}):ecr:([a-z0-9-]{1,32}):(\d{12}):repository\/([a-z0-9._/-]{2,256})$/;

/** A repository as its ARN names it. */
export interface NamedRepository {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** What an ARN names; undefined when it is no repository's. */
export function findRepositoryArn(
  arn: string,
  context: Pick<DemandContext, 'partition'>,
): NamedRepository | undefined {
  const [, partition, region, account, name] = arnForm.exec(arn) ?? [];
  if (partition !== context.partition || !region || !account || !name) return undefined;
  return { account, region, name };
}

/** Throws InvalidParameterException. */
export function readRepositoryArn(
  arn: string,
  context: Pick<DemandContext, 'partition'>,
): NamedRepository {
  const named = findRepositoryArn(arn, context);
  if (named === undefined) throw invalidParameter('resourceArn', 'Invalid ARN');
  return named;
}
