/** AWS Systems Manager Parameter Store: parameters, their versions, labels and hierarchies. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { labelParameterVersion, unlabelParameterVersion } from './operations/labels.ts';
import {
  deleteParameter,
  deleteParameters,
  describeParameters,
  getParameterHistory,
} from './operations/parameters.ts';
import { putParameter } from './operations/put-parameter.ts';
import { getParameter, getParameters, getParametersByPath } from './operations/read-parameters.ts';
import {
  addTagsToResource,
  listTagsForResource,
  removeTagsFromResource,
} from './operations/tags.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/Welcome.html */
export async function createSsmService(): Promise<Service> {
  return defineService({
    id: 'ssm',
    signingName: 'ssm',
    actionPrefix: 'ssm',
    model: await loadServiceModel('ssm'),
    protocols: ['aws-json-1.1'],
    validation: 'json',
    authorization,
    operations: {
      AddTagsToResource: addTagsToResource,
      DeleteParameter: deleteParameter,
      DeleteParameters: deleteParameters,
      DescribeParameters: describeParameters,
      GetParameter: getParameter,
      GetParameterHistory: getParameterHistory,
      GetParameters: getParameters,
      GetParametersByPath: getParametersByPath,
      LabelParameterVersion: labelParameterVersion,
      ListTagsForResource: listTagsForResource,
      PutParameter: putParameter,
      RemoveTagsFromResource: removeTagsFromResource,
      UnlabelParameterVersion: unlabelParameterVersion,
    },
  });
}
