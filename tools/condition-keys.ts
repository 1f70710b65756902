/**
 * Writes docs/{en,ja}/condition-keys.md: the condition keys of the services that workloads use,
 * and which of them requests carry here, found by making requests.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContextKeyRule, loadContextKeyRules } from '../packages/catalog/src/index.ts';
import type { ContextValue } from '../packages/policy/src/index.ts';
import { createServices } from '../packages/server/src/gateway/services.ts';
import type { Operation, Service } from '../packages/server/src/services/service.ts';
import { type TestStatement, Workload } from '../packages/server/src/services/workload.fixture.ts';
import { type KeyRequest, keyRequests, prepare } from './condition-key-requests.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The pages, by language. */
export const conditionKeyPages = {
  en: 'docs/en/condition-keys.md',
  ja: 'docs/ja/condition-keys.md',
} as const;

type Language = keyof typeof conditionKeyPages;

/** The services of the page, in its order. */
export const keyScopes: readonly string[] = [
  ...['ecs', 'ecr', 'secretsmanager', 'ssm', 'kms', 'logs', 'cloudwatch'],
];

/** A key that a request has carried. */
export interface CarriedKey {
  /** As it was in the context: `kms:EncryptionContext:app`. */
  readonly key: string;
  readonly value: ContextValue;
  readonly action: string;
  readonly request: KeyRequest;
}

/** The services, and their authorization before operations that note what was decided. */
export class KeyWorld {
  readonly workload: Workload;
  readonly requests: readonly KeyRequest[];
  readonly #carried: CarriedKey[];
  #users = 0;

  private constructor(workload: Workload, requests: readonly KeyRequest[], carried: CarriedKey[]) {
    this.workload = workload;
    this.requests = requests;
    this.#carried = carried;
  }

  static async open(): Promise<KeyWorld> {
    const carried: CarriedKey[] = [];
    const services = await createServices();
    const guarded = services.map((service): Service => {
      const note: Operation = (_, { authorized }) => {
        for (const { request } of authorized.decisions) {
          for (const [key, value] of request.context) {
            carried.push({ key, value, action: request.action, request: ['', {}] });
          }
        }
        return {};
      };
      const operations = new Map([...service.authorization.keys()].map((name) => [name, note]));
      return { ...service, id: `guarded-${service.id}`, operations };
    });
    const workload = await Workload.open(...services, ...guarded);
    return new KeyWorld(workload, keyRequests(await prepare(workload)), carried);
  }

  /** Every key that the requests carry, once for each action. */
  async carriedKeys(): Promise<readonly CarriedKey[]> {
    const found = new Map<string, CarriedKey>();
    for (const request of this.requests) {
      this.#carried.length = 0;
      const [operation, input] = request;
      const answer = await this.workload.answer(`guarded-${operation}`, input);
      if (answer !== 'success') throw new Error(`${operation}: ${answer}`);
      for (const each of this.#carried) {
        const name = `${each.action} ${each.key}`;
        if (!found.has(name)) found.set(name, { ...each, request });
      }
    }
    return [...found.values()];
  }

  /** Whether a user is let through who may do this one action under that condition only. */
  async isAllowed({ action, request }: CarriedKey, Condition: object): Promise<boolean> {
    this.#users += 1;
    const others = { Effect: 'Allow', NotAction: action, Resource: '*' };
    const user = await this.workload.user(`u${this.#users}`, [
      { Effect: 'Allow', Action: action, Resource: '*', Condition },
      others as unknown as TestStatement,
    ]);
    const [operation, input] = request;
    return (await this.workload.answer(`guarded-${operation}`, input, user)) === 'success';
  }
}

/** What the page says of one key. */
export interface KeyRow {
  readonly rule: ContextKeyRule;
  /** The actions whose requests carry it. */
  readonly actions: readonly string[];
}

/** Keys of every service, beside those of the services themselves. */
const tagKeys: ReadonlySet<string> = new Set([
  'aws:RequestTag/tag-key',
  'aws:ResourceTag/tag-key',
  'aws:TagKeys',
]);

