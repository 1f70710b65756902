/** Tests of the context of one demand: what the demand carries replaces what was found. */
import { expect, test } from 'vitest';
import { Directory } from '../directory/directory.ts';
import { MemoryStore } from '../store/memory.ts';
import { State } from '../store/state.ts';
import { demandContext } from './context.ts';

test('S4: a key of the demand stands for the same key from elsewhere, whatever its case', async () => {
  const directory = new Directory(await State.open(new MemoryStore()));
  const shared = [
    ['aws:ResourceTag/Team', 'role'],
    ['aws:SourceIp', '10.0.0.1'],
  ] as const;
  const demand = {
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::123456789012:role/R',
    resourceAccount: '123456789012',
    context: [['aws:ResourceTag/team', 'inherited']] as const,
  };
  expect(demandContext(shared, demand, {}, directory)).toEqual([
    ['aws:SourceIp', '10.0.0.1'],
    ['aws:ResourceAccount', '123456789012'],
    ['aws:ResourceTag/team', 'inherited'],
  ]);
});
