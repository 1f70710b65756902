/** A step of a tour: one command, who types it where, and how it must come out. */

import type { Text } from '../../command.ts';

export type { Text };

/**
 * `precondition`: the article takes it for granted. `article`: the article's own command.
 * `addition`: shows what the article only speaks of. `set-up`: prepares a refusal.
 */
export type Part = 'precondition' | 'article' | 'addition' | 'set-up' | 'refusal';

/** What a command that succeeds prints. */
export type Output =
  | { readonly kind: 'anything' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly includes: string }
  /** JSON that has at least these properties; lists have as many elements. */
  | { readonly kind: 'json'; readonly includes: unknown };

/**
 * How a step must come out. `words` must all stand in what the client says. `told`: the command
 * itself succeeds and tells of the refusal, as describe-tasks does.
 */
export type Expectation =
  | { readonly kind: 'success'; readonly output: Output }
  | { readonly kind: 'refusal'; readonly words: readonly string[]; readonly told?: true };

/** Who signs a step; its facts are `<key>KeyId`, `<key>Secret` and, of a session, `<key>Token`. */
export interface Principal {
  readonly key: string;
  readonly name: Text;
}

/** Where a command is typed: in the instance of the fact `instance`, in the task of the fact `task`. */
export type Place = 'outside' | 'in the instance' | 'in the task';

/** One step. Names in angle brackets (`<subnet>`) stand for what earlier steps have learned. */
export interface Step {
  /** The row of the acceptance table. */
  readonly id: string;
  readonly part: Part;
  readonly title: Text;
  readonly where: Place;
  /** Absent: the connection's credentials, or those of the instance or task. */
  readonly by?: Principal;
  /** Absent: the region of the tour. */
  readonly region?: string;
  /** The program (`aws`, `touch` …) and its arguments. */
  readonly args: readonly string[];
  readonly expectation: Expectation;
  /** Name → where it stands in the JSON that the command prints. */
  readonly learns?: Readonly<Record<string, readonly (string | number)[]>>;
  /** The file of the working folder that gets what the command prints. */
  readonly writes?: string;
  /** What it prints is shown though it came out as expected. */
  readonly shows?: true;
  /** A program besides the AWS CLI without which the step is left out. */
  readonly program?: string;
  /** Not part of the tour at all unless that one of its tools is usable here, or is not. */
  readonly tool?: { readonly name: string; readonly is: 'usable' | 'absent' };
  /** The command is repeated until it comes out as expected, for this time at most. */
  readonly patienceSeconds?: number;
  /** What takes the step back, in order. */
  readonly undo?: readonly (readonly string[])[];
  /** The action that `sekisho why` must name; absent: the refusal is no decision about access. */
  readonly deniedAction?: string;
  /** Of a refusal: what would make it succeed. */
  readonly fix?: Text;
}

/** A tour through an article: its steps, and its refusals with what they need before. */
export interface Tour {
  readonly article: string;
  readonly title: Text;
  readonly steps: readonly Step[];
  readonly refusals: readonly Step[];
  /** Files of the working folder, those of `examples/NNN`: name → text. */
  readonly files: ReadonlyMap<string, string>;
  /** `NAME` → what `<NAME>` becomes in the files; `<account>` in it is the account's id. */
  readonly placeholders?: ReadonlyMap<string, string>;
  /** Absent: the connection's. */
  readonly region?: string;
  /** The settings with which the tour starts its own server. */
  readonly settings?: ReadonlyMap<string, string>;
  /** What must succeed before the first step. */
  readonly needs?: readonly Need[];
  /** By name, what must succeed in the working folder for a tool to be usable. */
  readonly tools?: ReadonlyMap<string, Need>;
  /** Names that must be free for the steps, and further ones for the refusals. */
  readonly taken: readonly Taken[];
  readonly takenByRefusals: readonly Taken[];
}

/** A command that must succeed, and what to do when it does not. */
export interface Need {
  readonly args: readonly string[];
  readonly advice: Text;
}

/** A name, and a command that succeeds only when it is taken. */
export interface Taken {
  readonly what: string;
  readonly args: readonly string[];
}

/** A command line without quotes, split at its spaces. */
export function words(line: string): readonly string[] {
  return line.trim().split(/\s+/);
}

/** The same steps as preparation: one line each when they come out. */
export function quiet(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => ({ ...step, part: 'set-up' }));
}

/** Facts learned so far, by name. */
export type Facts = ReadonlyMap<string, string>;

/** The text with its `<names>` filled in, or the first name that is not known. */
export function fill(
  text: string,
  facts: Facts,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const filled = text.replace(/<([a-z][A-Za-z]*)>/g, (whole, name: string) => {
    const value = facts.get(name);
    if (value === undefined) missing ??= name;
    return value ?? whole;
  });
  return missing === undefined ? { text: filled } : { missing };
}

/** The text of a file with the placeholders that the tour knows filled in. */
export function fillFile(
  text: string,
  placeholders: ReadonlyMap<string, string>,
  facts: Facts,
): string {
  return text.replace(/<([A-Z][A-Z0-9_]*)>/g, (whole, name: string) => {
    const value = placeholders.get(name);
    if (value === undefined) return whole;
    const filled = fill(value, facts);
    return 'text' in filled ? filled.text : whole;
  });
}
