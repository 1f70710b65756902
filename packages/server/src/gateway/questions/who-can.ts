/** `who-can`: every principal of the account that may perform an action on a resource. */
import type { PolicySource } from '@sekisho/policy';
import type { DemandContext } from '../../services/service.ts';
import type { GatewayParts } from '../parts.ts';
import { decidingKeys, withConditions } from './conditions.ts';
import { askedResource, findAction } from './named-action.ts';
import { inBothLanguages, type Note, notes } from './notes.ts';
import { decidePair, decideWith, type Pair, type PairDecision } from './pair.ts';
import { breathe, Pauses } from './pauses.ts';
import { needed, type QuestionBody } from './question-body.ts';
import {
  anonymous,
  roleSubject,
  root,
  type Subject,
  serviceSubject,
  userSubject,
} from './subject.ts';

/** A principal that may, or may under conditions. */
interface Able {
  readonly principal: string;
  readonly kind: Subject['kind'];
  /** `now`: the conditions are fulfilled for a request from where the question comes from. */
  readonly when: 'always' | 'now' | 'conditions';
  readonly policyType?: string;
  readonly policy?: string;
  readonly statement?: number;
  /** Keys that the answer depends on. */
  readonly conditionKeys: readonly string[];
}

/** The answer as it is sent. Throws ServiceError. */
export async function answerWhoCan(
  body: QuestionBody,
  asker: DemandContext,
  parts: GatewayParts,
): Promise<object> {
  const named = await findAction(needed(body, 'action'));
  const asked = askedResource(named, needed(body, 'resource'), asker.partition);
  const about = { action: named.name, resource: asked.resource };
  const said: Note[] = [...asked.notes];
  const able: Able[] = [];
  const pauses = new Pauses(200);
  let examined = 0;
  const ask = (subject: Subject): PairDecision => {
    examined += 1;
    const pair: Pair = { subject, ...about, context: body.context };
    const decision = decidePair(pair, parts);
    const found = judge(subject, decision);
    const rootAssumes = subject.kind === 'root' && named.name === 'sts:AssumeRole';
    if (found !== undefined && !rootAssumes) able.push(found);
    return decision;
  };
  const first = ask(root(asker.account, asker));
  const { directory } = asker.runtime;
  for (const user of directory.list(asker.account, 'user')) {
    ask(userSubject(user, asker));
    if (pauses.due()) await breathe(asker);
  }
  for (const role of directory.list(asker.account, 'role')) {
    ask(roleSubject(role, asker));
    if (pauses.due()) await breathe(asker);
  }
  const { resource } = first.policies;
  const isOwn = first.request.resourceAccount === asker.account;
  const named_ = resource === undefined || !isOwn ? nobody : namedBy(resource, asker.account);
  for (const service of named_.services) ask(serviceSubject(service, asker));
  if (named_.everyone) ask(anonymous(asker));
  if (named_.elsewhere.length > 0) said.push(notes.policiesElsewhere());
  return {
    ...about,
    able,
    elsewhere: named_.elsewhere,
    examined,
    notes: inBothLanguages(said),
  };
}

/** Undefined when it may not, whatever the conditions. */
function judge(subject: Subject, decision: PairDecision): Able | undefined {
  if (decision.trace === undefined) return undefined;
  const keys = decidingKeys(decision.trace);
  const shown = (decided: PairDecision, when: Able['when']): Able => ({
    principal: subject.name,
    kind: subject.kind,
    when,
    ...(decided.reason && { policyType: decided.reason.policyType }),
    ...(decided.reason?.policy && { policy: decided.reason.policy.name }),
    ...(decided.reason?.statementIndex !== undefined && {
      statement: decided.reason.statementIndex + 1,
    }),
    conditionKeys: when === 'always' ? [] : keys,
  });
  const certain = decideWith(decision, withConditions(decision.policies, 'never'));
  if (certain.outcome === 'allow') return shown(decision, 'always');
  if (decision.outcome === 'allow') return shown(decision, 'now');
  if (keys.length === 0) return undefined;
  const possible = decideWith(decision, withConditions(decision.policies, 'always'));
  return possible.outcome === 'allow' ? shown(possible, 'conditions') : undefined;
}

interface Named {
  readonly services: readonly string[];
  readonly everyone: boolean;
  /** Principals of other accounts and federated ones, as written. */
  readonly elsewhere: readonly string[];
}

const nobody: Named = { services: [], everyone: false, elsewhere: [] };

function namedBy({ document }: PolicySource, account: string): Named {
  const services = new Set<string>();
  const elsewhere = new Set<string>();
  let everyone = false;
  for (const { effect, principal, notPrincipal } of document.statements) {
    if (effect !== 'Allow') continue;
    if (principal?.any === true || notPrincipal !== undefined) everyone = true;
    for (const { kind, value } of principal?.entries ?? []) {
      if (kind === 'Service') services.add(value);
      else if (kind === 'AWS' && value === '*') everyone = true;
      else if (kind !== 'AWS' || isElsewhere(value, account)) elsewhere.add(value);
    }
  }
  return { services: [...services], everyone, elsewhere: [...elsewhere] };
}

/** Unique ids belong to entities of this account or to deleted ones. */
function isElsewhere(principal: string, account: string): boolean {
  const named = /^\d{12}$/.test(principal) ? principal : principal.split(':')[4];
  return named !== undefined && named !== account;
}
