/** What an answer says beside the decision, in English and Japanese. */

/** A sentence in both languages. */
export interface Note {
  readonly en: string;
  readonly ja: string;
}

export const notes = {
  takesNoResource: (action: string): Note => ({
    en: `${action} takes no resource: requests ask for "*", and only "*" in Resource matches.`,
    ja: `${action} はリソースを指定できません。リクエストは "*" で評価され、Resource が "*" の場合だけ一致します。`,
  }),
  otherResource: (action: string, formats: readonly string[]): Note => ({
    en: `${action} works on another kind of resource: ${formats.join(', ')}.`,
    ja: `${action} の対象は別の種類のリソースです: ${formats.join(', ')}`,
  }),
  noPermissionAsked: (action: string): Note => ({
    en: `${action} needs no permission.`,
    ja: `${action} にアクセス許可は不要です。`,
  }),
  rootAssumesNoRole: (): Note => ({
    en: 'Roles may not be assumed by root accounts.',
    ja: 'ルートユーザーはロールを引き受けられません。',
  }),
  noSuchRole: (): Note => ({
    en: 'The role does not exist here, so that no trust policy can allow it.',
    ja: 'ロールが存在しないため、許可する信頼ポリシーがありません。',
  }),
  noSuchBucket: (): Note => ({
    en: 'The bucket does not exist here: no bucket policy was read.',
    ja: 'バケットが存在しないため、バケットポリシーは評価していません。',
  }),
  missingKeys: (keys: readonly string[]): Note => ({
    en: `The answer depends on condition keys that the question does not give (--context): ${keys.join(', ')}.`,
    ja: `回答は、質問で指定されていない条件キーに依存します (--context で指定): ${keys.join(', ')}`,
  }),
  otherAccount: (account: string): Note => ({
    en: `The resource belongs to account ${account}: what its policy says is told to that account only.`,
    ja: `リソースはアカウント ${account} のものです。そのポリシーの内容は所有アカウントにだけ開示されます。`,
  }),
  policiesElsewhere: (): Note => ({
    en: 'These are named by the resource-based policy; their own accounts must allow it as well.',
    ja: 'リソースベースのポリシーが指定する他アカウントのプリンシパルです。各アカウント側の許可も必要です。',
  }),
  identitySideOnly: (): Note => ({
    en: "Resources that are not on this server are judged by the principal's own policies alone.",
    ja: 'このサーバーにないリソースは、プリンシパル側のポリシーだけで判定しています。',
  }),
} as const;

/** All sentences of each language. */
export function inBothLanguages(list: readonly Note[]): Record<'en' | 'ja', readonly string[]> {
  return { en: list.map(({ en }) => en), ja: list.map(({ ja }) => ja) };
}
