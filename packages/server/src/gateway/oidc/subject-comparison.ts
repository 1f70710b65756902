/** A GitHub subject against a pattern of a trust policy: which part differs, and in what way. */
import { matchesWildcard, partingOffset, StepBudget } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';

/** Why the subject does not match; the names stand in explanations. */
export type SubjectCause =
  | 'subjectEnvironment'
  | 'subjectPullRequest'
  | 'subjectBranch'
  | 'subjectTag'
  | 'subjectWithIds'
  | 'subjectWithoutIds'
  | 'subjectOtherIds'
  | 'subjectCase'
  | 'subjectRepository'
  | 'subjectWildcard'
  | 'subjectOther';

/** `repo:REPOSITORY:CONTEXT`. */
export interface SubjectParts {
  /** `O/R`, or `O@1/R@2`. */
  readonly repository: string;
  /** `ref:refs/heads/main`, `environment:prod`, `pull_request`, …; '' in a pattern without it. */
  readonly context: string;
}

/** The pattern that comes nearest, and what keeps it from matching. */
export interface SubjectComparison {
  readonly pattern: string;
  readonly causes: readonly SubjectCause[];
}

/** undefined for a subject that an organization has composed otherwise. */
export function readSubject(text: string): SubjectParts | undefined {
  const [, repository, context = ''] = /^repo:([^:]+)(?::(.*))?$/s.exec(text) ?? [];
  return repository === undefined ? undefined : { repository, context };
}

/** How a condition operator compares: with wildcards, or not. */
export type Comparison = 'like' | 'equals';

/** Whether the pattern matches. Under `equals` a `*` is a star and nothing else. */
export function matches(pattern: string, text: string, comparison: Comparison): boolean {
  if (comparison === 'equals') return pattern === text;
  const budget = new StepBudget(100_000);
  return matchesWildcard([{ text: pattern, literal: false }], text, budget) && !budget.exhausted;
}

/** The nearest of the patterns, none of which matches. */
export function compareSubject(
  subject: string,
  patterns: readonly string[],
  comparison: Comparison,
): SubjectComparison | undefined {
  let nearest: { found: SubjectComparison; offset: number } | undefined;
  for (const pattern of patterns) {
    const found = { pattern, causes: causesOf(subject, pattern, comparison) };
    const offset = partingOffset(pattern, subject);
    const fewer = found.causes.length - (nearest?.found.causes.length ?? Number.POSITIVE_INFINITY);
    if (fewer < 0 || (fewer === 0 && offset > (nearest?.offset ?? -1))) nearest = { found, offset };
  }
  return nearest?.found;
}

function causesOf(
  subject: string,
  pattern: string,
  comparison: Comparison,
): readonly SubjectCause[] {
  if (comparison === 'equals' && matches(pattern, subject, 'like')) return ['subjectWildcard'];
  const given = readSubject(subject);
  const wanted = readSubject(pattern);
  if (given === undefined || wanted === undefined) return ['subjectOther'];
  // In `repo:ORG/*` the star also stands for whatever follows the repository.
  const isOpen = wanted.context === '' && wanted.repository.endsWith('*');
  const context = isOpen ? '*' : wanted.context;
  const causes = [
    ...repositoryCauses(given.repository, wanted.repository, comparison),
    ...(matches(context, given.context, comparison) ? [] : [contextCause(given.context)]),
  ];
  return causes.length === 0 ? ['subjectOther'] : causes;
}

/** Ids and case are looked at one after the other: both may differ. */
function repositoryCauses(
  given: string,
  wanted: string,
  comparison: Comparison,
): readonly SubjectCause[] {
  if (matches(wanted, given, comparison)) return [];
  const bare = withoutIds(given);
  const bareWanted = withoutIds(wanted);
  if (!matches(foldCase(bareWanted), foldCase(bare), comparison)) return ['subjectRepository'];
  const causes: SubjectCause[] = [];
  if (given !== bare && wanted === bareWanted) causes.push('subjectWithIds');
  else if (given === bare && wanted !== bareWanted) causes.push('subjectWithoutIds');
  else if (given !== bare && !matches(idsOf(wanted), idsOf(given), comparison)) {
    causes.push('subjectOtherIds');
  }
  if (!matches(bareWanted, bare, comparison)) causes.push('subjectCase');
  return causes.length === 0 ? ['subjectRepository'] : causes;
}

function withoutIds(repository: string): string {
  return repository.replace(/@[^/]*/g, '');
}

function idsOf(repository: string): string {
  return [...repository.matchAll(/@([^/]*)/g)].map(([, id]) => id).join('/');
}

function contextCause(context: string): SubjectCause {
  if (context.startsWith('environment:')) return 'subjectEnvironment';
  if (context === 'pull_request') return 'subjectPullRequest';
  if (context.startsWith('ref:refs/tags/')) return 'subjectTag';
  if (context.startsWith('ref:refs/heads/')) return 'subjectBranch';
  return 'subjectOther';
}
