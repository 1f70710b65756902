/** Every verb given wrong input: one exact sentence in both languages, exit code 2, no stack trace. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, readConfiguration, startServer } from '@sekisho/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands, runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-mistakes-'));
const workflow = join(folder, 'workflow.yml');
writeFileSync(
  workflow,
  'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
);
const task = '0123456789abcdef'.repeat(2);
const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
let server: RunningServer;
/** Takes connections and ends them: no server of ours. */
const stranger = createServer((socket) => socket.destroy());

beforeAll(async () => {
  const settings = { port: '0', dataDir: folder, store: 'memory' };
  const flags = new Map<string, unknown>(Object.entries(settings));
  server = await startServer(readConfiguration({ environment: {}, flags }));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await server.close();
  stranger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The exit code and what was said on both streams. */
async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((written) => {
      text += String(written);
      return true;
    }),
  );
  try {
    return { code: await runCommand(args), text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const cases: readonly (readonly [args: string, said: string])[] = [
  ['nosuch', 'unknown verb nosuch'],
  ['up extra', 'unexpected argument extra'],
  ['up --port abc', '--port must be a port number from 0 to 65535, not abc'],
  ['up --port -1', '--port must be a port number from 0 to 65535, not -1'],
  ['up --port', '--port needs a value'],
  ['up --port --host h', '--port needs a value'],
  ['up --bogus', 'unknown option --bogus'],
  ['up --store redis', '--store must be sqlite or memory, not redis'],
  ['up --github-issuer x', '--github-issuer must be network or local, not x'],
  ['up --config FOLDER/none.json', 'FOLDER/none.json cannot be read: it does not exist'],
  ['up --config FOLDER', 'FOLDER cannot be read: it is a folder'],
  ['up --config FOLDER/workflow.yml', 'FOLDER/workflow.yml is not JSON'],
  ['up --port 0 --data-dir FOLDER/workflow.yml', 'cannot be used: a part of the path is no folder'],
  ['env extra', 'unexpected argument extra'],
  ['env --shell fish', '--shell must be sh, powershell or cmd, not fish'],
  ['env --shell sh --shell sh', '--shell is given twice'],
  ['env --data-dir FOLDER/none', 'no credentials for profile default in FOLDER/none/credentials'],
  ['env --endpoint ftp://x --data-dir FOLDER', 'the endpoint ftp://x is no URL'],
  ['env --vpc-endpoint x --data-dir FOLDER', 'x is no VPC endpoint id'],
  ['why a/b', 'a/b is no id of a refusal'],
  ['why a b', 'unexpected argument b'],
  ['why a --last', 'unexpected argument --last'],
  ['why --last=x', '--last takes no value'],
  ['why --format xml', '--format must be pretty or json, not xml'],
  ['why --fix x', '--fix must be cli, terraform, cloudformation, all or none, not x'],
  ['why --task x', 'x is no id or ARN of a task'],
  [`why --task ${task} --service a/b`, 'unexpected argument --service'],
  ['why --service x', "x is neither CLUSTER/SERVICE nor a service's ARN"],
  ['can root', 'ACTION RESOURCE missing'],
  ['can root s3:GetObject * --context x', '--context x: write KEY=VALUE'],
  ['who-can', 'ACTION RESOURCE missing'],
  ['can-what root x', 'unexpected argument x'],
  ['checklist x', 'CHECKLIST must be github-ecs, ecs-task or ec2-profile, not x'],
  ['checklist ecs-task', '--task-definition is needed'],
  ['checklist ec2-profile', '--instance-profile is needed'],
  ['checklist github-ecs --repo x', '--repo is written ORG/REPO, not x'],
  ['instance exec i-1 -- ls', 'i-1 is not an instance id'],
  ['instance exec i-12345678', '-- COMMAND missing'],
  ['instance start i-12345678 -- ls', 'unexpected argument start'],
  ['task exec x -- ls', 'x is no id or ARN of a task'],
  ['oidc', 'VERB must be token, env or explain'],
  ['oidc token', '--repo ORG/REPO is needed'],
  ['oidc token --repo x', '--repo is written ORG/REPO, not x'],
  ['oidc token --repo a/b --expires-in x', '--expires-in must be a whole number of seconds'],
  ['oidc explain x', '--role ROLE-ARN is needed'],
  ['oidc explain x --role r', '--role must be the ARN of a role, not r'],
  ['github run', 'WORKFLOW.yml missing'],
  ['github start x', 'unexpected argument start'],
  ['github run FOLDER/none.yml', 'FOLDER/none.yml cannot be read: it does not exist'],
  ['github run FOLDER/workflow.yml', '--repo ORG/REPO is needed'],
  ['github run FOLDER/workflow.yml --workspace FOLDER/none', 'FOLDER/none cannot be read'],
  ['github run FOLDER/workflow.yml --secret NONE_OF_IT', 'there is no variable NONE_OF_IT'],
  ['github run FOLDER/workflow.yml --repo a/b --event-file FOLDER/workflow.yml', 'is not JSON'],
  ['tour', 'ARTICLE missing'],
  ['tour 003', 'there is no tour of 003; there are 000, 001, 002, 004'],
  ['why --lang fr', '--lang must be en or ja, not fr'],
];

describe('sekisho', () => {
  test.each(cases)('%s', async (line, said) => {
    const args = line.split(' ').map((word) => word.replace('FOLDER', folder));
    const of = (language: string): readonly string[] =>
      args.includes('--lang') ? args : withOptions(args, '--lang', language);
    const [en, ja] = [await run(...of('en')), await run(...of('ja'))];
    expect(en.text).toContain(said.replace('FOLDER', folder));
    for (const { code, text } of [en, ja]) {
      expect(code).toBe(2);
      expect(text).toMatch(/^sekisho: /);
      expect(text).not.toMatch(/^ +at /m);
    }
    // What follows an empty line is the usage.
    const [sentence = ''] = ja.text.split('\n\n');
    if (!line.includes('--lang')) expect(sentence).toMatch(japanese);
  });

  const connected = [
    'why',
    'can root s3:GetObject *',
    'who-can s3:GetObject *',
    'can-what root',
    'checklist github-ecs',
    'instance exec i-12345678 -- ls',
    `task exec ${task} -- ls`,
    'oidc token --repo a/b',
    'oidc env --repo a/b',
    'env --vpc-endpoint vpce-12345678',
  ];

  test.each(connected)('%s, with no server there', async (line) => {
    const address = stranger.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const options = ['--endpoint', `http://127.0.0.1:${port}`, '--data-dir', folder];
    const { code, text } = await run(...withOptions(line.split(' '), ...options, '--lang', 'en'));
    expect(text).toBe(`sekisho: no server answers at http://127.0.0.1:${port}\n`);
    expect(code).toBe(2);
  });

  test('what the server refuses is said in its words', async () => {
    const at = ['--endpoint', server.endpoint, '--data-dir', folder, '--lang', 'ja'];
    expect(await run('can', 'user/none', 's3:GetObject', '*', ...at)).toEqual({
      code: 2,
      text: 'sekisho: InvalidQuestion: There is no user none in account 123456789012.\n',
    });
  });

  test('a port that is taken, and a folder that is', async () => {
    const { port } = new URL(server.endpoint);
    const other = join(folder, 'other');
    const taken = await run('up', '--port', port, '--data-dir', other, '--lang', 'en');
    expect(taken).toEqual({
      code: 2,
      text: `sekisho: 127.0.0.1:${port} is in use by another program; choose another --port\n`,
    });
  });

  test('every verb has a help text, and a summary in both languages', async () => {
    for (const { name, summary, usage } of commands) {
      expect(await run(name, '--help')).toEqual({ code: 0, text: `${usage}\n` });
      expect(summary.en).not.toMatch(japanese);
      expect(summary.ja).toMatch(japanese);
    }
  });
});

/** Options stand before `--`. */
function withOptions(args: readonly string[], ...options: readonly string[]): readonly string[] {
  const at = args.includes('--') ? args.indexOf('--') : args.length;
  return [...args.slice(0, at), ...options, ...args.slice(at)];
}
