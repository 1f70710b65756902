/**
 * ECS requests → demands.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
import type {
  ListTagsForResourceRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/ecs';
import type { DemandContext, DemandRule } from '../service.ts';
import { clusterRules } from './authorization/clusters.ts';
import { containerInstanceRules } from './authorization/container-instances.ts';
import { ecsDemand } from './authorization/demand.ts';
import { requestTagKeys, tagNameKeys } from './authorization/keys.ts';
import { serviceRules } from './authorization/services.ts';
import { taskDefinitionRules } from './authorization/task-definitions.ts';
import { taskRules } from './authorization/tasks.ts';

const tagRules: Readonly<Record<string, DemandRule>> = {
  ListTagsForResource: ({ resourceArn }: ListTagsForResourceRequest, context: DemandContext) => [
    ecsDemand('ListTagsForResource', { arn: resourceArn }, context),
  ],
  TagResource: ({ resourceArn, tags }: TagResourceRequest, context: DemandContext) => [
    ecsDemand('TagResource', { arn: resourceArn }, context, requestTagKeys(tags)),
  ],
  UntagResource: ({ resourceArn, tagKeys }: UntagResourceRequest, context: DemandContext) => [
    ecsDemand('UntagResource', { arn: resourceArn }, context, tagNameKeys(tagKeys)),
  ],
};

export const authorization: Readonly<Record<string, DemandRule>> = {
  ...clusterRules,
  ...containerInstanceRules,
  ...serviceRules,
  ...tagRules,
  ...taskDefinitionRules,
  ...taskRules,
};
