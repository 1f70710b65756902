/** `POST /_sekisho/checklists/NAME`: lists that are gone through in the live account. */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { json } from '../admin.ts';
import { authenticateOwn, checkOwn } from '../own-request.ts';
import type { GatewayParts } from '../parts.ts';
import { questionBytesMax, readQuestion } from '../questions/question-body.ts';
import { Checklist } from './checklist.ts';
import { checkEc2Profile } from './ec2-profile.ts';
import { checkEcsTask } from './ecs-task.ts';
import { checkGitHubEcs } from './git-hub-ecs.ts';

interface NamedList {
  readonly members: readonly string[];
  readonly check: (list: Checklist) => Promise<void>;
}

const lists: ReadonlyMap<string, NamedList> = new Map<string, NamedList>([
  [
    'github-ecs',
    {
      members: ['role', 'repo', 'ref', 'repository', 'cluster', 'service', 'taskDefinition'],
      check: checkGitHubEcs,
    },
  ],
  [
    'ecs-task',
    { members: ['taskDefinition', 'cluster', 'subnet', 'principal'], check: checkEcsTask },
  ],
  ['ec2-profile', { members: ['profile', 'role', 'principal'], check: checkEc2Profile }],
]);

const checklistPath = /^checklists\/([a-z0-9-]{1,32})$/;

/** Whether the path is a checklist's. */
export function isChecklist({ method }: HttpRequest, path: string): boolean {
  return method === 'POST' && lists.has(checklistPath.exec(path)?.[1] ?? '');
}

/**
 * Goes through a list. Needs `sekisho:RunChecklist` on `arn:…:sekisho:REGION:ACCOUNT:checklist/NAME`;
 * it looks at the asker's account and region only. Throws ServiceError: 400, 403, 413.
 */
export async function answerChecklist(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const name = checklistPath.exec(path)?.[1] ?? '';
  const list = lists.get(name);
  if (list === undefined) throw new Error(`no checklist ${name}`);
  const { context, body } = await authenticateOwn(request, parts, { bytesMax: questionBytesMax });
  const { partition, region, account } = context;
  const resource = `arn:${partition}:sekisho:${region}:${account}:checklist/${name}`;
  checkOwn('sekisho:RunChecklist', resource, context, parts);
  const { texts } = readQuestion(body, list.members);
  const checklist = new Checklist({ texts, context, parts });
  await list.check(checklist);
  const { lines } = checklist;
  return json(200, { name, complete: lines.every(({ state }) => state !== 'missing'), lines });
}
