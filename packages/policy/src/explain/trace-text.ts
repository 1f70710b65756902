/** The explanation of a decision in words: who refused, what was nearest, what would allow it. */
import type { ElementTrace, LayerTrace } from '../authorize/trace.ts';
import { principalText } from '../match/principal.ts';
import type { Decision } from '../request.ts';
import {
  type ExplainedChange,
  type ExplainedRefusal,
  type Explanation,
  explainDecision,
  type FailedElement,
} from './explanation.ts';
import { type ExplanationLanguage, type ExplanationWords, explanationWords } from './words.ts';

/**
 * Explains a decision, one line a sentence, indented by two spaces under the layer it belongs to;
 * the changes that would allow it come last. Without a trace (a policy could not be read) there is
 * only the outcome and the failure to tell. AWS's words on the wire are `denialMessage`'s; these
 * are ours.
 */
export function explain(
  decision: Decision,
  options: { readonly language: ExplanationLanguage },
): readonly string[] {
  const words = explanationWords[options.language];
  const { request, outcome, failure, trace } = decision;
  const who = principalText(request.principal);
  const headline = outcome === 'allow' ? words.allowed : words.denied;
  const lines = [headline(who, request.action, request.resource)];
  if (failure !== undefined) lines.push(words.failure(failure));
  if (outcome === 'allow') return [...lines, ...allowLines(decision, words)];
  if (trace === undefined) return lines;
  const explanation = explainDecision(decision);
  for (const [index, refusal] of explanation.refusals.entries()) {
    const layer = trace.refusals[index]?.layer;
    lines.push(...refusalLines(refusal, layer, words));
  }
  return [...lines, ...changeLines(explanation, words)];
}

function allowLines({ reason }: Decision, words: ExplanationWords): string[] {
  const { policy, statementIndex } = reason ?? {};
  const statement = policy?.document.statements.find(({ index }) => index === statementIndex);
  if (policy === undefined || statement === undefined) return [words.rootAllowed];
  return [
    words.allows(
      words.statement(statement.index + 1, statement.sid, words.policyName(policy.name)),
    ),
  ];
}

function layerName(
  { policyType, level }: Pick<ExplainedRefusal, 'policyType' | 'level'>,
  words: ExplanationWords,
): string {
  const name = words.policyType[policyType];
  return level === undefined ? name : `${name}, ${words.level(level + 1)}`;
}

function refusalLines(
  refusal: ExplainedRefusal,
  layer: LayerTrace | undefined,
  words: ExplanationWords,
): string[] {
  const name = layerName(refusal, words);
  const statementName = (place: { statement: number; sid?: string; policy: string }): string =>
    words.statement(place.statement, place.sid, words.policyName(place.policy));
  if (refusal.verdict === 'explicitDeny') {
    // In the same order.
    const denying = (layer?.policies ?? []).flatMap(({ statements }) =>
      statements.filter(({ statement, takesEffect }) => statement.effect === 'Deny' && takesEffect),
    );
    return [
      words.explicitDeny(name),
      ...refusal.denies.flatMap((place, index) => [
        `  ${words.denies(statementName(place))}`,
        ...(denying[index]?.elements ?? [])
          .filter(({ element }) => element === 'Condition')
          .map((element) => `    ${elementName(element)}: ${comparison(element, words)}`),
      ]),
    ];
  }
  return [
    words.implicitDeny(name),
    ...(refusal.hasPolicies ? [] : [`  ${words.noPolicy}`]),
    ...refusal.nearest.flatMap(({ failed, ...place }) => [
      `  ${statementName(place)}:`,
      ...failed.map((element) => `    ${failedText(element, words)}`),
    ]),
  ];
}

/** The element's name and what was compared. */
function failedText(element: FailedElement, words: ExplanationWords): string {
  const excepts = element.element.startsWith('Not') && element.cause === undefined;
  const name = elementName(element);
  const what = excepts ? words.excepted(name) : words.failed(name);
  return `${what}: ${comparison(element, words)}`;
}

function elementName({
  element,
  operator,
  key,
}: Pick<ElementTrace, 'element' | 'operator' | 'key'>): string {
  return element === 'Condition' ? `Condition ${operator} ${key}` : element;
}

/** Most values of one element that are shown. */
const valuesMax = 5;

function quoted(values: readonly string[]): string {
  const shown = values.slice(0, valuesMax).map((value) => JSON.stringify(value));
  return [...shown, ...(values.length > valuesMax ? ['…'] : [])].join(', ');
}

function comparison(element: Omit<FailedElement, 'element'>, words: ExplanationWords): string {
  const { policyValues, requestValues, cause, variable, parting } = element;
  const sentences: string[] = [];
  if (policyValues.length > 0) sentences.push(words.policyHas(quoted(policyValues)));
  if (requestValues !== undefined) sentences.push(words.requestHas(quoted(requestValues)));
  else if (cause !== 'keyAbsent') sentences.push(words.requestLacks);
  if (parting !== undefined) {
    const { value, character } = parting;
    const isOnly = policyValues.length === 1;
    sentences.push(
      isOnly ? words.onlyPartsAt(character) : words.partsAt(JSON.stringify(value), character),
    );
  }
  if (cause !== undefined) sentences.push(words.cause[cause]);
  if (variable !== undefined) sentences.push(words.variable(variable));
  return sentences.join('; ');
}

function changeLines({ changes, proven }: Explanation, words: ExplanationWords): string[] {
  if (changes.length === 0) return [];
  return [
    words.changes(changes.length),
    ...changes.flatMap((change) => [
      `  ${changeText(change, words)}`,
      ...(change.statement === undefined ? [] : [`    ${JSON.stringify(change.statement)}`]),
      ...(change.needsCopy ? [`    ${words.awsManaged}`] : []),
    ]),
    ...(proven ? [] : [`  ${words.unproven}`]),
  ];
}

function changeText(change: ExplainedChange, words: ExplanationWords): string {
  const { policy, statementNumber = 0, sid, element, operator, key } = change;
  if (change.change === 'addStatement') {
    return `${words.addStatement(layerName(change, words), policy && words.policyName(policy))}:`;
  }
  const statement = words.statement(statementNumber, sid, words.policyName(policy ?? ''));
  switch (change.change) {
    case 'addValue': {
      const place = element === 'Condition' ? `Condition ${operator} ${key}` : (element ?? '');
      const { values = [], replaced } = change;
      if (replaced === undefined) return `${words.addValue(place, quoted(values), statement)}:`;
      if (replaced.every((value) => values.includes(value))) {
        return `${words.saveAgain(quoted(values), statement)}:`;
      }
      return `${words.replaceValue(place, quoted(replaced), quoted(values), statement)}:`;
    }
    case 'narrowDeny':
      return `${words.narrowDeny(statement)}:`;
    case 'removeDeny':
      return words.removeDeny(statement);
  }
}
