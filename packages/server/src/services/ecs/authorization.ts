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
import { invalidParameter } from './errors.ts';
import { listMembersMax } from './limits.ts';

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

const rules: Readonly<Record<string, DemandRule>> = {
  ...clusterRules,
  ...containerInstanceRules,
  ...serviceRules,
  ...tagRules,
  ...taskDefinitionRules,
  ...taskRules,
};

/**
 * Lists are measured before they are asked about, element by element: the model sets no limit.
 * Throws InvalidParameterException.
 */
function measured(rule: DemandRule): DemandRule {
  return (input: object, context: DemandContext) => {
    for (const [name, value] of Object.entries(input)) {
      if (!Array.isArray(value) || value.length <= listMembersMax) continue;
      throw invalidParameter(`${name} cannot have more than ${listMembersMax} elements.`);
    }
    return rule(input as never, context);
  };
}

export const authorization: Readonly<Record<string, DemandRule>> = Object.fromEntries(
  Object.entries(rules).map(([operation, rule]) => [operation, measured(rule)]),
);
