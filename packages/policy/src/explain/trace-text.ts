/** The explanation of a decision in words: who refused, what was nearest, what would allow it. */
import type { DecidingStatement, ElementTrace, LayerTrace, Refusal } from '../authorize/trace.ts';
import { principalText } from '../match/principal.ts';
import type { AuthorizationRequest, Decision } from '../request.ts';
import { type NearStatement, nearestStatements } from './nearest.ts';
import { nearestValue } from './parting.ts';
import { proposeChange } from './proposal.ts';
import { type ExplanationLanguage, type ExplanationWords, explanationWords } from './words.ts';

/**
 * Explains a decision, one line a sentence, indented by two spaces under the layer it belongs to.
 * Without a trace (a policy could not be read) there is only the outcome and the failure to tell.
 * AWS's words on the wire are `denialMessage`'s; these are ours.
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
  for (const refusal of trace?.refusals ?? []) lines.push(...refusalLines(request, refusal, words));
  return lines;
}

function allowLines({ reason }: Decision, words: ExplanationWords): string[] {
  const { policy, statementIndex } = reason ?? {};
  const statement = policy?.document.statements.find(({ index }) => index === statementIndex);
  if (policy === undefined || statement === undefined) return [words.rootAllowed];
  return [words.allows(words.statement(statement.index + 1, statement.sid, policy.name))];
}

function layerName(layer: LayerTrace, words: ExplanationWords): string {
  const name = words.policyType[layer.policyType];
  return layer.level === undefined ? name : `${name}, ${words.level(layer.level + 1)}`;
}

function statementName({ source, trace }: DecidingStatement, words: ExplanationWords): string {
  return words.statement(trace.statement.index + 1, trace.statement.sid, source.name);
}

function refusalLines(
  request: AuthorizationRequest,
  refusal: Refusal,
  words: ExplanationWords,
): string[] {
  const { layer, verdict } = refusal;
  const name = layerName(layer, words);
  if (verdict === 'explicitDeny') {
    const statement = layer.deciding && statementName(layer.deciding, words);
    if (statement === undefined) return [words.explicitDeny(name)];
    const conditions =
      layer.deciding?.trace.elements.filter((e) => e.element === 'Condition') ?? [];
    return [
      words.explicitDeny(name),
      `  ${words.denies(statement)}`,
      ...conditions.map((element) => `    ${comparison(element, words)}`),
      `  ${words.exception(statement)}`,
    ];
  }
  const proposal = proposeChange(request, refusal);
  return [
    words.implicitDeny(name),
    ...(layer.policies.length === 0 ? [`  ${words.noPolicy}`] : []),
    ...nearestStatements(layer).flatMap((near) => nearLines(near, words)),
    ...(proposal.change === 'addStatement'
      ? [`  ${words.proposal(name)}`, `    ${JSON.stringify(proposal.statement)}`]
      : []),
  ];
}

function nearLines(near: NearStatement, words: ExplanationWords): string[] {
  return [
    `  ${statementName(near, words)}:`,
    ...near.failed.map(
      (element) => `    ${words.failed(elementName(element))}: ${comparison(element, words)}`,
    ),
  ];
}

function elementName({ element, operator, key }: ElementTrace): string {
  return element === 'Condition' ? `Condition ${operator} ${key}` : element;
}

/** Most values of one element that are shown. */
const valuesMax = 5;

function quoted(values: readonly string[]): string {
  const shown = values.slice(0, valuesMax).map((value) => JSON.stringify(value));
  return [...shown, ...(values.length > valuesMax ? ['…'] : [])].join(', ');
}

function comparison(element: ElementTrace, words: ExplanationWords): string {
  const { policyValues, requestValues, cause, variable, match } = element;
  const sentences: string[] = [];
  if (policyValues.length > 0) sentences.push(words.policyHas(quoted(policyValues)));
  sentences.push(
    requestValues === undefined ? words.requestLacks : words.requestHas(quoted(requestValues)),
  );
  const [only] = requestValues ?? [];
  if (only !== undefined && match === 'no' && /^(Not)?Resource$/.test(element.element)) {
    const nearest = nearestValue(policyValues, only);
    if (nearest !== undefined) {
      sentences.push(words.partsAt(JSON.stringify(nearest.value), nearest.offset + 1));
    }
  }
  if (cause !== undefined) sentences.push(words.cause[cause]);
  if (variable !== undefined) sentences.push(words.variable(variable));
  return sentences.join('; ');
}
