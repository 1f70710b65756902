/** The words of explanations in English and Japanese; the terms are those of AWS's own pages. */
import type { MismatchCause } from '../authorize/trace.ts';
import type { PolicyType } from '../request.ts';

export type ExplanationLanguage = 'en' | 'ja';

/** A word or sentence for each thing an explanation says. */
export interface ExplanationWords {
  readonly policyType: Readonly<Record<PolicyType, string>>;
  readonly cause: Readonly<Record<MismatchCause, string>>;
  allowed(who: string, action: string, resource: string): string;
  denied(who: string, action: string, resource: string): string;
  level(number: number): string;
  implicitDeny(policyType: string): string;
  explicitDeny(policyType: string): string;
  noPolicy: string;
  /** A policy's name as the server gives it (`inline policy P of role R`). */
  policyName(name: string): string;
  statement(number: number, sid: string | undefined, policy: string): string;
  allows(statement: string): string;
  denies(statement: string): string;
  /** The element that failed. */
  failed(element: string): string;
  /** A NotAction, NotResource or NotPrincipal that names the request's value. */
  excepted(element: string): string;
  policyHas(values: string): string;
  requestHas(values: string): string;
  requestLacks: string;
  partsAt(value: string, offset: number): string;
  /** The same of the only value there is. */
  onlyPartsAt(offset: number): string;
  variable(name: string): string;
  /** The changes that follow; `count` of them. */
  changes(count: number): string;
  /** The changes were not shown by execution to be enough and all needed. */
  unproven: string;
  /** In a policy of that name, or in a new one. */
  addStatement(policyType: string, policy: string | undefined): string;
  addValue(element: string, values: string, statement: string): string;
  /** The values take the place of what means nobody any more. */
  replaceValue(element: string, replaced: string, values: string, statement: string): string;
  /** The text stays as it is: saving it binds the name to the principal that has it now. */
  saveAgain(values: string, statement: string): string;
  narrowDeny(statement: string): string;
  removeDeny(statement: string): string;
  awsManaged: string;
  failure(text: string): string;
  rootAllowed: string;
}

const english: ExplanationWords = {
  policyType: {
    'identity-based policy': 'identity-based policy',
    'resource-based policy': 'resource-based policy',
    'permissions boundary': 'permissions boundary',
    'session policy': 'session policy',
    'service control policy': 'service control policy (SCP)',
    'resource control policy': 'resource control policy (RCP)',
    'VPC endpoint policy': 'VPC endpoint policy',
    'role trust policy': 'role trust policy',
  },
  cause: {
    keyAbsent: 'the condition key is not in the request context',
    variableUnresolved: 'a policy variable has no value in this request',
    multivaluedKeyWithoutSetOperator:
      'the key is multivalued: it needs ForAllValues or ForAnyValue',
    keyGivenTwice: 'the request gives the key twice, differing only in case',
    unknownOperator: 'there is no such condition operator',
    principalRecreated:
      'the principal was deleted and created anew since the policy was saved: save the policy again',
    principalDeleted:
      'an id that begins with AIDA or AROA is what is left of a user or role that was deleted',
    principalHasPermissionsBoundary:
      'NotPrincipal with Deny always denies a principal that has a permissions boundary',
    elementMissing: 'the statement lacks this element',
    elementNotAllowedHere: 'a policy of this type may not have this element',
    undocumented: 'AWS does not document this case: the closed side was taken',
  },
  allowed: (who, action, resource) => `Allowed: ${who} may perform ${action} on ${resource}.`,
  denied: (who, action, resource) => `Denied: ${who} may not perform ${action} on ${resource}.`,
  level: (number) => `level ${number} from the organization root`,
  implicitDeny: (policyType) => `Implicit deny: no ${policyType} allows it.`,
  explicitDeny: (policyType) => `Explicit deny: ${policyType}.`,
  noPolicy: 'There is no such policy.',
  policyName: (name) => name,
  statement: (number, sid, policy) =>
    `statement ${number}${sid === undefined ? '' : ` (Sid "${sid}")`} of ${policy}`,
  allows: (statement) => `The deciding Allow is ${statement}.`,
  denies: (statement) => `The deciding Deny is ${statement}; all its elements match.`,
  failed: (element) => `${element} does not match`,
  excepted: (element) => `${element} names the request, which is therefore excepted`,
  policyHas: (values) => `the policy has ${values}`,
  requestHas: (values) => `the request has ${values}`,
  requestLacks: 'the request does not have it',
  partsAt: (value, offset) => `nearest is ${value}, which parts at character ${offset}`,
  onlyPartsAt: (offset) => `they part at character ${offset}`,
  variable: (name) => `policy variable ${name}`,
  changes: (count) =>
    count === 1
      ? 'The smallest change that would allow it:'
      : `The smallest changes that would allow it; ${count === 2 ? 'both' : `all ${count}`} are needed:`,
  unproven: 'Executing these changes did not show that they are enough.',
  addStatement: (policyType, policy) =>
    `${policyType}: add a statement ${policy === undefined ? '(a new policy)' : `to ${policy}`}`,
  addValue: (element, values, statement) =>
    `Add ${values} to ${element} of ${statement}, so that it reads`,
  replaceValue: (element, replaced, values, statement) =>
    `Replace ${replaced} by ${values} in ${element} of ${statement}, so that it reads`,
  saveAgain: (values, statement) =>
    `Save ${statement} again, so that ${values} means the principal of today; it stays`,
  narrowDeny: (statement) => `Except the request from the Deny, ${statement}, so that it reads`,
  removeDeny: (statement) => `Remove the Deny, ${statement}`,
  awsManaged: 'The policy is managed by AWS: make the change in a copy of it.',
  failure: (text) => `The evaluation took the closed side: ${text}.`,
  rootAllowed: "The account's root user is allowed by default.",
};

