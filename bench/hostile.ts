/** What one decision costs at most: hostile policies of quota size, and the largest ordinary sets. */
import {
  type AuthorizationRequest,
  authorize,
  CompiledPolicies,
  type PolicySet,
  type PolicySource,
} from '@sekisho/policy';
import { type HostileCase, hostileCases, hostileSource } from '../conformance/hostile/documents.ts';
import { ordinaryPolicies, ordinaryRequests } from '../conformance/hostile/ordinary.ts';
import { everything, hostileRequestOf, isExhausted } from '../conformance/hostile/question.ts';
import { ownCpuSeconds } from './decision-timing.ts';
import type { Figure } from './figures.ts';

/** Managed policies, the inline policies of a role, bucket policies; then twenty managed ones. */
const quotas = [
  { characters: 6_144, count: 1 },
  { characters: 10_240, count: 1 },
  { characters: 20_480, count: 1 },
  { characters: 6_144, count: 20 },
];
/** The counter of CPU time moves in steps of some milliseconds. */
const measuredSeconds = 0.04;
const rounds = 3;
const measuredClosely = 4;

/** CPU milliseconds of one call, the best of some rounds. */
function cpuMilliseconds(action: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = ownCpuSeconds();
    let calls = 0;
    let spent = 0;
    for (; spent < measuredSeconds; calls++) {
      action();
      spent = ownCpuSeconds() - start;
    }
    best = Math.min(best, (spent * 1000) / calls);
  }
  return best;
}

/** The quickest of a few calls by the clock: enough to find out which deserve a closer look. */
function clockMilliseconds(action: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let call = 0; call < 4; call++) {
    const start = performance.now();
    action();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

interface Question {
  readonly name: string;
  readonly request: AuthorizationRequest;
  readonly policies: PolicySet;
}

type Ways = 'plain' | 'quick' | 'quick, compiled anew';

/** The ways to decide a question, policies compiled beforehand or not. */
function waysOf({ request, policies }: Question): Readonly<Record<Ways, () => unknown>> {
  const quick = new CompiledPolicies();
  const compiled = quick.principalSet(policies);
  return {
    plain: () => authorize(request, policies),
    quick: () => quick.decide(compiled, request, policies),
    'quick, compiled anew': () => {
      const fresh = new CompiledPolicies();
      return fresh.decide(fresh.principalSet({ ...policies }), request, policies);
    },
  };
}

function hostileQuestion(
  each: HostileCase,
  { characters, count }: (typeof quotas)[number],
): Question {
  const hostile = Array.from(
    { length: count },
    (): PolicySource => hostileSource(each, characters),
  );
  const policies = { identity: [everything, ...hostile] };
  return { name: each.name, request: hostileRequestOf(each), policies };
}

function figuresOf(name: string, questions: readonly Question[]): readonly Figure[] {
  const figure = (metric: string, value: number, unit: string): Figure => ({
    bench: 'hostile',
    case: name,
    metric,
    value,
    unit,
  });
  const slowest = (way: Ways) => {
    const worst = questions
      .map((question) => ({ question, clock: clockMilliseconds(waysOf(question)[way]) }))
      .sort((a, b) => b.clock - a.clock)
      .slice(0, measuredClosely)
      .map(({ question }) => ({
        name: question.name,
        cpu: cpuMilliseconds(waysOf(question)[way]),
      }))
      .reduce((a, b) => (b.cpu > a.cpu ? b : a));
    return figure(`${way}: ${worst.name}`, worst.cpu, 'CPU-ms');
  };
  const exhausted = questions.filter(({ request, policies }) =>
    isExhausted(authorize(request, policies).failure),
  );
  return [
    figure('questions', questions.length, ''),
    figure('denied for lack of steps', exhausted.length, ''),
    ...(['plain', 'quick', 'quick, compiled anew'] as const).map(slowest),
  ];
}

export async function measureHostile(): Promise<readonly Figure[]> {
  const figures = quotas.flatMap((quota) =>
    figuresOf(
      `${quota.count} × ${quota.characters.toLocaleString('en-US')}`,
      hostileCases.map((each) => hostileQuestion(each, quota)),
    ),
  );
  const all = ordinaryPolicies(undefined);
  const ordinary = ordinaryRequests.flatMap((request, number) => [
    { name: `subject ${number} among all`, request, policies: all },
    { name: `subject ${number} alone`, request, policies: ordinaryPolicies(number) },
  ]);
  return [...figures, ...figuresOf('ordinary, every quota full', ordinary)];
}
