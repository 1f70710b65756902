/** `npm run conformance -- [FILE…] [--evaluator NAME]` */
import { runConformance } from './runner.ts';

// A reader that closes early (`| head`) is no error.
process.stdout.on('error', () => process.exit());
process.exitCode = runConformance(process.argv.slice(2), console);
