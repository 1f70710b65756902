/** The words of the answers to questions, in English and Japanese. */
import type { Language } from '../../language.ts';

/** Headings and values of the tables. */
export interface QuestionWords {
  readonly allowed: string;
  readonly denied: string;
  readonly note: string;
  readonly nobody: string;
  readonly nothing: string;
  readonly examined: string;
  readonly elsewhere: string;
  readonly principal: string;
  readonly when: string;
  readonly through: string;
  readonly conditionKeys: string;
  readonly service: string;
  readonly action: string;
  readonly answer: string;
  readonly detail: string;
  readonly whenValues: Readonly<Record<'always' | 'now' | 'conditions', string>>;
  readonly reachValues: Readonly<Record<'all' | 'some' | 'conditions' | 'none', string>>;
  readonly policyTypes: Readonly<Record<string, string>>;
}

const english: QuestionWords = {
  allowed: 'Allowed',
  denied: 'Denied',
  note: 'Note',
  nobody: 'Nobody in this account may.',
  nothing: 'Nothing is allowed.',
  examined: 'principals examined',
  elsewhere: 'Named by the resource-based policy',
  principal: 'Principal',
  when: 'When',
  through: 'Through',
  conditionKeys: 'Condition keys',
  service: 'Service',
  action: 'Action',
  answer: 'Allowed',
  detail: 'For example / condition keys',
  whenValues: { always: 'always', now: 'conditions met now', conditions: 'under conditions' },
  reachValues: {
    all: 'on all resources',
    some: 'on some resources',
    conditions: 'under conditions',
    none: 'denied',
  },
  policyTypes: {
    'identity-based policy': 'identity-based policy',
    'resource-based policy': 'resource-based policy',
    'role trust policy': 'role trust policy',
  },
};

const japanese: QuestionWords = {
  allowed: '許可',
  denied: '拒否',
  note: '注記',
  nobody: 'このアカウントに許可されたプリンシパルはありません。',
  nothing: '許可されたアクションはありません。',
  examined: '個のプリンシパルを調査',
  elsewhere: 'リソースベースのポリシーが指定するプリンシパル',
  principal: 'プリンシパル',
  when: '許可される場合',
  through: '根拠',
  conditionKeys: '条件キー',
  service: 'サービス',
  action: 'アクション',
  answer: '許可の範囲',
  detail: '例または条件キー',
  whenValues: { always: '常に', now: '条件を現在満たす', conditions: '条件付き' },
  reachValues: {
    all: 'すべてのリソース',
    some: '一部のリソース',
    conditions: '条件付き',
    none: '拒否',
  },
  policyTypes: {
    'identity-based policy': 'アイデンティティベースのポリシー',
    'resource-based policy': 'リソースベースのポリシー',
    'role trust policy': 'ロールの信頼ポリシー',
  },
};

/** The words of a language. */
export const questionWords: Readonly<Record<Language, QuestionWords>> = {
  en: english,
  ja: japanese,
};
