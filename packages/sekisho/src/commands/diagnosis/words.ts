/** The words of diagnoses and checklists, in English and Japanese. */
import type { Language } from '../../language.ts';

interface DiagnosisWords {
  readonly principal: string;
  readonly state: string;
  readonly lacks: string;
  readonly principals: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, string>>;
  readonly cause: string;
  readonly nothing: string;
  readonly allowedNow: string;
  readonly ahead: string;
  readonly fix: string;
  readonly plan: string;
  readonly proven: string;
  readonly complete: (count: number) => string;
  readonly missing: (missing: number, count: number) => string;
}

/** The words of a language. */
export const diagnosisWords: Readonly<Record<Language, DiagnosisWords>> = {
  en: {
    principal: 'Principal',
    state: 'State',
    lacks: 'Lacks',
    principals: {
      deployer: 'deployer',
      service: 'service',
      executionRole: 'execution role',
      taskRole: 'task role',
    },
    states: { ok: 'ok', lacks: 'LACKS', none: 'none' },
    cause: 'Cause',
    nothing: 'Nothing was refused, and nothing is missing.',
    allowedNow: 'It would be allowed now.',
    ahead: 'The next start would also meet',
    fix: 'Fix',
    plan: 'Everything at once',
    proven: 'tried: with this the request is allowed',
    complete: (count) => `Complete: ${count} of ${count}.`,
    missing: (missing, count) => `${missing} of ${count} missing.`,
  },
  ja: {
    principal: 'プリンシパル',
    state: '状態',
    lacks: '不足',
    principals: {
      deployer: 'デプロイ実行者',
      service: 'サービス',
      executionRole: '実行ロール',
      taskRole: 'タスクロール',
    },
    states: { ok: 'OK', lacks: '不足', none: 'なし' },
    cause: '原因',
    nothing: '拒否されたものも不足しているものもありません。',
    allowedNow: '現在は許可されます。',
    ahead: '次の起動でさらに問題になるもの',
    fix: '修正',
    plan: 'まとめて修正',
    proven: '検証済み: これで許可されます',
    complete: (count) => `すべて揃っています (${count} 件)。`,
    missing: (missing, count) => `${count} 件中 ${missing} 件が不足しています。`,
  },
};
