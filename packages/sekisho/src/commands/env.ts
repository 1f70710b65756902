/** `sekisho env`: prints the variables that point AWS clients at the server, for `eval`. */
import { resolve } from 'node:path';
import { readArguments } from '../arguments.ts';
import { type Command, CommandError } from '../command.ts';
import { connect, connectionOptions, connectionUsage } from '../connection.ts';

const usage = `Usage: eval "$(sekisho env)"

${connectionUsage}
  --shell sh|powershell|cmd   whose syntax to print (sh)`;

type Writer = (name: string, value: string) => string;

const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['sh', (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`],
  ['powershell', (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`],
  ['cmd', (name, value) => `set "${name}=${value}"`],
]);

/** The verb. */
export const env: Command = {
  name: 'env',
  summary: 'print the variables that point AWS clients at the server',
  usage,
  run: async (args) => {
    const options = { ...connectionOptions, shell: { type: 'string' } } as const;
    const { values } = readArguments(args, options, usage);
    const shell = values.get('shell') ?? 'sh';
    const write = writers.get(String(shell));
    if (write === undefined)
      throw new CommandError(`--shell must be ${[...writers.keys()].join(', ')}`);
    const { endpoint, region, credentials } = connect(
      values.has('data-dir') ? values : new Map([...values, ['data-dir', defaultFolder()]]),
    );
    const variables: (readonly [string, string])[] = [
      ['AWS_ENDPOINT_URL', endpoint],
      ['AWS_REGION', region],
      ['AWS_DEFAULT_REGION', region],
      ['AWS_ACCESS_KEY_ID', credentials.id],
      ['AWS_SECRET_ACCESS_KEY', credentials.secret],
    ];
    if (credentials.token !== undefined) variables.push(['AWS_SESSION_TOKEN', credentials.token]);
    for (const [name, value] of variables) process.stdout.write(`${write(name, value)}\n`);
    return 0;
  },
};

function defaultFolder(): string {
  return resolve(process.env['SEKISHO_DATA_DIR'] ?? '.sekisho');
}
