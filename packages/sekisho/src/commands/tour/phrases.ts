/** What a tour says besides the titles of its steps, in both languages. */
import type { Language } from '../../language.ts';
import type { Part } from './step.ts';

/** The phrases of one language. */
export interface Phrases {
  readonly article: (number: string) => string;
  readonly parts: Readonly<Record<Part, string>>;
  readonly by: (name: string) => string;
  readonly server: string;
  readonly client: string;
  readonly folder: string;
  readonly ownServer: (reason: string) => string;
  readonly asked: string;
  readonly unreachable: (endpoint: string) => string;
  readonly unknown: (name: string) => string;
  readonly leftOut: (program: string) => string;
  readonly notRefused: string;
  readonly expected: string;
  readonly printed: string;
  readonly nothing: string;
  readonly noDecision: string;
  readonly whyDiffers: (action: string) => string;
  readonly fix: string;
  readonly count: (good: number, all: number) => string;
  readonly interrupted: string;
  readonly cleaned: (count: number) => string;
  readonly notCleaned: string;
  readonly kept: (folder: string) => string;
  readonly keptOnServer: string;
}

const en: Phrases = {
  article: (number) => `Article ${number}`,
  parts: {
    precondition: 'precondition',
    article: '',
    addition: 'not in the article',
    'set-up': 'set-up',
    refusal: '',
  },
  by: (name) => `as ${name}`,
  server: 'server',
  client: 'client',
  folder: 'folder',
  ownServer: (reason) => `${reason}: the tour starts a server of its own in a temporary folder.`,
  asked: 'As asked (--own)',
  unreachable: (endpoint) => `No Sekisho answers at ${endpoint}`,
  unknown: (name) => `not run: <${name}> is unknown, since an earlier step failed`,
  leftOut: (program) => `left out: there is no ${program} on this machine`,
  notRefused: 'It was not refused.',
  expected: 'expected',
  printed: 'printed',
  nothing: '(nothing)',
  noDecision: '(not a decision about access: the request is refused whoever sends it)',
  whyDiffers: (action) => `sekisho why does not name ${action}`,
  fix: 'fix',
  count: (good, all) => `${good} of ${all} steps came out as expected.`,
  interrupted: 'Interrupted.',
  cleaned: (count) => `Cleaned up: ${count} commands took back what the tour had made.`,
  notCleaned: 'Could not be taken back',
  kept: (folder) => `Kept: look at it with  sekisho up --data-dir ${folder}`,
  keptOnServer: 'Kept: what the tour has made stays on the server.',
};

const ja: Phrases = {
  article: (number) => `記事 ${number}`,
  parts: {
    precondition: '前提条件',
    article: '',
    addition: '記事にはない手順',
    'set-up': '準備',
    refusal: '',
  },
  by: (name) => `${name} として`,
  server: 'サーバー',
  client: 'クライアント',
  folder: 'フォルダー',
  ownServer: (reason) => `${reason}。一時フォルダーで専用のサーバーを起動します。`,
  asked: '指定どおり(--own)',
  unreachable: (endpoint) => `${endpoint} に Sekisho がありません`,
  unknown: (name) => `実行していません: 前の手順が失敗したため <${name}> が不明です`,
  leftOut: (program) => `省略しました: このマシンに ${program} がありません`,
  notRefused: '拒否されませんでした。',
  expected: '期待',
  printed: '出力',
  nothing: '(なし)',
  noDecision: '(アクセスの判定ではありません。誰が送っても拒否されるリクエストです)',
  whyDiffers: (action) => `sekisho why が ${action} を挙げていません`,
  fix: '対処',
  count: (good, all) => `${all} 手順中 ${good} 手順が期待どおりでした。`,
  interrupted: '中断しました。',
  cleaned: (count) => `後片付け: ${count} 個のコマンドで、作成したものを元に戻しました。`,
  notCleaned: '元に戻せませんでした',
  kept: (folder) => `残しました。確認するには  sekisho up --data-dir ${folder}`,
  keptOnServer: '残しました。作成したものはサーバーにあります。',
};

/** By language. */
export const phrases: Readonly<Record<Language, Phrases>> = { en, ja };
