/** Three-valued logic of matching: what AWS leaves open is `undecided`, and the effect closes it. */

/** `undecided`: AWS does not document the answer, or it could not be worked out. */
export type Match = 'yes' | 'no' | 'undecided';

/** The opposite; what is undecided stays undecided. */
export function not(match: Match): Match {
  if (match === 'undecided') return match;
  return match === 'yes' ? 'no' : 'yes';
}

/** `yes` when all are; `no` as soon as one is not. */
export function all(matches: Iterable<Match>): Match {
  let result: Match = 'yes';
  for (const match of matches) {
    if (match === 'no') return 'no';
    if (match === 'undecided') result = 'undecided';
  }
  return result;
}

/** `yes` as soon as one is; `no` when none is. */
export function some(matches: Iterable<Match>): Match {
  let result: Match = 'no';
  for (const match of matches) {
    if (match === 'yes') return 'yes';
    if (match === 'undecided') result = 'undecided';
  }
  return result;
}

/** A boolean as a match; undefined is undecided. */
export function matchOf(answer: boolean | undefined): Match {
  if (answer === undefined) return 'undecided';
  return answer ? 'yes' : 'no';
}

/** The closed side: an undecided Allow does not allow, an undecided Deny denies (rule E18). */
export function takesEffect(match: Match, effect: 'Allow' | 'Deny'): boolean {
  return match === 'yes' || (match === 'undecided' && effect === 'Deny');
}
