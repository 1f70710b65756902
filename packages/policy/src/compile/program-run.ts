/** Programs run against a request. */
import { type Answer, negate, no, undecided, yes } from './answer.ts';
import { matchCondition } from './condition-match.ts';
import { type Grant, grants, matchPrincipalTest } from './principal-test.ts';
import { sectionKinds } from './program-writer.ts';
import type { RequestFrame } from './request-frame.ts';
import { matchPattern } from './resource-match.ts';
import type { StatementStore } from './statement-store.ts';
import type { WordStore } from './word-store.ts';

/** Reads programs word by word. Nothing is allocated for the common elements. */
export class ProgramRun {
  readonly #programs: WordStore;
  readonly #statements: StatementStore;
  readonly #frame: RequestFrame;
  /** What follows the run of denies that was read last. */
  end = 0;

  constructor(programs: WordStore, statements: StatementStore, frame: RequestFrame) {
    this.#programs = programs;
    this.#statements = statements;
    this.#frame = frame;
  }

  /** Whether one of the denies at the start takes effect. */
  denies(program: number): boolean {
    const { words } = this.#programs;
    let at = program;
    for (let size = words[at] ?? 0; size !== 0; size = words[at] ?? 0) {
      if (this.#takesEffect(at, true)) return true;
      at += size;
    }
    this.end = at + 1;
    return false;
  }

  /** The strongest grant among the allows behind the denies, which have just been read. */
  strongestGrant(): Grant {
    const { words } = this.#programs;
    let strongest: Grant = grants.none;
    let at = this.end;
    for (let size = words[at] ?? 0; size !== 0; size = words[at] ?? 0) {
      if (this.#takesEffect(at, false) && this.#frame.grant > strongest) {
        strongest = this.#frame.grant;
        if (strongest === grants.direct) break;
      }
      at += size;
    }
    return strongest;
  }

  /** Whether every section allows, but for those that the resource's grant stands in for. */
  allows(sections: number, grant: Grant): boolean {
    const { words } = this.#programs;
    let at = sections;
    for (let kind = words[at] ?? 0; kind !== 0; kind = words[at] ?? 0) {
      const isSpared =
        (kind === sectionKinds.identity && grant >= grants.underlying) ||
        (kind === sectionKinds.limit && grant === grants.direct);
      at++;
      let holds = isSpared;
      for (let size = words[at] ?? 0; size !== 0; size = words[at] ?? 0) {
        if (!holds) holds = this.#takesEffect(at, false);
        at += size;
      }
      if (!holds) return false;
      at++;
    }
    return true;
  }

  /** What is undecided takes effect in a Deny only (rule E18). */
  #takesEffect(at: number, denies: boolean): boolean {
    const frame = this.#frame;
    const { words } = this.#programs;
    frame.steps -= 10;
    if (frame.steps < 0) return false;
    const principal = words[at + 1] ?? 0;
    if (principal !== 0 && !isEffective(this.#matchPrincipal(principal - 1), denies)) return false;
    const mode = words[at + 2] ?? 0;
    if (mode !== 0 && !isEffective(this.#matchResource(at, mode), denies)) return false;
    const end = at + (words[at] ?? 0);
    for (let index = at + (words[at + 4] ?? 0); index < end; index++) {
      const test = this.#statements.conditions[words[index] ?? 0];
      const answer = test === undefined ? undecided : matchCondition(test, frame);
      if (!isEffective(answer, denies)) return false;
    }
    return true;
  }

  #matchPrincipal(number: number): Answer {
    const test = this.#statements.principals[number];
    return test === undefined ? undecided : matchPrincipalTest(test, this.#frame);
  }

  #matchResource(statement: number, mode: number): Answer {
    const { words } = this.#programs;
    const { templates } = this.#statements.resources;
    const negated = mode === 2;
    const count = words[statement + 3] ?? 0;
    let answer: Answer = no;
    let at = statement + 5;
    for (let index = 0; index < count; index++) {
      const next = matchPattern(this.#programs, at, negated, templates, this.#frame);
      if (next === yes) {
        answer = yes;
        break;
      }
      if (next === undecided) answer = undecided;
      at += words[at + 1] ?? 0;
    }
    return negated ? negate(answer) : answer;
  }
}

function isEffective(answer: Answer, denies: boolean): boolean {
  return answer === yes || (denies && answer === undecided);
}
