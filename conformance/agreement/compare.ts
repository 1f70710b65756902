/** Both evaluators asked the same questions; what they answer differently is made small. */
import {
  authorize,
  CompiledPolicies,
  type Decision,
  type PolicySet,
  type TracedDecision,
} from '@sekisho/policy';
import type { Coverage } from './coverage.ts';
import { generateCase } from './generate.ts';
import { type CaseJson, policySetOf, type RequestJson } from './pair.ts';
import { Random } from './random.ts';
import { catalogue } from './vocabulary.ts';

type Outcome = Decision['outcome'];

/** One question with two answers. */
export interface Disagreement {
  readonly seed: number;
  readonly plain: Outcome;
  readonly quick: Outcome;
  readonly policies: CaseJson['policies'];
  readonly request: RequestJson;
}

/** Evaluators that live through many cases, so that interning and starting anew are tested too. */
export class Comparison {
  readonly #quick = [
    new CompiledPolicies({ actions: catalogue, statementWordsMax: 1 << 22 }),
    new CompiledPolicies({ statementWordsMax: 1 << 22 }),
    new CompiledPolicies({
      actions: catalogue,
      statementWordsMax: 1 << 12,
      programWordsMax: 1 << 9,
    }),
  ];
  #next = 0;
  pairs = 0;

  /** Asks the case that the seed makes; its first disagreement, where there is one. */
  run(seed: number, coverage?: Coverage): Disagreement | undefined {
    const made = generateCase(new Random(seed));
    const policies = policySetOf(made.policies);
    const quick = this.#quick[this.#next++ % this.#quick.length];
    if (quick === undefined) throw new Error('no evaluator');
    for (const request of made.requests) {
      const plain = authorize(request, policies);
      coverage?.add(request, policies, plain);
      this.pairs++;
      // Packing costs more than deciding: every fourth request is asked both ways.
      const answer =
        this.pairs % 4 === 0
          ? decideBothWays(quick, request, policies, plain.outcome)
          : quick.decide(quick.principalSet(policies), request, policies);
      if (answer !== plain.outcome) {
        return small({
          seed,
          plain: plain.outcome,
          quick: answer,
          policies: made.policies,
          request,
        });
      }
    }
    return undefined;
  }
}

/** Both forms of the quick evaluator: where they differ, the one that differs from `plain`. */
function decideBothWays(
  quick: CompiledPolicies,
  request: RequestJson,
  policies: PolicySet,
  plain: Outcome,
): Outcome {
  const compiled = quick.principalSet(policies);
  const packed = quick.packedRequests();
  if (quick.pack(packed, compiled, request)) {
    const answer = quick.decidePacked(packed, 0, policies);
    if (answer !== plain) return answer;
  }
  return quick.decide(compiled, request, policies);
}

function answers(
  policies: CaseJson['policies'],
  request: RequestJson,
): readonly [Outcome, Outcome] {
  const set = policySetOf(policies);
  const plain: TracedDecision = authorize(request, set);
  const quick = new CompiledPolicies({ actions: catalogue });
  return [plain.outcome, decideBothWays(quick, request, set, plain.outcome)];
}

/** Leaves out what is not needed for the disagreement. */
function small(found: Disagreement): Disagreement {
  let { policies, request, plain, quick } = found;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const next of smallerQuestions(policies, request)) {
      const tried = tryAnswers(next.policies, next.request);
      if (tried === undefined || tried[0] === tried[1]) continue;
      ({ policies, request } = next);
      [plain, quick] = tried;
      shrunk = true;
      break;
    }
  }
  return { ...found, policies, request, plain, quick };
}

function tryAnswers(policies: CaseJson['policies'], request: RequestJson) {
  try {
    return answers(policies, request);
  } catch {
    return undefined;
  }
}

type Question = Pick<Disagreement, 'policies' | 'request'>;

/** The principal stays whole, and every request has a context. */
function* smallerQuestions(
  policies: Question['policies'],
  request: Question['request'],
): Generator<Question> {
  for (const fewer of smaller(policies)) yield { policies: fewer, request };
  for (const context of smaller(request.context)) {
    yield { policies, request: { ...request, context } };
  }
}

/** Every value that lacks one member or item, at any depth. */
function* smaller<Value>(value: Value): Generator<Value> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      yield value.toSpliced(index, 1) as Value;
      for (const item of smaller(value[index])) yield value.with(index, item) as Value;
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    yield rest as Value;
    for (const one of smaller(member)) yield { ...value, [name]: one };
  }
}
