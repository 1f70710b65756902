/** `can-what`: for each action of the catalogue, on what the principal may perform it. */
import { loadActionIndex, loadActions, type ServiceActions } from '@sekisho/catalog';
import { matchesWildcard, type Statement, StepBudget } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { fillFormat, parseArnFormat } from '../../services/demands/arn-format.ts';
import { bucketFolder } from '../../services/s3/storage/object-key.ts';
import type { DemandContext } from '../../services/service.ts';
import type { GatewayParts } from '../parts.ts';
import { decidingKeys, withConditions } from './conditions.ts';
import type { NamedAction } from './named-action.ts';
import { inBothLanguages, notes } from './notes.ts';
import { decidePair, decideWith, type PairDecision } from './pair.ts';
import { breathe, Pauses } from './pauses.ts';
import { badQuestion, needed, type QuestionBody } from './question-body.ts';
import { findSubject, type Subject } from './subject.ts';

/** On every resource; on some (with an example); only if conditions are fulfilled; on none. */
type Reach = 'all' | 'some' | 'conditions' | 'none';

interface Judged {
  readonly reach: Reach;
  readonly example?: string;
  readonly conditionKeys?: readonly string[];
}

/** The answer as it is sent: with `service` each action, else the numbers of each service. */
export async function answerCanWhat(
  body: QuestionBody,
  asker: DemandContext,
  parts: GatewayParts,
): Promise<object> {
  const subject = findSubject(needed(body, 'principal'), asker);
  const index = await loadActionIndex();
  const asked = body.texts.get('service');
  if (asked !== undefined && index.serviceName(asked) === undefined) {
    throw badQuestion(`There is no service ${JSON.stringify(asked)}.`);
  }
  const judge = judgeOf(subject, body, parts);
  const pauses = new Pauses(500);
  const services: object[] = [];
  for (const prefix of asked === undefined ? index.prefixes : [asked]) {
    const actions = await loadActions(prefix);
    const counts: Record<Reach, number> = { all: 0, some: 0, conditions: 0, none: 0 };
    const judged: object[] = [];
    for (const action of actions.actions.values()) {
      const name = `${prefix}:${action.name}`;
      const result = judge({ name, prefix, action, formats: formatsOf(action.name, actions) });
      counts[result.reach] += 1;
      judged.push({ action: name, ...result });
      if (pauses.due()) await breathe(asker);
    }
    if (asked === undefined && counts.none === judged.length) continue;
    const service = { service: prefix, name: actions.serviceName, counts };
    services.push(asked === undefined ? service : { ...service, actions: judged });
  }
  const said = inBothLanguages([notes.identitySideOnly()]);
  return { principal: subject.name, services, notes: said };
}

function formatsOf(action: string, actions: ServiceActions): readonly string[] {
  const types = actions.action(action)?.resourceTypes ?? [];
  return types.flatMap(({ name }) => actions.resourceTypes.get(name)?.arn ?? []);
}

type Judge = (action: NamedAction) => Judged;

/** Actions that the same statements are about have the same answer, but for live resources. */
function judgeOf(subject: Subject, body: QuestionBody, parts: GatewayParts): Judge {
  const known = new Map<string, Judged>();
  const { context } = body;
  const decide = (action: string, resource: string) =>
    decidePair({ subject, action, resource, context }, parts);
  const statements = statementsOf(decide('sekisho:AskQuestion', '*'));
  return (named) => {
    const about = statements.filter((statement) => isOf(statement, named.name));
    const takesResources = named.formats.length > 0;
    const live = takesResources ? liveResources(named, subject) : [];
    // What statements leave open with NotResource depends on the kinds of resource.
    const open = about.some(({ notResource }) => notResource !== undefined);
    const kinds = !takesResources ? 'none' : open ? named.formats.join(' ') : 'some';
    const key = JSON.stringify([kinds, about.map((statement) => statements.indexOf(statement))]);
    const remembered = live.length === 0 ? known.get(key) : undefined;
    if (remembered !== undefined) return remembered;
    const whole = decide(named.name, '*');
    const judged = judgeAction(named, whole, live, (resource) => decide(named.name, resource));
    if (live.length === 0) known.set(key, judged);
    return judged;
  };
}

/** Every statement of every policy of the principal. Throws ServiceError when one is unreadable. */
function statementsOf({ trace, failure }: PairDecision): readonly Statement[] {
  if (trace === undefined) {
    throw new ServiceError('PolicyUnreadable', failure ?? 'a policy cannot be read', 409);
  }
  return trace.layers.flatMap(({ policies }) =>
    policies.flatMap(({ source }) => source.document.statements),
  );
}

