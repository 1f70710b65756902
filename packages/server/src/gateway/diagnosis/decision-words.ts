/** A refusal in one line, in English and Japanese. */
import type { Decision } from '@sekisho/policy';
import type { Text } from '../fixes/template.ts';
import type { FindingCode, FindingSubject } from './finding.ts';

/** How the principals are called. */
export const subjectNames: Readonly<Record<FindingSubject, Text>> = {
  caller: { en: 'The caller', ja: '呼び出し元' },
  deployer: { en: 'The deployer', ja: 'デプロイ実行者' },
  service: { en: 'The service', ja: 'サービス' },
  executionRole: { en: 'The task execution role', ja: 'タスク実行ロール' },
  taskRole: { en: 'The task role', ja: 'タスクロール' },
  instanceRole: { en: "The container instance's role", ja: 'コンテナインスタンスのロール' },
  network: { en: 'The network', ja: 'ネットワーク' },
  image: { en: 'The image', ja: 'イメージ' },
  secret: { en: 'The secret', ja: 'シークレット' },
  parameter: { en: 'The parameter', ja: 'パラメータ' },
  logGroup: { en: 'The log group', ja: 'ロググループ' },
  object: { en: 'The object', ja: 'オブジェクト' },
  role: { en: 'The role', ja: 'ロール' },
  taskDefinition: { en: 'The task definition', ja: 'タスク定義' },
};

interface Parts {
  readonly who: Text;
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly failure: string | undefined;
}

type Sentence = (parts: Parts) => Text;

const lacks =
  (en: string, ja: string): Sentence =>
  ({ who, action, resource }) => ({
    en: `${who.en} lacks ${action} on ${resource}${en}`,
    ja: `${who.ja}に ${resource} への ${action} の許可がありません${ja}`,
  });

const refuses =
  (en: string, ja: string): Sentence =>
  ({ who, action, resource }) => ({
    en: `${en} does not let ${who.en.replace('The ', 'the ')} perform ${action} on ${resource}.`,
    ja: `${ja}が、${who.ja}による ${resource} への ${action} を許可していません。`,
  });

const denies =
  (en: string, ja: string): Sentence =>
  ({ who, action, resource }) => ({
    en: `${en} denies ${who.en.replace('The ', 'the ')} ${action} on ${resource}.`,
    ja: `${ja}が、${who.ja}による ${resource} への ${action} を明示的に拒否しています。`,
  });

const sentences: Partial<Record<FindingCode, Sentence>> = {
  permissionOnOtherRole: lacks(
    '; the other role of the task has it. ECS itself pulls images, reads secrets and opens logs ' +
      'with the execution role, the application works with the task role.',
    '。タスクのもう一方のロールには許可があります。イメージ取得・シークレット取得・ログは実行ロール、アプリケーションの処理はタスクロールで行われます。',
  ),
  needsWildcardResource: lacks(
    ': the action takes no resource, so that only a statement with Resource "*" allows it.',
    '。このアクションはリソースを指定できないため、Resource "*" のステートメントが必要です。',
  ),
  passRoleMissing: lacks(
    ', which starting or registering a task with that role needs.',
    '。このロールを使うタスク定義の登録やタスクの起動に必要です。',
  ),
  passedToServiceMismatch: lacks(
    ': the statement allows passing the role to another service (iam:PassedToService).',
    '。ステートメントの iam:PassedToService が別のサービスを指しています。',
  ),
  secretSuffixMissing: lacks(
    ": the policy names the secret without the six characters at the end of its ARN ('-??????').",
    "。ポリシーのシークレット ARN に末尾 6 文字 ('-??????') がありません。",
  ),
  getParametersMissing: lacks(
    ': ECS reads parameters with ssm:GetParameters, not ssm:GetParameter.',
    '。ECS は ssm:GetParameter ではなく ssm:GetParameters を使います。',
  ),
  createLogGroupMissing: lacks(
    ', which awslogs-create-group needs; AmazonECSTaskExecutionRolePolicy does not have it.',
    '。awslogs-create-group に必要ですが、AmazonECSTaskExecutionRolePolicy には含まれません。',
  ),
  networkConditionOnRegistryToken: lacks(
    ': Fargate asks for the token over its own network interface, so that a condition on the VPC or its endpoint is never met.',
    '。Fargate は自身のネットワークインターフェースでトークンを取得するため、VPC や VPC エンドポイントの条件は決して満たされません。',
  ),
  outsideVpcEndpoint: ({ who, action, resource }) => ({
    en: `The network, not IAM: ${who.en.replace('The ', 'the ')} may perform ${action} on ${resource} through the VPC endpoint only, and the task's request did not come through it.`,
    ja: `IAM ではなくネットワークの問題です: ${who.ja}の ${action} (${resource}) は VPC エンドポイント経由に限定されていますが、タスクの通信はそれを経由していません。`,
  }),
  trustMissing: ({ principal, resource }) => ({
    en: `${resource} does not trust ${principal}: the service cannot assume the role.`,
    ja: `${resource} の信頼ポリシーが ${principal} を許可していないため、サービスがロールを引き受けられません。`,
  }),
  trustConditionUnmet: ({ principal, resource }) => ({
    en: `${resource} trusts ${principal} under a condition that this task does not meet.`,
    ja: `${resource} は ${principal} を信頼していますが、条件がこのタスクに一致しません。`,
  }),
  roleMissing: ({ resource, failure }) => ({
    en: `${resource} cannot be assumed: ${failure ?? 'it does not exist'}.`,
    ja: `${resource} を引き受けられません: ${failure === 'the role does not exist' ? 'ロールが存在しません' : (failure ?? '')}`,
  }),
  boundaryLacks: refuses('The permissions boundary', 'アクセス許可の境界'),
  sessionPolicyLacks: refuses('The session policy', 'セッションポリシー'),
  organizationPolicyLacks: refuses("The organization's policy", '組織のポリシー'),
  resourcePolicyLacks: refuses("The resource's policy", 'リソースのポリシー'),
  resourcePolicyDenies: denies("The resource's policy", 'リソースのポリシー'),
  keyPolicyLacks: refuses('The key policy', 'キーポリシー'),
  keyPolicyDenies: denies('The key policy', 'キーポリシー'),
  endpointPolicyLacks: refuses('The policy of the VPC endpoint', 'VPC エンドポイントのポリシー'),
  endpointPolicyDenies: denies('The policy of the VPC endpoint', 'VPC エンドポイントのポリシー'),
  explicitDeny: denies('A policy', 'ポリシー'),
  unreadable: ({ who, action, resource, failure }) => ({
    en: `${who.en} is refused ${action} on ${resource}: ${failure ?? 'the policies cannot be read'}.`,
    ja: `${who.ja}の ${action} (${resource}) を判定できません: ${failure ?? ''}`,
  }),
};

/** The sentence of a refusal. */
export function decisionText(
  code: FindingCode,
  { request, failure }: Decision,
  subject: FindingSubject,
): Text {
  const { principal, action, resource } = request;
  const sentence = sentences[code] ?? lacks('.', '。');
  const service = principal.type === 'service' ? principal.service : principal.type;
  return sentence({
    who: subjectNames[subject],
    action,
    resource,
    principal: service,
    failure,
  });
}
