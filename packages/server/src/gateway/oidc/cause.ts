/** Why a token gets no session: each cause in words, English and Japanese. */
import type { SubjectCause } from './subject-comparison.ts';

/** A sentence in both languages, and its name for programs. */
export interface Cause {
  readonly code: string;
  readonly en: string;
  readonly ja: string;
}

const cause = (code: string, en: string, ja: string): Cause => ({ code, en, ja });

/** Causes that are found before any policy is asked. */
export const tokenCauses = {
  notJwt: (): Cause =>
    cause('notJwt', 'This is no JSON Web Token.', 'JSON Web Token として読めません。'),
  algorithm: (algorithm: string): Cause =>
    cause(
      'algorithm',
      `The token says that it is signed with ${algorithm}; AWS takes RS256/384/512 and ES256/384/512.`,
      `トークンの署名方式が ${algorithm} です。AWS が受け付けるのは RS256/384/512 と ES256/384/512 です。`,
    ),
  providerMissing: (issuer: string): Cause =>
    cause(
      'providerMissing',
      `The account of the role has no OIDC provider for ${issuer}.`,
      `ロールのアカウントに ${issuer} の OIDC プロバイダーがありません。`,
    ),
  providerSpelling: (issuer: string, registered: string): Cause =>
    cause(
      'providerSpelling',
      `The token's issuer is ${issuer}, the provider is registered as https://${registered}: ` +
        'they must be equal, with case and slashes.',
      `トークンの発行者は ${issuer} ですが、プロバイダーは https://${registered} で登録されています。大文字小文字とスラッシュも含めて一致が必要です。`,
    ),
  unknownKey: (issuer: string, keyId: string): Cause =>
    cause(
      'unknownKey',
      `${issuer} publishes no key with the id ${keyId || '(none)'}, or could not be reached.`,
      `${issuer} に鍵 ID ${keyId || '(なし)'} の鍵がないか、発行者に接続できません。`,
    ),
  forged: (issuer: string): Cause =>
    cause(
      'forged',
      `The signature is not by the key of ${issuer}: the token was changed or forged.`,
      `${issuer} の鍵による署名ではありません。トークンが改変または偽造されています。`,
    ),
  expired: (seconds: number): Cause =>
    cause(
      'expired',
      `The token expired ${seconds} seconds ago. GitHub's tokens live 300 seconds: ask for one ` +
        'right before it is used.',
      `トークンは ${seconds} 秒前に期限切れです。GitHub のトークンの有効期間は 300 秒です。使う直前に取得してください。`,
    ),
  tooEarly: (): Cause =>
    cause(
      'tooEarly',
      'The token is not valid yet: its iat or nbf lies more than five minutes ahead. Is a clock wrong?',
      'トークンはまだ有効ではありません (iat または nbf が 5 分以上先です)。時計を確認してください。',
    ),
  audience: (audience: string, clientIds: readonly string[]): Cause =>
    cause(
      'audience',
      `The token is meant for ${audience || '(nobody)'}, the provider takes ${clientIds.join(', ')}. ` +
        'The audience is what the job asks its token for (`audience:` of the action).',
      `トークンの対象者 (aud) は ${audience || '(なし)'} ですが、プロバイダーが受け付けるのは ${clientIds.join(', ')} です。対象者はジョブがトークンを要求するときに指定します (アクションの \`audience:\`)。`,
    ),
  invalid: (message: string): Cause => cause('invalid', message, message),
} as const;

/** Causes that lie in the role or its trust policy. */
export const trustCauses = {
  noSuchRole: (role: string): Cause =>
    cause('noSuchRole', `There is no role ${role}.`, `ロール ${role} は存在しません。`),
  otherProvider: (provider: string): Cause =>
    cause(
      'otherProvider',
      `No statement of the trust policy names the provider ${provider} as its Principal.`,
      `信頼ポリシーのどのステートメントも Principal にプロバイダー ${provider} を指定していません。`,
    ),
  otherAction: (action: string): Cause =>
    cause(
      'otherAction',
      `The trust policy allows this provider other actions, but not ${action}.`,
      `信頼ポリシーはこのプロバイダーに ${action} を許可していません。`,
    ),
  explicitDeny: (statement: number): Cause =>
    cause(
      'explicitDeny',
      `Statement ${statement} of the trust policy denies it.`,
      `信頼ポリシーのステートメント ${statement} が明示的に拒否しています。`,
    ),
  noStatement: (): Cause =>
    cause('noStatement', 'The trust policy allows nothing.', '信頼ポリシーに許可がありません。'),
  trustAudience: (audience: string, wanted: readonly string[]): Cause =>
    cause(
      'trustAudience',
      `The trust policy wants the audience ${wanted.join(' or ')}, the token has ${audience}.` +
        didYouMean(audience, wanted),
      `信頼ポリシーが求める対象者 (aud) は ${wanted.join(' または ')}、トークンは ${audience} です。${mean(audience, wanted)}`,
    ),
  keyAbsent: (key: string): Cause =>
    cause(
      'claimAbsent',
      `The token gives no ${key}, so that the condition on it cannot hold.`,
      `トークンに ${key} がないため、この条件は成立しません。`,
    ),
  noKey: (key: string, claim: string): Cause =>
    cause(
      'claimGivesNoKey',
      `The token has the claim ${claim}, but AWS makes no condition key ${key} of it.`,
      `トークンには ${claim} がありますが、AWS は条件キー ${key} として使えるようにしていません。`,
    ),
  otherClaim: (key: string, values: readonly string[]): Cause =>
    cause(
      'claimDiffers',
      `${key} is ${values.join(', ')}, which the condition does not take.`,
      `${key} は ${values.join(', ')} で、条件に一致しません。`,
    ),
} as const;

