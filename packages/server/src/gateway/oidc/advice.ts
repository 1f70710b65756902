/** What to do about a cause, where the changed trust policy does not say it all. */

/** In both languages. */
export interface Advice {
  readonly en: string;
  readonly ja: string;
}

const leaveAsItIs: Advice = {
  en: 'Change nothing: such a token must be refused.',
  ja: '設定は変えないでください。このようなトークンは拒否されるべきものです。',
};

const advice: ReadonlyMap<string, Advice> = new Map<string, Advice>([
  ['notJwt', leaveAsItIs],
  ['algorithm', leaveAsItIs],
  ['forged', leaveAsItIs],
  [
    'unknownKey',
    {
      en:
        'Change nothing in IAM. A token of `sekisho oidc token` is taken only by the server (the ' +
        'data folder) that signed it, while it runs with --github-issuer local.',
      ja: 'IAM の設定は変えないでください。`sekisho oidc token` のトークンは、署名したサーバー (データフォルダー) が --github-issuer local で動いているときだけ受け付けられます。',
    },
  ],
  [
    'providerMissing',
    {
      en:
        'aws iam create-open-id-connect-provider --url ISSUER --client-id-list sts.amazonaws.com ' +
        '(in the account of the role)',
      ja: 'aws iam create-open-id-connect-provider --url ISSUER --client-id-list sts.amazonaws.com (ロールのアカウントで実行)',
    },
  ],
  [
    'providerSpelling',
    {
      en: 'Register the provider again under exactly that URL; the URL of a provider cannot be changed.',
      ja: 'プロバイダーの URL は変更できません。発行者と同じ URL で登録し直してください。',
    },
  ],
  [
    'expired',
    {
      en: 'Get a new token, and exchange it at once; nothing in IAM needs to change.',
      ja: 'トークンを取り直して、すぐに使ってください。IAM の設定変更は不要です。',
    },
  ],
  [
    'audience',
    {
      en:
        'Ask for the audience that the provider takes (leave `audience:` of the action at ' +
        'sts.amazonaws.com). Only if another audience is meant: ' +
        'aws iam add-client-id-to-open-id-connect-provider',
      ja: 'プロバイダーが受け付ける対象者でトークンを取得してください (アクションの `audience:` は既定の sts.amazonaws.com のまま)。別の対象者を使う場合だけ aws iam add-client-id-to-open-id-connect-provider で追加します。',
    },
  ],
  [
    'subjectPullRequest',
    {
      en:
        'Every pull request of the repository would get the role, with code that nobody has ' +
        'reviewed: give pull requests a role of their own that can only read.',
      ja: 'リポジトリのすべての pull request (未レビューのコード) がこのロールを使えるようになります。pull request には読み取り専用の別ロールを用意してください。',
    },
  ],
  [
    'subjectEnvironment',
    {
      en:
        'With an environment, its protection rules decide which branches and people get the role; ' +
        'or take `environment:` out of the job.',
      ja: 'environment を使う場合、どのブランチ・誰がロールを使えるかは environment の保護ルールで決まります。使わない場合はジョブから `environment:` を外してください。',
    },
  ],
  [
    'subjectBranch',
    {
      en: 'Only if this branch may use the role: whoever can push to it gets it.',
      ja: 'このブランチに使わせてよい場合だけ追加してください。プッシュできる人は誰でもロールを使えます。',
    },
  ],
  [
    'subjectTag',
    {
      en: 'Only if this tag may use the role: whoever can push such a tag gets it.',
      ja: 'このタグに使わせてよい場合だけ追加してください。タグをプッシュできる人は誰でもロールを使えます。',
    },
  ],
  [
    'subjectRepository',
    {
      en: 'Only if that repository is meant to have the role; otherwise the refusal is right.',
      ja: 'そのリポジトリにロールを使わせる場合だけ追加してください。そうでなければ、この拒否は正しい動作です。',
    },
  ],
  [
    'subjectOtherIds',
    {
      en: 'Make sure that owner and repository are yours: a name that was given up can be taken by others.',
      ja: '所有者とリポジトリが自分のものか確認してください。手放した名前は他人が取得できます。',
    },
  ],
  [
    'subjectWithIds',
    {
      en: 'The value with ids holds for this repository only, also after somebody else takes its name.',
      ja: 'ID 付きの値はこのリポジトリだけに一致し、名前を他人に取られても一致しません。',
    },
  ],
  [
    'otherProvider',
    {
      en: 'Principal must be { "Federated": the ARN of this provider in the role\'s own account }.',
      ja: 'Principal は { "Federated": ロールと同じアカウントにあるこのプロバイダーの ARN } にします。',
    },
  ],
]);

/** undefined where there is nothing to add. */
export function adviceFor(code: string): Advice | undefined {
  return advice.get(code);
}
