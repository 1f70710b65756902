/** Settings: each from file, variable and flag, the stronger wins, unknown ones are refused. */
import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  flagOf,
  gitHubIssuer,
  isLoopback,
  readConfiguration,
} from './configuration.ts';

const read = (sources: {
  readonly file?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, unknown>>;
}) =>
  readConfiguration({
    file: sources.file,
    environment: sources.environment ?? {},
    flags: new Map(Object.entries(sources.flags ?? {})),
  });

const key = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** A value in the file, as a variable, as a flag, and what each is read as. */
const settings: readonly (readonly [
  name: string,
  variable: string,
  inFile: readonly [given: unknown, read: unknown],
  inVariable: readonly [given: string, read: unknown],
  asFlag: readonly [given: unknown, read: unknown],
])[] = [
  ['host', 'SEKISHO_HOST', ['::1', '::1'], ['localhost', 'localhost'], ['0.0.0.0', '0.0.0.0']],
  ['port', 'SEKISHO_PORT', [1, 1], ['2', 2], ['3', 3]],
  ['dataDir', 'SEKISHO_DATA_DIR', ['a', 'a'], ['b', 'b'], ['c', 'c']],
  [
    'accounts',
    'SEKISHO_ACCOUNTS',
    [[{ id: '111111111111', rootAccessKey: key }], [{ id: '111111111111', rootAccessKey: key }]],
    ['111111111111,222222222222', [{ id: '111111111111' }, { id: '222222222222' }]],
    [['333333333333'], [{ id: '333333333333' }]],
  ],
  ['store', 'SEKISHO_STORE', ['memory', 'memory'], ['sqlite', 'sqlite'], ['memory', 'memory']],
  [
    'enforcement',
    'SEKISHO_ENFORCEMENT',
    ['audit', 'audit'],
    ['enforce', 'enforce'],
    ['audit', 'audit'],
  ],
  [
    'authentication',
    'SEKISHO_AUTHENTICATION',
    ['any-key', 'any-key'],
    ['verify', 'verify'],
    ['any-key', 'any-key'],
  ],
  [
    'region',
    'SEKISHO_REGION',
    ['eu-west-1', 'eu-west-1'],
    ['ap-northeast-1', 'ap-northeast-1'],
    ['us-gov-west-1', 'us-gov-west-1'],
  ],
  [
    'hostNames',
    'SEKISHO_HOST_NAMES',
    [['a.test'], ['a.test']],
    ['b.test,c.test', ['b.test', 'c.test']],
    [['d.test'], ['d.test']],
  ],
  [
    'tasks',
    'SEKISHO_TASKS',
    ['process', 'process'],
    ['docker', 'docker'],
    ['declared', 'declared'],
  ],
  [
    'localIssuers',
    'SEKISHO_LOCAL_ISSUERS',
    [[gitHubIssuer], [gitHubIssuer]],
    [gitHubIssuer, [gitHubIssuer]],
    [[gitHubIssuer], [gitHubIssuer]],
  ],
  [
    'loopbackIssuers',
    'SEKISHO_LOOPBACK_ISSUERS',
    [['http://127.0.0.1:1'], ['http://127.0.0.1:1']],
    ['http://127.0.0.1:2', ['http://127.0.0.1:2']],
    [['http://127.0.0.1:3'], ['http://127.0.0.1:3']],
  ],
];

describe.each(settings)('%s', (name, variable, inFile, inVariable, asFlag) => {
  const file = { [name]: inFile[0] };
  const environment = { [variable]: inVariable[0] };
  const flags = { [name]: asFlag[0] };

  test('is read from the file, from its variable and from its flag', () => {
    expect(read({ file })).toMatchObject({ [name]: inFile[1] });
    expect(read({ environment })).toMatchObject({ [name]: inVariable[1] });
    expect(read({ flags })).toMatchObject({ [name]: asFlag[1] });
  });

  test('a flag wins over the variable, the variable over the file', () => {
    expect(read({ file, environment, flags })).toMatchObject({ [name]: asFlag[1] });
    expect(read({ file, environment })).toMatchObject({ [name]: inVariable[1] });
  });
});

