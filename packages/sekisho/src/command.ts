/** What a verb of the command is, and how it ends. */

/** 0 clean or allowed, 1 findings, 2 usage or input error, 3 denied, 4 new access; 128+n signals. */
export type CommandOutcome = number;

/** A verb. */
export interface Command {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** The whole help text. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<CommandOutcome>;
}

/** The user's mistake: printed as it is. */
export class CommandError extends Error {
  readonly exitCode: CommandOutcome;
  constructor(message: string, exitCode: CommandOutcome = 2) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
