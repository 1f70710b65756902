/** Tests of the decision journal: what was refused outlives the process, for a day, bounded. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorize, type PolicySource, parsePolicyDocument } from '@sekisho/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PolicyDocuments } from '../directory/policy-documents.ts';
import { createNodePlatform } from '../platform/node-platform.ts';
import { DecisionJournal, type JournalEntry } from './decision-journal.ts';

const account = '123456789012';
let folder: string;
let now = 0;
/** Closed at the end only: a process that is killed closes nothing. */
const journals: DecisionJournal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-journal-'));
  now = Date.UTC(2026, 0, 2);
});
afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const log = () => join(folder, 'decisions.log');

function open(warnings: string[] = []): DecisionJournal {
  const platform = createNodePlatform({ root: folder });
  const journal = new DecisionJournal(
    {
      ...platform,
      clock: { ...platform.clock, now: () => now },
      process: { ...platform.process, warn: (line) => warnings.push(line) },
    },
    new PolicyDocuments(),
  );
  journals.push(journal);
  return journal;
}

function source(name: string, statement: object): PolicySource {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { document, error } = parsePolicyDocument(text);
  if (document === undefined) throw new Error(error.message);
  return { document, name };
}

const allow = source('inline policy all of user alice', {
  Effect: 'Allow',
  Action: 's3:*',
  Resource: '*',
});
const deny = {
  ...source('bucket policy of b', {
    Sid: 'No',
    Effect: 'Deny',
    Principal: { AWS: `arn:aws:iam::${account}:user/alice` },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::b/*',
  }),
  principalIds: new Map([[`arn:aws:iam::${account}:user/alice`, 'AIDAALICE']]),
};

function entry(id: string, more: Partial<JournalEntry> = {}): JournalEntry {
  const arn = `arn:aws:iam::${account}:user/alice`;
  const request = {
    principal: { type: 'user', account, arn, id: 'AIDAALICE' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: account,
    context: [
      ['aws:SecureTransport', 'false'],
      ['aws:TagKeys', ['a', 'b']],
    ],
  } as const;
  const decision = authorize(request, { identity: [allow], resource: deny, session: [allow] });
  return {
    id,
    at: now,
    account,
    principal: arn,
    service: 's3',
    operation: 'GetObject',
    decisions: [decision],
    ...more,
  };
}

test('a refusal is found after a restart, with its policies, context and trace', async () => {
  const first = open();
  const recorded = entry('one');
  expect(recorded.decisions[0]?.outcome).toBe('explicitDeny');
  await first.record(recorded);
  // No close: the process was killed.
  const found = await open().find('one');
  expect(found).toEqual(recorded);
  expect(await open().last(account)).toEqual(recorded);
  expect(await open().last('210987654321')).toBeUndefined();
  expect(await open().find('two')).toBeUndefined();
  expect(statSync(log()).mode & 0o777).toBe(0o600);
});

test('a decision that failed keeps its reason', async () => {
  const { request } = entry('x').decisions[0] ?? {};
  if (request === undefined) throw new Error('no decision');
  const failed = { outcome: 'implicitDeny', failure: 'not mapped', request } as const;
  await open().record(entry('one', { decisions: [{ ...failed, policies: { identity: [] } }] }));
  expect((await open().find('one'))?.decisions).toEqual([
    { ...failed, policies: { identity: [] } },
  ]);
});

test('each policy is written once a file', async () => {
  const journal = open();
  await Promise.all(['a', 'b', 'c'].map((id) => journal.record(entry(id))));
  await journal.close();
  const lines = readFileSync(log(), 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => /^\S+ \{"policy"/.test(line))).toHaveLength(2);
  expect(lines).toHaveLength(5);
  expect((await open().find('b'))?.id).toBe('b');
});

test('a line torn by kill -9, or damaged, is skipped and swallows nothing', async () => {
  await open().record(entry('whole'));
  const text = readFileSync(log(), 'utf8');
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  appendFileSync(log(), last.replaceAll('whole', 'other').slice(0, last.length / 2));
  const next = open();
  await next.record(entry('after'));
  expect((await open().find('whole'))?.id).toBe('whole');
  expect((await open().find('after'))?.id).toBe('after');
  expect(await open().find('other')).toBeUndefined();
  writeFileSync(log(), readFileSync(log(), 'utf8').replace('"whole"', '"wrong"'));
  expect(await open().find('wrong')).toBeUndefined();
  expect((await open().last(account))?.id).toBe('after');
});

test('a refusal is kept for 24 hours', async () => {
  const journal = open();
  await journal.record(entry('one'));
  now += 24 * 60 * 60 * 1000 - 1;
  expect(await journal.find('one')).toBeDefined();
  expect(await open().find('one')).toBeDefined();
  now += 1;
  expect(await journal.find('one')).toBeUndefined();
  expect(await journal.last(account)).toBeUndefined();
  expect(await open().find('one')).toBeUndefined();
});

test('two files of 16 MiB at most, each with the policies that it needs', async () => {
  writeFileSync(log(), `${'x'.repeat(1023)}\n`.repeat(16 * 1024));
  const journal = open();
  await journal.record(entry('before'));
  await journal.record(entry('after'));
  await journal.close();
  expect(existsSync(`${log()}.1`)).toBe(true);
  expect(statSync(log()).size).toBeLessThan(10_000);
  expect((await open().find('before'))?.decisions[0]?.outcome).toBe('explicitDeny');
  expect((await open().find('after'))?.decisions[0]?.outcome).toBe('explicitDeny');
});

test('a log that cannot be written is a warning, and the refusal is remembered', async () => {
  rmSync(folder, { recursive: true });
  const warnings: string[] = [];
  const journal = open(warnings);
  await journal.record(entry('one'));
  expect(warnings.join()).toContain('the decision log cannot be written');
  expect(await journal.find('one')).toBeDefined();
});

test('after a write that failed the next refusal is whole, with its policies', async () => {
  const platform = createNodePlatform({ root: folder });
  let fails = true;
  const journal = new DecisionJournal(
    {
      ...platform,
      clock: { ...platform.clock, now: () => now },
      process: { ...platform.process, warn: () => {} },
      disk: {
        ...platform.disk,
        open: async (path, flags) => {
          const file = await platform.disk.open(path, flags);
          const append = file.appendFile.bind(file);
          // The disk is full: a part of the first line is all that fits.
          file.appendFile = async (data) => {
            if (!fails) return await append(data);
            fails = false;
            await append(String(data).slice(0, 40));
            throw new Error('ENOSPC');
          };
          return file;
        },
      },
    },
    new PolicyDocuments(),
  );
  journals.push(journal);
  await journal.record(entry('lost'));
  await journal.record(entry('next'));
  expect((await open().find('next'))?.decisions[0]?.outcome).toBe('explicitDeny');
  expect(await open().find('lost')).toBeUndefined();
});

test('clear leaves nothing, in memory or on disk', async () => {
  const journal = open();
  await journal.record(entry('one'));
  await journal.clear();
  expect(await journal.find('one')).toBeUndefined();
  expect(existsSync(log())).toBe(false);
  await journal.record(entry('two'));
  expect((await open().find('two'))?.id).toBe('two');
});

test('what the sessions of one name were refused is found, also after a restart', async () => {
  const session = 'f'.repeat(32);
  const principal = `arn:aws:sts::${account}:assumed-role/task/${session}`;
  const first = open();
  await first.record(entry('one', { principal }));
  await first.record(entry('two'));
  await first.record(entry('three', { principal: `${principal}0` }));
  const foreign = principal.replace(account, '210987654321');
  await first.record(entry('four', { principal: foreign, account: '210987654321' }));
  const second = open();
  await second.record(entry('five', { principal }));
  const found = await second.ofSession(account, session);
  expect(found.map(({ id }) => id)).toEqual(['one', 'five']);
  expect(found[0]?.decisions[0]?.trace).toBeDefined();
  now += 24 * 3_600_000;
  expect(await second.ofSession(account, session)).toEqual([]);
});
