/** The directory's indexes follow every commit. */
import { expect, test } from 'vitest';
import { MemoryStore } from '../store/memory.ts';
import { State } from '../store/state.ts';
import { StoreConflict } from '../store/store.ts';
import { createRecord, holdRecord, removeRecord, replaceRecord } from './changes.ts';
import { Directory } from './directory.ts';
import type { OidcProviderRecord, UserRecord } from './records.ts';

const account = '123456789012';
const user = (name: string, more: Partial<UserRecord> = {}): UserRecord => ({
  name,
  id: `AIDA${name}`,
  path: '/',
  createdAt: 0,
  inlinePolicies: [],
  attachedPolicies: [],
  tags: [],
  groups: [],
  ...more,
});
const provider = (url: string): OidcProviderRecord => ({
  url,
  clientIds: [],
  thumbprints: [],
  createdAt: 0,
  tags: [],
});

async function open(store = new MemoryStore()) {
  const state = await State.open(store);
  return { store, state, directory: new Directory(state) };
}

test('names are found in any case, ids exactly', async () => {
  const { state, directory } = await open();
  await state.commit([createRecord(account, 'user', 'Alice', user('Alice'))]);
  expect(directory.find(account, 'user', 'aLICE')?.record.name).toBe('Alice');
  expect(directory.userById('AIDAAlice')?.account).toBe(account);
  expect(directory.roleById('AIDAAlice')).toBeUndefined();
  expect(directory.find('210987654321', 'user', 'Alice')).toBeUndefined();
});

test('references are counted while they last, also after a new start', async () => {
  const { store, state, directory } = await open();
  const member = user('a', { attachedPolicies: ['p'], permissionsBoundary: 'b', groups: ['G'] });
  await state.commit([createRecord(account, 'user', 'a', member)]);
  for (const each of [directory, (await open(store)).directory]) {
    expect(each.attachedTo('p')).toEqual([`iam/${account}/user/a`]);
    expect(each.boundaryOf('b')).toEqual([`iam/${account}/user/a`]);
    expect(each.membersOf(account, 'g').map(({ record }) => record.name)).toEqual(['a']);
  }
  const owned = directory.find(account, 'user', 'a');
  if (owned === undefined) throw new Error('no user');
  await state.commit([replaceRecord(owned, user('a'))]);
  expect(directory.attachedTo('p')).toEqual([]);
  expect(directory.boundaryOf('b')).toEqual([]);
  expect(directory.membersOf(account, 'G')).toEqual([]);
});

test('what is held cannot be removed in the same moment', async () => {
  const { state, directory } = await open();
  await state.commit([createRecord(account, 'user', 'a', user('a'))]);
  const owned = directory.find(account, 'user', 'a');
  if (owned === undefined) throw new Error('no user');
  await state.commit([holdRecord(owned)]);
  await expect(state.commit([removeRecord(owned)])).rejects.toThrow(StoreConflict);
  expect(directory.count(account, 'user')).toBe(1);
});

test('OIDC providers go by their URL, slashes and case included', async () => {
  const { state, directory } = await open();
  const urls = ['id.example.com/Path', 'id.example.com/path', 'id.example.com/a%2Fb'];
  for (const url of urls) {
    await state.commit([createRecord(account, 'oidc-provider', url, provider(url))]);
  }
  expect(directory.list(account, 'oidc-provider')).toHaveLength(3);
  for (const url of urls) {
    expect(directory.find(account, 'oidc-provider', url)?.record.url).toBe(url);
  }
  expect(directory.find(account, 'oidc-provider', 'id.example.com/a/b')).toBeUndefined();
});