/** One letter fewer is what article and wizard are easily read as. */
export function isMistypedAudience(audience: string, wanted: readonly string[]): boolean {
  return audience === 'sts.amazonaws.com' && wanted.includes('sts.amazon.com');
}

function didYouMean(audience: string, wanted: readonly string[]): string {
  return isMistypedAudience(audience, wanted) ? ' Did you mean sts.amazonaws.com?' : '';
}

function mean(audience: string, wanted: readonly string[]): string {
  return isMistypedAudience(audience, wanted) ? ' sts.amazonaws.com の誤りではありませんか。' : '';
}

/** What a subject's cause is told with. */
export interface SubjectFacts {
  readonly subject: string;
  readonly context: string;
  readonly pattern: string;
}

type Sentence = (facts: SubjectFacts) => readonly [en: string, ja: string];

const subjectSentences: Readonly<Record<SubjectCause, Sentence>> = {
  subjectEnvironment: ({ context }) => [
    `The job has \`environment:\`, so the subject ends in ${context} whatever branch it runs on.`,
    `ジョブに \`environment:\` があるため、ブランチに関係なく sub の末尾が ${context} になります。`,
  ],
  subjectPullRequest: ({ context }) => [
    `The event is a pull request, so the subject ends in ${context} and names no branch.`,
    `イベントが pull request のため、sub の末尾が ${context} になり、ブランチ名は入りません。`,
  ],
  subjectBranch: ({ context }) => [
    `The job runs on another branch: ${context}.`,
    `別のブランチで実行されています: ${context}`,
  ],
  subjectTag: ({ context }) => [
    `The job runs on a tag that no pattern takes: ${context}.`,
    `どのパターンにも一致しないタグで実行されています: ${context}`,
  ],
  subjectWithIds: ({ subject }) => [
    'The repository was made, renamed or transferred after 15 July 2026, so the subject carries ' +
      `ids (${subject}), which the pattern does not have.`,
    `2026 年 7 月 15 日より後に作成・改名・移管されたリポジトリのため、sub に ID が入りますが (${subject})、パターンにはありません。`,
  ],
  subjectWithoutIds: ({ pattern }) => [
    `The pattern has ids (${pattern}), the repository still has the classic subject without them.`,
    `パターンには ID がありますが (${pattern})、このリポジトリの sub は ID のない従来形式です。`,
  ],
  subjectOtherIds: ({ pattern }) => [
    `The ids differ from those in ${pattern}: another owner or repository of the same name.`,
    `${pattern} の ID と異なります。同じ名前の別の所有者またはリポジトリです。`,
  ],
  subjectCase: ({ pattern }) => [
    `Owner or repository are written in another case than in ${pattern}: conditions are case-sensitive.`,
    `所有者名またはリポジトリ名の大文字小文字が ${pattern} と異なります。条件は大文字小文字を区別します。`,
  ],
  subjectRepository: ({ pattern }) => [
    `The token is of another repository than ${pattern} names.`,
    `${pattern} とは別のリポジトリのトークンです。`,
  ],
  subjectWildcard: ({ pattern }) => [
    `StringEquals compares the * in ${pattern} as a character; only StringLike has wildcards.`,
    `StringEquals は ${pattern} の * を文字として比較します。ワイルドカードが使えるのは StringLike だけです。`,
  ],
  subjectOther: ({ subject }) => [
    `The subject ${subject} fits none of the patterns.`,
    `sub ${subject} はどのパターンにも一致しません。`,
  ],
};

/** The sentence of a subject's cause. */
export function subjectCause(code: SubjectCause, facts: SubjectFacts): Cause {
  const [en, ja] = subjectSentences[code](facts);
  return cause(code, en, ja);
}
