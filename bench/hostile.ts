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
const roughSeconds = 0.01;
const closeSeconds = 0.2;
const measuredClosely = 6;

/**
 * Milliseconds of one call: the quickest by the clock or the mean of CPU time, whichever is less.
 * The one is spoilt by other programs, the other moves in steps and counts all threads.
 */
function milliseconds(action: () => unknown, seconds: number): number {
  let quickest = Number.POSITIVE_INFINITY;
  let calls = 0;
  let spent = 0;
  for (const start = ownCpuSeconds(); calls < 4 || spent < seconds; calls++) {
    const before = performance.now();
    action();
    quickest = Math.min(quickest, performance.now() - before);
    spent = ownCpuSeconds() - start;
  }
  return spent < closeSeconds ? quickest : Math.min(quickest, (spent * 1000) / calls);
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
      .map((question) => ({ question, rough: milliseconds(waysOf(question)[way], roughSeconds) }))
      .sort((a, b) => b.rough - a.rough)
      .slice(0, measuredClosely)
      .map(({ question }) => ({
        name: question.name,
        close: milliseconds(waysOf(question)[way], closeSeconds),
      }))
      .reduce((a, b) => (b.close > a.close ? b : a));
    return figure(`${way}: ${worst.name}`, worst.close, 'ms');
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
