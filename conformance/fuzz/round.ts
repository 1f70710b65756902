/** One round of fuzzing: a hostile document in a hostile request, and what must hold of both. */
import { authorize, parsePolicyDocument } from '@sekisho/policy';
import { type Decide, type DecisionVector, decideVector } from '../decision-vector.ts';
import type { Json, Place, Subject } from '../differential/policy.ts';
import { type Random, randomFrom } from '../differential/random.ts';
import { randomVector } from '../differential/vector.ts';
import { decideQuickly, type Outcome } from '../evaluators.ts';
import { isExhausted } from '../hostile/question.ts';
import { evaluate } from '../reference/evaluate.ts';
import { enormousDocument, hostileDocument, hostileRequest } from './hostile.ts';

/** What seems to take longer is measured again, to find out whether it does. */
const millisecondsAim = 5;
/** No decision may take longer, on a machine that is busy with other things. */
export const millisecondsMax = 15;

/** What a round found out. */
export interface Round {
  /** The parser took the document. */
  readonly isPolicy: boolean;
  readonly outcome?: Outcome;
  readonly milliseconds: number;
  /** What did not hold. */
  readonly problem?: string;
}

const everything: Json = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The document where a policy of the vector stood; the identity allows, so that a deny matters. */
function placed(random: Random, vector: DecisionVector, policy: Json): DecisionVector {
  const policies = { ...vector.policies, identity: [everything, ...vector.policies.identity] };
  const type = random.pick(['identity', 'resource', 'boundary', 'session', 'scp', 'rcp'] as const);
  const levels = [[everything], [policy]];
  const value = { identity: [everything, policy], resource: policy, scp: levels, rcp: levels };
  const list = type === 'boundary' || type === 'session' ? [policy] : value[type];
  return { ...vector, policies: { ...policies, [type]: list } };
}

/** Processor time so far: what other programs do to the machine is no fault of the evaluator. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The fastest of some: so is a collection of garbage. The counter of CPU time is a coarse one. */
function timed<Value>(action: () => Value): readonly [Value, number] {
  let fastest = Number.POSITIVE_INFINITY;
  let value: Value;
  let tries = 0;
  do {
    const [clock, cpu] = [performance.now(), cpuMilliseconds()];
    value = action();
    fastest = Math.min(fastest, performance.now() - clock, cpuMilliseconds() - cpu);
    tries += 1;
  } while (fastest > millisecondsAim && tries < 20);
  return [value, fastest];
}

function decide(vector: DecisionVector): Round {
  let slowest = 0;
  let failure: string | undefined;
  const measured =
    (action: Decide): Decide =>
    (request, policies) => {
      const [outcome, spent] = timed(() => action(request, policies));
      slowest = Math.max(slowest, spent);
      return outcome;
    };
  const plainly: Decide = (request, policies) => {
    const decision = authorize(request, policies);
    failure = decision.failure;
    return decision.outcome;
  };
  const outcome = decideVector(vector, measured(plainly));
  const quick = decideVector(vector, measured(decideQuickly));
  const round = { isPolicy: true, outcome, milliseconds: slowest };
  if (slowest > millisecondsMax) return { ...round, problem: `${slowest} ms` };
  // The quick one may come to an end where the plain one runs out of steps, never the reverse.
  if (quick !== outcome && !isExhausted(failure)) {
    return { ...round, problem: `the quick evaluator answers ${quick}, the plain one ${outcome}` };
  }
  // The reference is slow and is asked only where a wrong answer would do harm.
  if (outcome === 'allow' && evaluate(vector) === 'explicitDeny') {
    return { ...round, problem: 'allows what the reference denies explicitly' };
  }
  return round;
}

/** The document of a seed, as text, and the vector that it is tried in. */
export function subjectOf(seed: number): {
  readonly text: string;
  readonly vector: DecisionVector;
} {
  const random = randomFrom(seed ^ 0x5eed);
  const original = randomVector(seed);
  const { action, resource, context } = original;
  const subject: Subject = { action, resource, context, principals: ['*', '111122223333'] };
  const place: Place = random.pick(['caller', 'resource', 'between']);
  const text = random.chance(0.02)
    ? JSON.stringify(enormousDocument(random, subject, place))
    : hostileDocument(random, subject, place);
  const vector = random.chance(0.4) ? hostileRequest(random, original) : original;
  return { text, vector };
}

/** Runs a round. Whatever is thrown is a problem too. */
export function runRound(seed: number): Round {
  const { text, vector } = subjectOf(seed);
  try {
    const [parsed, spent] = timed(() => parsePolicyDocument(text));
    const refused = { isPolicy: false, milliseconds: spent };
    if (spent > millisecondsMax) return { ...refused, problem: `parsing took ${spent} ms` };
    if (parsed.document === undefined) return refused;
    const policy: unknown = JSON.parse(text);
    if (!isObject(policy)) return { ...refused, problem: 'the parser took what is no object' };
    return decide(placed(randomFrom(seed), vector, policy));
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : 'thrown';
    return { isPolicy: false, milliseconds: 0, problem };
  }
}
