/** What a verb of the command is, and how it ends. */

/** 0 clean or allowed, 1 findings, 2 usage or input error, 3 denied, 4 new access; 128+n signals. */
export type CommandOutcome = number;

/** What is said, in both languages. */
export interface Text {
  readonly en: string;
  readonly ja: string;
}

/** A verb. */
export interface Command {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: Text;
  /** The whole help text. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<CommandOutcome>;
}

/** The user's mistake, or what the machine or the server refuses: printed as it is. */
export class CommandError extends Error {
  readonly text: Text;
  readonly exitCode: CommandOutcome;

  /** A `string` is what somebody else says (the server, the system), in whatever language. */
  constructor(text: Text | string, exitCode: CommandOutcome = 2) {
    const both = typeof text === 'string' ? { en: text, ja: text } : text;
    super(both.en);
    this.name = 'CommandError';
    this.text = both;
    this.exitCode = exitCode;
  }
}