function isOf({ action, notAction }: Statement, name: string): boolean {
  const text = foldCase(name);
  const matches = ({ value }: { readonly value: string }): boolean =>
    value === '*' ||
    matchesWildcard([{ text: foldCase(value), literal: false }], text, new StepBudget());
  if (action !== undefined) return action.values.some(matches);
  return notAction !== undefined && !notAction.values.some(matches);
}

type Elements = NonNullable<
  PairDecision['trace']
>['layers'][number]['policies'][number]['statements'][number]['elements'];

function isAbout(elements: Elements): boolean {
  return elements.some(
    ({ element, match }) => (element === 'Action' || element === 'NotAction') && match !== 'no',
  );
}

const candidatesMax = 60;

function judgeAction(
  named: NamedAction,
  whole: PairDecision,
  live: readonly string[],
  decide: (resource: string) => PairDecision,
): Judged {
  const certain = (decision: PairDecision): boolean =>
    decideWith(decision, withConditions(decision.policies, 'never')).outcome === 'allow';
  if (certain(whole)) return { reach: deniesPart(whole) ? 'some' : 'all' };
  const candidates =
    named.formats.length === 0
      ? []
      : [...new Set([...live, ...concrete(whole), ...named.formats.map(filled)])];
  const decisions = candidates.slice(0, candidatesMax).map(decide);
  const some = decisions.find(certain);
  if (some !== undefined) return { reach: 'some', example: some.request.resource };
  for (const decision of [whole, ...decisions]) {
    const possible = decideWith(decision, withConditions(decision.policies, 'always'));
    if (possible.outcome !== 'allow' || decision.trace === undefined) continue;
    const { resource } = decision.request;
    const conditionKeys = decidingKeys(decision.trace);
    return {
      reach: 'conditions',
      ...(resource === '*' ? {} : { example: resource }),
      conditionKeys,
    };
  }
  return { reach: 'none' };
}

/** Whether a Deny is about the action, but not about every resource. */
function deniesPart({ trace }: PairDecision): boolean {
  return (trace?.layers ?? []).some(({ policies }) =>
    policies.some(({ statements }) =>
      statements.some(
        ({ statement, elements }) =>
          statement.effect === 'Deny' &&
          isAbout(elements) &&
          elements.some(
            ({ element, match }) => /^(?:Not)?Resource$/.test(element) && match === 'no',
          ),
      ),
    ),
  );
}

/** One resource for each pattern of the statements that are about the action. */
function concrete({ trace, request }: PairDecision): readonly string[] {
  const { principal } = request;
  const account = 'account' in principal ? principal.account : '';
  const found: string[] = [];
  for (const layer of trace?.layers ?? []) {
    for (const { elements } of layer.policies.flatMap(({ statements }) => statements)) {
      if (!isAbout(elements)) continue;
      for (const { element, policyValues } of elements) {
        if (!/^(?:Not)?Resource$/.test(element)) continue;
        found.push(...policyValues.map((arn) => example(arn, account)));
      }
    }
  }
  return found.filter((arn) => arn.startsWith('arn:'));
}

function example(pattern: string, account: string): string {
  const fields = pattern.split(':');
  return fields
    .map((field, index) => {
      if (index === 4 && field === '*') return account;
      if (index === 3 && field === '*') return 'us-east-1';
      return field.replace(/\*+/g, 'example').replaceAll('?', 'x');
    })
    .join(':');
}

function filled(format: string): string {
  return fillFormat(parseArnFormat(format), (variable) => {
    if (variable === 'Partition') return 'aws';
    if (variable === 'Region') return 'us-east-1';
    return variable === 'Account' ? '000000000000' : 'example';
  });
}

const liveMax = 200;

/** Resources of this server that have policies of their own: buckets, and roles to assume. */
function liveResources(
  { prefix, name, formats }: NamedAction,
  { context }: Subject,
): readonly string[] {
  const { runtime, account, partition } = context;
  if (prefix === 's3') {
    const ofObjects = formats.some((format) => format.includes('/${ObjectName}'));
    return [...runtime.state.keys(bucketFolder)].slice(0, liveMax).map((key) => {
      const arn = `arn:${partition}:s3:::${key.slice(bucketFolder.length)}`;
      return ofObjects ? `${arn}/example` : arn;
    });
  }
  if (prefix !== 'sts' || !name.startsWith('sts:Assume')) return [];
  return runtime.directory
    .list(account, 'role')
    .slice(0, liveMax)
    .map(({ record }) => `arn:${partition}:iam::${account}:role${record.path}${record.name}`);
}
