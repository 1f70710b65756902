/** What `sekisho up` prints when the server stands: where it is, and what is not as on AWS. */
import type { Configuration, RunningServer } from '@sekisho/server';
import type { Language } from '../../language.ts';

interface BannerWords {
  readonly serving: (endpoint: string) => string;
  readonly accounts: string;
  readonly region: (name: string) => string;
  readonly rootKeys: string;
  readonly data: string;
  readonly inMemory: string;
  readonly enforcement: string;
  readonly authentication: string;
  readonly audit: string;
  readonly anyKey: string;
  readonly processes: string;
  readonly localIssuer: (issuer: string) => string;
  readonly otherShell: string;
  readonly stopping: string;
}

/** By language. Rows are padded here, since wide characters take two columns. */
export const bannerWords: Readonly<Record<Language, BannerWords>> = {
  en: {
    serving: (endpoint) => `Sekisho is serving at ${endpoint}`,
    accounts: 'accounts      ',
    region: (name) => `(region ${name} unless a request names another)`,
    rootKeys: 'root keys     ',
    data: 'data          ',
    inMemory: 'in memory',
    enforcement: 'enforcement   ',
    authentication: ', authentication ',
    audit: 'ENFORCEMENT IS OFF (audit): refusals are recorded, not carried out.',
    anyKey: 'AUTHENTICATION IS OFF (any-key): every access key is root of the first account.',
    processes: 'TASKS RUN AS PROCESSES of this user: whoever may run a task may run programs here.',
    localIssuer: (issuer) =>
      `TOKENS OF ${issuer} ARE LOCAL: this server signs them\n` +
      '  (sekisho oidc token) and takes none that GitHub has signed.',
    otherShell: 'In another shell:',
    stopping: 'Stopping …',
  },
  ja: {
    serving: (endpoint) => `Sekisho が起動しました: ${endpoint}`,
    accounts: 'アカウント    ',
    region: (name) => `(リクエストに指定がなければリージョンは ${name})`,
    rootKeys: 'ルートのキー  ',
    data: 'データ        ',
    inMemory: 'メモリ内',
    enforcement: '権限の適用    ',
    authentication: '、認証 ',
    audit: '権限は適用されません (audit): 拒否は記録されるだけで、実行されます。',
    anyKey: '認証は行われません (any-key): どのアクセスキーも最初のアカウントのルートになります。',
    processes:
      'タスクはこのユーザーのプロセスとして動きます: タスクを実行できる人は、ここでプログラムを実行できます。',
    localIssuer: (issuer) =>
      `${issuer} のトークンはこのサーバーが署名します\n` +
      '  (sekisho oidc token)。GitHub が署名したトークンは受け付けません。',
    otherShell: '別のシェルで:',
    stopping: '停止しています …',
  },
};

/** The whole text. */
export function banner(
  configuration: Configuration,
  server: RunningServer,
  language: Language,
): string {
  const say = bannerWords[language];
  const { accounts, region, store, enforcement, authentication, tasks } = configuration;
  const ids = accounts.map(({ id }) => id).join(', ');
  const warnings = [
    ...(enforcement === 'audit' ? [say.audit] : []),
    ...(authentication === 'any-key' ? [say.anyKey] : []),
    ...(tasks === 'process' ? [say.processes] : []),
    ...configuration.localIssuers.map(say.localIssuer),
  ];
  const rows = [
    `${say.accounts}${ids} ${say.region(region)}`,
    `${say.rootKeys}${server.credentialsFile}`,
    `${say.data}${store === 'memory' ? say.inMemory : server.dataFolder}`,
    `${say.enforcement}${enforcement}${say.authentication}${authentication}`,
    ...warnings,
  ];
  const commands = [
    `export AWS_ENDPOINT_URL=${server.endpoint} AWS_DEFAULT_REGION=${region}`,
    `export AWS_SHARED_CREDENTIALS_FILE=${server.credentialsFile}`,
    'aws sts get-caller-identity',
  ];
  const indented = (lines: readonly string[]): string =>
    lines.map((line) => `  ${line}\n`).join('');
  return [
    `${say.serving(server.endpoint)}\n`,
    indented(rows),
    `\n${say.otherShell}\n`,
    `${indented(commands)}\n`,
  ].join('');
}