/** Whether a key of the context is one of that rule's. */
export function isOfRule(key: string, rule: ContextKeyRule): boolean {
  const name = key.toLowerCase();
  const [fixed = '', rest] = rule.key.toLowerCase().split(/\$\{|tag-key$/, 2);
  return rest === undefined ? name === fixed : name.startsWith(fixed);
}

/** The keys of the page, each with the actions whose requests carry it. */
export async function keyRows(carried: readonly CarriedKey[]): Promise<readonly KeyRow[]> {
  const { keys } = await loadContextKeyRules();
  const rules = keys.filter(({ key, scope }) => tagKeys.has(key) || keyScopes.includes(scope));
  return rules.map((rule) => {
    const found = carried.filter(({ key }) => isOfRule(key, rule));
    return { rule, actions: [...new Set(found.map(({ action }) => action))].toSorted() };
  });
}

const phrases = {
  en: {
    title: 'Condition keys',
    note: 'Generated by `node --conditions=source tools/condition-keys.ts`; do not edit.',
    legend:
      'The condition keys of the services that workloads use. Third column: actions whose ' +
      'requests carry the key here, found by making sample requests (at most four are named). ' +
      'Each key is tested with a policy that it meets and one that it does not. —: no request ' +
      'carries the key. A condition on it is answered as AWS answers where a key is absent.',
    columns: ['key', 'type', 'carried by'],
    scopes: { '': 'Tags, in every service' },
    list: 'list of',
    more: (count: number) => `and ${count} more`,
  },
  ja: {
    title: '条件キー',
    note: '`node --conditions=source tools/condition-keys.ts` が生成します。編集しないでください。',
    legend:
      'ワークロードが使うサービスの条件キーです。3 列目は、ここでそのキーがリクエストに含まれるアクション(最大 4 つ)で、代表的なリクエストを' +
      '実際に送って調べたものです。どのキーも、一致するポリシーと一致しないポリシーの両方でテストしています。' +
      '—: どのリクエストにも含まれません。条件は、AWS でキーがない場合と同じように評価されます。',
    columns: ['キー', '型', '含まれるアクション'],
    scopes: { '': 'タグ(全サービス共通)' },
    list: 'リスト: ',
    more: (count: number) => `ほか ${count}`,
  },
} as const;

const namedMax = 4;

/** The text of both pages. */
export async function conditionKeyTexts(): Promise<Readonly<Record<Language, string>>> {
  const world = await KeyWorld.open();
  const rows = await keyRows(await world.carriedKeys());
  return { en: pageOf(rows, 'en'), ja: pageOf(rows, 'ja') };
}

function pageOf(rows: readonly KeyRow[], language: Language): string {
  const words = phrases[language];
  const lines = [`<!-- ${words.note} -->`, `# ${words.title}`, '', words.legend];
  for (const scope of ['', ...keyScopes]) {
    const own = rows.filter(({ rule }) =>
      scope === '' ? tagKeys.has(rule.key) : rule.scope === scope && !tagKeys.has(rule.key),
    );
    const heading = scope === '' ? words.scopes[scope] : scope;
    lines.push('', `## ${heading}`, '', `| ${words.columns.join(' | ')} |`, '|---|---|---|');
    lines.push(...new Set(own.map((row) => rowOf(row, language))));
  }
  return `${lines.join('\n')}\n`;
}

function rowOf({ rule, actions }: KeyRow, language: Language): string {
  const words = phrases[language];
  const named = actions.slice(0, namedMax).map((action) => `\`${action}\``);
  const rest = actions.length - named.length;
  const carried = [...named, ...(rest > 0 ? [words.more(rest)] : [])].join(', ');
  const type = rule.multivalued
    ? `${words.list}${language === 'en' ? ' ' : ''}${rule.type}`
    : rule.type;
  // The dozens of keys of an enclave's measurements are one row.
  const key = rule.key.replace(/(PCR)\d+$/, '$1…');
  return `| \`${key}\` | ${type} | ${carried || '—'} |`;
}

/** The pages whose text is not what requests show. */
export async function stalePages(): Promise<readonly string[]> {
  const texts = await conditionKeyTexts();
  return Object.entries(conditionKeyPages).flatMap(([language, path]) =>
    readPage(path) === texts[language as Language] ? [] : [path],
  );
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const texts = await conditionKeyTexts();
  writeFileSync(join(root, conditionKeyPages.en), texts.en);
  writeFileSync(join(root, conditionKeyPages.ja), texts.ja);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
