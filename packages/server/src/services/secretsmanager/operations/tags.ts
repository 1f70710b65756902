/** TagResource and UntagResource of Secrets Manager. */
import type {
  TagResourceRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/secretsmanager';
import type { OperationContext } from '../../service.ts';
import { requireActiveSecret } from '../secret-store.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
export async function tagResource(
  input: TagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const tags = withTags(record.tags, input.Tags);
  await context.commit([store.secrets.replace(found, { ...record, tags })]);
  return {};
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
export async function untagResource(
  input: UntagResourceRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const removed = new Set(input.TagKeys);
  const tags = record.tags.filter(([key]) => !removed.has(key));
  await context.commit([store.secrets.replace(found, { ...record, tags })]);
  return {};
}
