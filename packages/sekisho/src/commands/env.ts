/** `sekisho env`: prints the variables that point AWS clients at the server, for `eval`. */
import { resolve } from 'node:path';
import { readArguments } from '../arguments.ts';
import { type Command, CommandError } from '../command.ts';
import {
  type Connection,
  connect,
  connectionOptions,
  connectionUsage,
  getOwn,
} from '../connection.ts';
import { notOneOf, takeWords } from '../mistakes.ts';

const usage = `Usage: eval "$(sekisho env)"

${connectionUsage}
  --shell sh|powershell|cmd   whose syntax to print (sh)
  --vpc-endpoint vpce-…       ask the endpoint's service through it: as from inside its VPC`;

type Writer = (name: string, value: string) => string;

const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['sh', (name, value) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`],
  ['powershell', (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`],
  ['cmd', (name, value) => `set "${name}=${value}"`],
]);

/** The verb. */
export const env: Command = {
  name: 'env',
  summary: {
    en: 'print the variables that point AWS clients at the server',
    ja: 'AWS クライアントをこのサーバーに向ける環境変数を表示',
  },
  usage,
  run: async (args) => {
    const options = {
      ...connectionOptions,
      shell: { type: 'string' },
      'vpc-endpoint': { type: 'string' },
    } as const;
    const { values, positionals } = readArguments(args, options, usage);
    takeWords(positionals, [], usage);
    const shell = values.get('shell') ?? 'sh';
    const write = writers.get(String(shell));
    if (write === undefined) throw notOneOf('--shell', [...writers.keys()], shell);
    const connection = connect(
      values.has('data-dir') ? values : new Map([...values, ['data-dir', defaultFolder()]]),
    );
    const { endpoint, region, credentials } = connection;
    const variables: (readonly [string, string])[] = [
      ['AWS_ENDPOINT_URL', endpoint],
      ['AWS_REGION', region],
      ['AWS_DEFAULT_REGION', region],
      ['AWS_ACCESS_KEY_ID', credentials.id],
      ['AWS_SECRET_ACCESS_KEY', credentials.secret],
    ];
    if (credentials.token !== undefined) variables.push(['AWS_SESSION_TOKEN', credentials.token]);
    const through = values.get('vpc-endpoint');
    if (typeof through === 'string') variables.push(await throughEndpoint(connection, through));
    for (const [name, value] of variables) process.stdout.write(`${write(name, value)}\n`);
    return 0;
  },
};

/** `AWS_ENDPOINT_URL_S3=http://127.0.0.1:PORT`. */
async function throughEndpoint(
  connection: Connection,
  id: string,
): Promise<readonly [name: string, value: string]> {
  if (!/^vpce-[0-9a-f]{8,17}$/.test(id)) {
    throw new CommandError({
      en: `${id} is no VPC endpoint id`,
      ja: `${id} は VPC エンドポイント ID ではありません`,
    });
  }
  const described = await getOwn(connection, `vpc-endpoints/${id}`);
  if (typeof described === 'object' && described !== null) {
    const name: unknown = Reflect.get(described, 'variable');
    const url: unknown = Reflect.get(described, 'url');
    if (typeof name === 'string' && typeof url === 'string') return [name, url];
    if (typeof url === 'string') {
      throw new CommandError({
        en: `no client has a variable for it: ${url}`,
        ja: `これを指す環境変数はクライアントにありません: ${url}`,
      });
    }
  }
  throw new CommandError({
    en: `the VPC endpoint ${id} does not listen`,
    ja: `VPC エンドポイント ${id} は待ち受けていません`,
  });
}

function defaultFolder(): string {
  return resolve(process.env['SEKISHO_DATA_DIR'] ?? '.sekisho');
}
