/** What the tests of demands share: a directory with a few entities, and callers. */
import { loadServiceModel } from '@sekisho/catalog';
import type { Caller } from '../../authentication/caller.ts';
import { Directory } from '../../directory/directory.ts';
import { type RecordKinds, recordKey } from '../../directory/records.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import type { Demand, DemandContext, DemandRule, Runtime } from '../service.ts';
import { createGenericRules } from './generic-rules.ts';

export const account = '123456789012';

export const alice: Caller = {
  kind: 'user',
  partition: 'aws',
  account,
  arn: `arn:aws:iam::${account}:user/team/Alice`,
  userId: 'AIDAALICEALICEALICE23',
  accessKeyId: 'AKIAALICEALICEALICE2',
  userName: 'Alice',
};

export const root: Caller = {
  kind: 'root',
  partition: 'aws',
  account,
  arn: `arn:aws:iam::${account}:root`,
  userId: account,
  accessKeyId: 'AKIAROOTROOTROOTROOT',
};

/** Users `/team/Alice`, role `/app/Deploy`, profile `/app/Web`, group `/team/Admins`, a policy. */
export async function openDirectory(): Promise<Directory> {
  const state = await State.open(new MemoryStore());
  const entities: readonly [keyof RecordKinds, string, object][] = [
    ['user', 'Alice', { path: '/team/' }],
    ['role', 'Deploy', { path: '/app/' }],
    ['instance-profile', 'Web', { path: '/app/' }],
    ['group', 'Admins', { path: '/team/' }],
    ['policy', 'Limits', { path: '/app/' }],
    ['access-key', 'AKIAALICEALICEALICE2', { userName: 'Alice', userId: 'AIDAALICEALICEALICE23' }],
  ];
  await state.commit(
    entities.map(([kind, name, record]) => ({
      key: recordKey(account, kind, name),
      value: JSON.parse(JSON.stringify({ name, id: name, tags: [], ...record })),
    })),
  );
  return new Directory(state);
}

/** One service's generic rules over that directory. */
export class TestRules {
  readonly #rules: (operation: string) => DemandRule<unknown>;
  readonly #directory: Directory;

  private constructor(rules: (operation: string) => DemandRule<unknown>, directory: Directory) {
    this.#rules = rules;
    this.#directory = directory;
  }

  static async open(id: string, actionPrefix = id): Promise<TestRules> {
    const model = await loadServiceModel(id);
    return new TestRules(
      await createGenericRules({ id, actionPrefix, model }),
      await openDirectory(),
    );
  }

  async demands(operation: string, input: object, caller = alice): Promise<readonly Demand[]> {
    // Rules read the caller, the place and the directory only.
    const runtime = { directory: this.#directory } as unknown as Runtime;
    const place = { partition: 'aws', region: 'eu-west-1', account };
    const context = { caller, ...place, runtime } as unknown as DemandContext;
    return this.#rules(operation)(input, context);
  }

  /** `action resource`, and the text in messages where it is not the resource. */
  async ask(operation: string, input: object, caller = alice): Promise<readonly string[]> {
    const demands = await this.demands(operation, input, caller);
    return demands.map(({ action, resource, resourceText }) => {
      const text = resourceText === undefined ? '' : ` (${resourceText})`;
      return `${action} ${resource}${text}`;
    });
  }
}