test('every setting is covered here', () => {
  expect(settings.map(([name]) => name).sort()).toEqual(Object.keys(read({})).sort());
});

describe('what is refused', () => {
  test.each<[string, Parameters<typeof read>[0]]>([
    ['SEKISHO_PROT', { environment: { SEKISHO_PROT: '1' } }],
    ['prot', { file: { prot: 1 } }],
    ['__proto__', { file: JSON.parse('{"__proto__":{"port":1}}') }],
    ['rootKey', { file: { accounts: [{ id: '111111111111', rootKey: key }] } }],
    [
      'session',
      { file: { accounts: [{ id: '111111111111', rootAccessKey: { ...key, session: 'x' } }] } },
    ],
    ['one JSON object', { file: [] }],
    ['one JSON object', { file: 'text' }],
    ['SEKISHO_PORT', { environment: { SEKISHO_PORT: '65536' } }],
    ['SEKISHO_PORT', { environment: { SEKISHO_PORT: '0x10' } }],
    ['SEKISHO_PORT', { environment: { SEKISHO_PORT: '' } }],
    ['--port', { flags: { port: '-1' } }],
    ['--data-dir', { flags: { dataDir: '' } }],
    ['--account', { flags: { accounts: ['12345'] } }],
    ['--account', { flags: { accounts: ['111111111111', '111111111111'] } }],
    ['--account', { flags: { accounts: [] } }],
    [
      'a root key of its own',
      {
        file: {
          accounts: ['111111111111', '222222222222'].map((id) => ({ id, rootAccessKey: key })),
        },
      },
    ],
    ['--store', { flags: { store: 'postgres' } }],
    ['--enforcement', { flags: { enforcement: 'off' } }],
    ['--authentication', { flags: { authentication: 'none' } }],
    ['--region', { flags: { region: 'us-east-1/x' } }],
    [
      'rootAccessKey.id',
      { file: { accounts: [{ id: '111111111111', rootAccessKey: { ...key, id: 'short' } }] } },
    ],
    [
      'rootAccessKey.id',
      {
        file: {
          accounts: [{ id: '111111111111', rootAccessKey: { ...key, id: 'ASIAIOSFODNN7EXAMPLE' } }],
        },
      },
    ],
    ['loopback', { flags: { authentication: 'any-key', host: '0.0.0.0' } }],
    ['tasks', { flags: { authentication: 'any-key', tasks: 'process' } }],
  ])('%s, by name', (name, sources) => {
    const reading = (): unknown => read(sources);
    expect(reading).toThrow(ConfigurationError);
    expect(reading).toThrow(name);
  });

  test('the error never shows a secret', () => {
    const wrong = { id: 'x', secret: 'the-secret-itself' };
    const file = { accounts: [{ id: '111111111111', rootAccessKey: wrong }] };
    expect(() => read({ file })).toThrow(/^(?!.*the-secret-itself)/);
  });
});

test('variables of the command and of others are left alone', () => {
  const environment = { SEKISHO_CONFIG: 'x', SEKISHO_LANG: 'ja', AWS_REGION: 'eu-west-1' };
  expect(read({ environment })).toEqual(read({}));
});

test('flags are spelled like the command spells them', () => {
  expect(['accounts', 'dataDir', 'hostNames', 'port'].map(flagOf)).toEqual([
    'account',
    'data-dir',
    'host-names',
    'port',
  ]);
});

test('only this machine is loopback', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    expect(isLoopback(host)).toBe(true);
  }
  for (const host of ['0.0.0.0', '127.0.0.1.evil.example', 'localhost.evil.example', '::', '']) {
    expect(isLoopback(host)).toBe(false);
  }
});