const japaneseOwners: ReadonlyMap<string, string> = new Map([
  ['user', 'ユーザー'],
  ['role', 'ロール'],
  ['group', 'グループ'],
]);

const japaneseNames: readonly (readonly [form: RegExp, japanese: (what: string) => string])[] = [
  [/^trust policy of role (.+)$/, (role) => `ロール ${role} の信頼ポリシー`],
  [/^bucket policy of (.+)$/, (bucket) => `バケット ${bucket} のバケットポリシー`],
  [/^policy of secret (.+)$/, (secret) => `シークレット ${secret} のリソースポリシー`],
  [/^policy of VPC endpoint (.+)$/, (id) => `VPC エンドポイント ${id} のポリシー`],
  [/^key policy of (.+) and its grants$/, (key) => `キー ${key} のキーポリシーとグラント`],
  [/^key policy of (.+)$/, (key) => `キー ${key} のキーポリシー`],
  [/^policy of repository ([^ ]+)$/, (name) => `リポジトリ ${name} のリポジトリポリシー`],
];

/** Names that a server gives; any other stays as it is. */
function japanesePolicyName(name: string): string {
  const [, inline = '', kind = '', owner = ''] =
    /^inline policy (.+) of (user|role|group) (.+)$/.exec(name) ?? [];
  const ownerKind = japaneseOwners.get(kind);
  if (ownerKind !== undefined) return `${ownerKind} ${owner} のインラインポリシー ${inline}`;
  for (const [form, japanese] of japaneseNames) {
    const what = form.exec(name)?.[1];
    if (what !== undefined) return japanese(what);
  }
  return name === 'session policy' ? 'セッションポリシー' : name;
}

/** Latin letters stand apart from Japanese ones. */
const gap = (before: string): string => (/[!-~]$/.test(before) ? ' ' : '');

