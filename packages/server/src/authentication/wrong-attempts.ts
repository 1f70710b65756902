/** Wrong codes and passwords: too many in a short time, and none is taken for a while. */
import type { State } from '../store/state.ts';

/** As on AWS for MFA: nine wrong codes within three minutes lock the device. */
export const wrongAttemptsMax = 9;
export const wrongAttemptsMilliseconds = 3 * 60_000;

/** The times of wrong attempts, in memory: who can restart the server needs no secret. */
export class WrongAttempts {
  readonly #times = new Map<string, readonly number[]>();

  /**
   * `key`: the record's whose secret is guessed at. Unverified: how long AWS locks; here until
   * fewer than nine lie within the three minutes.
   */
  isLocked(key: string, now: number): boolean {
    return this.#recent(key, now).length >= wrongAttemptsMax;
  }

  note(key: string, now: number): void {
    this.#times.set(key, [...this.#recent(key, now), now]);
  }

  /** Takes a noted attempt back: where the answer takes time, it is noted before it is known. */
  forgive(key: string, at: number): void {
    const times = [...(this.#times.get(key) ?? [])];
    const index = times.lastIndexOf(at);
    if (index >= 0) times.splice(index, 1);
    this.#times.set(key, times);
  }

  #recent(key: string, now: number): readonly number[] {
    const times = this.#times.get(key) ?? [];
    const recent = times.filter((at) => now - at < wrongAttemptsMilliseconds);
    if (recent.length === 0) this.#times.delete(key);
    return recent;
  }
}

const ofServer = new WeakMap<State, WrongAttempts>();

/** The attempts at the server that holds this state: its services count together. */
export function wrongAttemptsOf(state: State): WrongAttempts {
  const known = ofServer.get(state);
  if (known !== undefined) return known;
  const attempts = new WrongAttempts();
  ofServer.set(state, attempts);
  return attempts;
}
