/** A step of a tour: one command, who types it where, and how it must come out. */

/** What is shown, in both languages. */
export interface Text {
  readonly en: string;
  readonly ja: string;
}

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

/** How a step must come out. `words` must all stand in what the client says. */
export type Expectation =
  | { readonly kind: 'success'; readonly output: Output }
  | { readonly kind: 'refusal'; readonly words: readonly string[] };

/** One step. Names in angle brackets (`<subnet>`) stand for what earlier steps have learned. */
export interface Step {
  /** The row of the acceptance table. */
  readonly id: string;
  readonly part: Part;
  readonly title: Text;
  readonly where: 'outside' | 'in the instance';
  /** The user whose access key signs; absent: the connection's credentials, or the instance's. */
  readonly by?: 'umemoto';
  /** The program (`aws`, `touch` …) and its arguments. */
  readonly args: readonly string[];
  readonly expectation: Expectation;
  /** Name → where it stands in the JSON that the command prints. */
  readonly learns?: Readonly<Record<string, readonly (string | number)[]>>;
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
  /** Files of the working folder: name → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Names that must be free for the steps, and further ones for the refusals. */
  readonly taken: readonly Taken[];
  readonly takenByRefusals: readonly Taken[];
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
