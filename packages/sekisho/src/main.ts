#!/usr/bin/env node
/** The program: runs the command line, and sets the exit code. */
import { watchOutput } from './output.ts';
import { runCommand } from './run-command.ts';

watchOutput();
process.exitCode = await runCommand(process.argv.slice(2));