const japanese: ExplanationWords = {
  policyType: {
    'identity-based policy': 'アイデンティティベースのポリシー',
    'resource-based policy': 'リソースベースのポリシー',
    'permissions boundary': 'アクセス許可の境界',
    'session policy': 'セッションポリシー',
    'service control policy': 'サービスコントロールポリシー (SCP)',
    'resource control policy': 'リソースコントロールポリシー (RCP)',
    'VPC endpoint policy': 'VPC エンドポイントポリシー',
    'role trust policy': 'ロールの信頼ポリシー',
  },
  cause: {
    keyAbsent: '条件キーがリクエストコンテキストにありません',
    variableUnresolved: 'このリクエストではポリシー変数に値がありません',
    multivaluedKeyWithoutSetOperator:
      '複数値のコンテキストキーには ForAllValues または ForAnyValue が必要です',
    keyGivenTwice: '大文字と小文字だけが異なる同じキーがリクエストに 2 つあります',
    unknownOperator: 'この条件演算子は存在しません',
    principalRecreated:
      'ポリシーの保存後にプリンシパルが削除され、再作成されています。ポリシーを保存し直してください',
    principalDeleted: 'AIDA または AROA で始まる ID は、削除されたユーザーまたはロールを表します',
    principalHasPermissionsBoundary:
      'Deny と NotPrincipal の組み合わせは、アクセス許可の境界を持つプリンシパルを常に拒否します',
    elementMissing: 'ステートメントにこの要素がありません',
    elementNotAllowedHere: 'このタイプのポリシーではこの要素を使用できません',
    undocumented: 'AWS のドキュメントに記載がないため、拒否側に判定しました',
  },
  allowed: (who, action, resource) =>
    `許可: ${who} は ${resource} に対して ${action} を実行できます。`,
  denied: (who, action, resource) =>
    `拒否: ${who} は ${resource} に対して ${action} を実行できません。`,
  level: (number) => `組織のルートから ${number} 番目のレベル`,
  implicitDeny: (policyType) => `暗黙的な拒否: 許可する${policyType}がありません。`,
  explicitDeny: (policyType) => `明示的な拒否: ${policyType}によって拒否されました。`,
  noPolicy: '該当するポリシーがありません。',
  policyName: (name) => japanesePolicyName(name),
  statement: (number, sid, policy) =>
    `${policy}${gap(policy)}のステートメント ${number}${sid === undefined ? '' : ` (Sid "${sid}")`}`,
  allows: (statement) => `決め手となった Allow: ${statement}`,
  denies: (statement) => `決め手となった Deny: ${statement} (すべての要素が一致)`,
  failed: (element) => `${element} が一致しません`,
  excepted: (element) => `${element} に含まれるため、ステートメントの対象外です`,
  policyHas: (values) => `ポリシーの値: ${values}`,
  requestHas: (values) => `リクエストの値: ${values}`,
  requestLacks: 'リクエストに値がありません',
  partsAt: (value, offset) => `最も近い値 ${value} は ${offset} 文字目で異なります`,
  onlyPartsAt: (offset) => `${offset} 文字目で異なります`,
  variable: (name) => `ポリシー変数 ${name}`,
  changes: (count) =>
    count === 1
      ? '許可するための最小の変更:'
      : `許可するための最小の変更 (${count} つ${count === 2 ? 'とも' : 'すべて'}必要です):`,
  unproven: 'これらの変更で十分であることは、実行して確認できませんでした。',
  addStatement: (policyType, policy) =>
    `${policyType}: ${policy === undefined ? '新しいポリシー' : `${policy}${gap(policy)}`}にステートメントを追加`,
  addValue: (element, values, statement) =>
    `${statement} の ${element} に ${values} を追加 (変更後)`,
  replaceValue: (element, replaced, values, statement) =>
    `${statement} の ${element} の ${replaced} を ${values} に置き換え (変更後)`,
  saveAgain: (values, statement) =>
    `${statement} をそのまま保存し直し、${values} を現在のプリンシパルに結び付け (内容は同じ)`,
  narrowDeny: (statement) => `${statement} の Deny の対象からこのリクエストを除外 (変更後)`,
  removeDeny: (statement) => `${statement} の Deny を削除`,
  awsManaged: 'AWS 管理ポリシーは編集できません。コピーを作成して変更してください。',
  failure: (text) => `評価を完了できないため拒否側に判定しました: ${text}`,
  rootAllowed: 'アカウントのルートユーザーはデフォルトで許可されます。',
};

/** The words of a language. */
export const explanationWords: Readonly<Record<ExplanationLanguage, ExplanationWords>> = {
  en: english,
  ja: japanese,
};
