/**
 * Changes that hold for the next task too: what names one task, because the request did, names any.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import {
  applyChanges,
  authorize,
  type Change,
  type Decision,
  type Proposal,
  type StatementJson,
  type StringOrList,
} from '@sekisho/policy';

const taskId = /\/([0-9a-f]{32})$/;
const taskArn = /^(arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}):task\/.+$/;

/** The proposal with the task's id replaced, where that still allows the request. */
export function lasting(proposal: Proposal, { request, policies }: Decision): Proposal {
  const { principal } = request;
  const id = 'arn' in principal ? taskId.exec(principal.arn)?.[1] : undefined;
  const changes = proposal.changes.map((change) => lastingChange(change, id));
  if (changes.every((change, index) => change === proposal.changes[index])) return proposal;
  const isAllowed = authorize(request, applyChanges(policies, changes)).outcome === 'allow';
  return isAllowed ? { ...proposal, changes } : proposal;
}

function lastingChange(change: Change, id: string | undefined): Change {
  if (change.change !== 'addStatement' && change.change !== 'addValue') return change;
  const statement = lastingStatement(change.statement, id);
  if (JSON.stringify(statement) === JSON.stringify(change.statement)) return change;
  if (change.change === 'addStatement') return { ...change, statement };
  return { ...change, statement, values: change.values.map((value) => anyTask(value, id)) };
}

function lastingStatement(statement: StatementJson, id: string | undefined): StatementJson {
  const { Resource: resource, Condition: condition } = statement;
  return {
    ...statement,
    ...(resource === undefined ? {} : { Resource: each(resource, (value) => anyTask(value, id)) }),
    ...(condition === undefined ? {} : { Condition: lastingCondition(condition) }),
  };
}

function each(values: StringOrList, map: (value: string) => string): StringOrList {
  return typeof values === 'string' ? map(values) : values.map(map);
}

function anyTask(value: string, id: string | undefined): string {
  return id === undefined ? value : value.replaceAll(id, '*');
}

/** AWS's page: a cluster may not be named, a wildcard has to stand instead. */
function lastingCondition(condition: NonNullable<StatementJson['Condition']>) {
  const { StringEquals: equals = {}, ...rest } = condition;
  const source = equals['aws:SourceArn'];
  const [, start] = typeof source === 'string' ? (taskArn.exec(source) ?? []) : [];
  if (start === undefined) return condition;
  const { 'aws:SourceArn': _, ...others } = equals;
  const likes = { ...rest['ArnLike'], 'aws:SourceArn': `${start}:*` };
  return {
    ...rest,
    ...(Object.keys(others).length === 0 ? {} : { StringEquals: others }),
    ArnLike: likes,
  };
}
