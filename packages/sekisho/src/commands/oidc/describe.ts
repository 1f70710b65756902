/** The explanation of a token as text: claims, patterns, the cause, the smallest change. */
import type { Language } from '../../language.ts';
import type { Comparison, Explanation } from './explanation.ts';

interface Words {
  readonly token: string;
  readonly verified: string;
  readonly unverified: string;
  readonly role: string;
  readonly allowed: string;
  readonly refused: string;
  readonly statement: (number: number, sid?: string) => string;
  readonly claim: string;
  readonly absent: string;
  readonly parts: (character: number, rest: string) => string;
  readonly cause: string;
  readonly change: string;
  readonly tried: (strangersRefused: boolean) => string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    token: 'Token',
    verified: 'signature, times and audience are right',
    unverified: 'NOT PROVEN: what follows is only what the token says',
    role: 'Role ',
    allowed: 'ALLOWED: sts:AssumeRoleWithWebIdentity gives a session of the role.',
    refused: 'REFUSED',
    statement: (number, sid) => `Statement ${number}${sid === undefined ? '' : ` (${sid})`}`,
    claim: 'token',
    absent: '(absent)',
    parts: (character, rest) => `parts at character ${character}: ${rest}`,
    cause: 'Cause',
    change: 'Smallest change of the trust policy',
    tried: (strangersRefused) =>
      'Tried: with this policy the token gets a session, the same job of a stranger ' +
      `${strangersRefused ? 'does not' : 'DOES TOO'}.`,
  },
  ja: {
    token: 'トークン',
    verified: '署名・期限・対象者は正常',
    unverified: '未検証: 以下はトークンの自己申告です',
    role: 'ロール  ',
    allowed: '許可: sts:AssumeRoleWithWebIdentity でロールのセッションを取得できます。',
    refused: '拒否',
    statement: (number, sid) => `ステートメント ${number}${sid === undefined ? '' : ` (${sid})`}`,
    claim: 'トークン',
    absent: '(なし)',
    parts: (character, rest) => `${character} 文字目から不一致: ${rest}`,
    cause: '原因',
    change: '信頼ポリシーの最小の変更',
    tried: (strangersRefused) =>
      `検証済み: このポリシーでトークンは許可されます。他人のリポジトリの同じジョブは${strangersRefused ? '拒否されます' : 'も許可されます (注意)'}。`,
  },
};

/** Claims that trust policies are about; all of them stand in the JSON form. */
const shown = ['iss', 'sub', 'aud', 'ref', 'event_name', 'environment', 'job_workflow_ref', 'exp'];

/** The whole text. */
export function describeExplanation(explanation: Explanation, language: Language): string {
  const say = words[language];
  const { error, token, causes, change } = explanation;
  const lines = [
    `${say.token}  ${token.verified ? say.verified : say.unverified}`,
    ...claimLines(token.claims ?? {}),
    `${say.role}  ${explanation.role}`,
    '',
    error === undefined
      ? say.allowed
      : `${say.refused}: ${error.code} (${error.status}): ${error.message}`,
    ...comparisonLines(explanation.comparisons, say),
  ];
  if (causes.length > 0) {
    lines.push('', say.cause);
    for (const cause of causes) {
      lines.push(`  ${cause[language]}`);
      if (cause.advice !== undefined) lines.push(`    → ${cause.advice[language]}`);
    }
  }
  if (change !== undefined) {
    lines.push('', say.change);
    for (const value of change.removed) lines.push(`  - ${value}`);
    for (const value of change.added) lines.push(`  + ${value}`);
    const name = explanation.role.slice(explanation.role.lastIndexOf('/') + 1);
    lines.push(
      `  ${say.tried(change.strangersRefused)}`,
      '',
      `aws iam update-assume-role-policy --role-name ${name} --policy-document file://trust-policy.json`,
      '',
      ...change.policyDocument.split('\n'),
    );
  }
  return `${lines.map(printable).join('\n')}\n`;
}

function claimLines(claims: Readonly<Record<string, string | number>>): readonly string[] {
  return shown.flatMap((name) => {
    const value = claims[name];
    if (value === undefined) return [];
    const time = name === 'exp' && typeof value === 'number' ? ` (${timeOf(value)})` : '';
    return [`  ${name.padEnd(18)}${value}${time}`];
  });
}

function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString();
}

function comparisonLines(comparisons: readonly Comparison[], say: Words): readonly string[] {
  const lines: string[] = [];
  let statement = 0;
  for (const comparison of comparisons) {
    if (comparison.statement !== statement) {
      statement = comparison.statement;
      lines.push('', say.statement(statement, comparison.sid));
    }
    const { values } = comparison;
    const given = values === undefined ? say.absent : values.join(', ');
    lines.push(
      `  ${mark(comparison.matched)} ${comparison.operator} ${comparison.key}`,
      `      ${say.claim}  ${given}`,
    );
    for (const { value, matched, character } of comparison.patterns) {
      const rest = character === undefined ? '' : (values?.[0] ?? '').slice(character - 1);
      const parting = character === undefined ? '' : `   ${say.parts(character, rest || "''")}`;
      lines.push(`    ${mark(matched)} ${value}${parting}`);
    }
  }
  return lines;
}

function mark(matched: boolean): string {
  return matched ? '✓' : '✗';
}

/** A token may say anything: nothing of it reaches the terminal as a control sequence. */
function printable(line: string): string {
  return line.replace(/\p{C}/gu, '\u{FFFD}');
}
