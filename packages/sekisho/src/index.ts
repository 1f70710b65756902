/** The package is a command (main.ts); nothing is imported from it. */
export type { Command, CommandOutcome } from './command.ts';
