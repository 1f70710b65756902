/** `can`: whether a principal may perform an action on a resource, and if not, what would help. */
import { type Decision, explain, explainDecision, positionOf } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';
import { lookUpBucket } from '../../services/s3/authorization/bucket.ts';
import type { DemandContext } from '../../services/service.ts';
import { roleOfArn } from '../../services/sts/role-arn.ts';
import { withoutResourcePolicy } from '../foreign-decision.ts';
import type { GatewayParts } from '../parts.ts';
import { decidingKeys } from './conditions.ts';
import { askedResource, findAction } from './named-action.ts';
import { inBothLanguages, type Note, notes } from './notes.ts';
import { asksTrustPolicy, bucketName, decidePair, type PairDecision } from './pair.ts';
import { needed, type QuestionBody } from './question-body.ts';
import { findSubject, type Subject } from './subject.ts';

/** STS asks nothing for these (rule E13). */
const unasked: ReadonlySet<string> = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken']);

/** The answer as it is sent. Throws ServiceError for what is no question. */
export async function answerCan(
  body: QuestionBody,
  asker: DemandContext,
  parts: GatewayParts,
): Promise<object> {
  const subject = findSubject(needed(body, 'principal'), asker);
  const named = await findAction(needed(body, 'action'));
  const asked = askedResource(named, needed(body, 'resource'), asker.partition);
  const about = { principal: subject.name, action: named.name, resource: asked.resource };
  const said: Note[] = [...asked.notes];
  if (unasked.has(named.name) && subject.kind !== 'anonymous') {
    const note = notes.noPermissionAsked(named.name);
    return { ...about, outcome: 'allow', allowed: true, notes: inBothLanguages([note]) };
  }
  if (subject.kind === 'root' && named.name === 'sts:AssumeRole') {
    const note = notes.rootAssumesNoRole();
    return { ...about, outcome: 'implicitDeny', allowed: false, notes: inBothLanguages([note]) };
  }
  const pair = { subject, action: named.name, resource: asked.resource, context: body.context };
  const decision = decidePair(pair, parts);
  said.push(...resourceNotes(subject, named.name, asked.resource));
  const owner = decision.request.resourceAccount ?? '';
  const isForeign = owner !== asker.account && decision.policies.resource !== undefined;
  const missing = isForeign ? [] : missingKeys(decision);
  if (missing.length > 0) said.push(notes.missingKeys(missing));
  if (isForeign) said.push(notes.otherAccount(owner));
  return { ...about, ...told(isForeign ? withoutResourcePolicy(decision) : decision, said) };
}

/** Keys that statements about this request ask for and the request does not have. */
function missingKeys({ trace, request }: PairDecision): readonly string[] {
  if (trace === undefined) return [];
  const present = new Set([...request.context].map(([key]) => foldCase(key)));
  return decidingKeys(trace).filter((key) => !present.has(foldCase(key)));
}

function resourceNotes({ context }: Subject, action: string, resource: string): readonly Note[] {
  if (asksTrustPolicy(action, resource)) {
    return roleOfArn(resource, context) === undefined ? [notes.noSuchRole()] : [];
  }
  const bucket = action.startsWith('s3:') && action !== 's3:CreateBucket' && bucketName(resource);
  if (!bucket || /[*?]/.test(bucket)) return [];
  const exists = lookUpBucket(context.runtime.state, bucket) !== undefined;
  return exists ? [] : [notes.noSuchBucket()];
}

function told(decision: PairDecision, said: readonly Note[]): object {
  const { outcome, reason, failure } = decision;
  const allowed = outcome === 'allow';
  return {
    outcome,
    allowed,
    ...(reason && { reason: reasonOf(reason) }),
    ...(failure !== undefined && { failure }),
    explanation: {
      en: explain(decision, { language: 'en' }),
      ja: explain(decision, { language: 'ja' }),
    },
    ...(allowed || decision.trace === undefined ? {} : explainDecision(decision)),
    notes: inBothLanguages(said),
    context: Object.fromEntries(decision.request.context),
  };
}

function reasonOf({ policyType, policy, statementIndex }: NonNullable<Decision['reason']>): object {
  const statement = policy?.document.statements.find(({ index }) => index === statementIndex);
  return {
    policyType,
    ...(policy && { policy: policy.name }),
    ...(policy?.arn !== undefined && { policyArn: policy.arn }),
    ...(policy &&
      statement && {
        statement: statement.index + 1,
        ...(statement.sid !== undefined && { sid: statement.sid }),
        line: positionOf(policy.document.text, statement.span.start).line,
      }),
  };
}
