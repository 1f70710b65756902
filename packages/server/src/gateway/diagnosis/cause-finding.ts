/** What a task failed at that no policy refused: an image, a secret, a log group, the network. */
import { readImageReference } from '../../endpoints/tasks/image-reference.ts';
import { readValueFrom } from '../../endpoints/tasks/value-from.ts';
import { readEcrImage } from '../../services/ecr/image-name.ts';
import { findRepository } from '../../services/ecr/registry-store.ts';
import type { TaskCause } from '../../services/ecs/task-cause.ts';
import { findSecret, SecretStore } from '../../services/secretsmanager/secret-store.ts';
import type { DemandContext } from '../../services/service.ts';
import { readReference } from '../../services/ssm/parameter-name.ts';
import { findParameter, ParameterStore } from '../../services/ssm/parameter-store.ts';
import { renderFix } from '../fixes/render.ts';
import {
  containerValue,
  logGroup,
  parameter,
  repository,
  secret,
  secretMember,
} from '../fixes/resources.ts';
import type { Fix, FixTemplate, Text } from '../fixes/template.ts';
import type { Finding, FindingCode, FindingSubject } from './finding.ts';
import { nearName } from './near-name.ts';
import { newEndpoint } from './network-fixes.ts';

/** Where to look around. */
export interface CausePlace {
  readonly context: DemandContext;
  readonly family: string;
  readonly subnetId?: string | undefined;
  /** AWS's own words for it. */
  readonly reason: string;
}

/** The finding of a cause that is no refusal. */
export function causeFinding(cause: TaskCause, place: CausePlace): Finding {
  if (cause.kind === 'unreachable') return unreachable(cause, place);
  if (cause.kind === 'absent') {
    if (cause.step === 'pull') return absentImage(cause, place);
    if (cause.step === 'logs') return absentLogGroup(cause);
    if (cause.step === 'environmentFiles') return absentObject(cause);
    return absentValue(cause, place);
  }
  const invalid = cause.kind === 'invalid';
  const text = { en: place.reason, ja: place.reason };
  return finding('taskDefinition', invalid ? 'configurationInvalid' : 'other', cause.subject, text);
}

function finding(
  subject: FindingSubject,
  code: FindingCode,
  name: string | undefined,
  text: Text,
  fixes: readonly Fix[] = [],
): Finding {
  return { subject, code, ...(name === undefined ? {} : { name }), text, fixes };
}

const endpointOfStep: Readonly<Partial<Record<TaskCause['step'], string>>> = {
  registryToken: 'ecr.api',
  pull: 'ecr.dkr',
  logs: 'logs',
  environmentFiles: 's3',
};

function unreachable(cause: TaskCause, { context, subnetId }: CausePlace): Finding {
  const { step, subject } = cause;
  const isParameter = readValueFrom(subject ?? '', '')?.kind === 'parameter';
  // Layers come from S3, whatever leads to the registry.
  const isLayer = step === 'pull' && cause.operation === 'GetObject';
  const service = isLayer
    ? 's3'
    : (endpointOfStep[step] ?? (isParameter ? 'ssm' : 'secretsmanager'));
  const endpoint = context.runtime.endpoint();
  const image =
    step === 'pull' ? readImageReference(subject ?? '', { ...context, endpoint }) : undefined;
  const isElsewhere = image !== undefined && image.registry.kind !== 'ecr';
  const target = isElsewhere ? image.host : service;
  const text = {
    en: `The network, not IAM: nobody answered for ${target}. The task needs a public address, a NAT gateway or a VPC endpoint.`,
    ja: `IAM ではなくネットワークの問題です: ${target} に接続できません。パブリック IP、NAT ゲートウェイ、または VPC エンドポイントが必要です。`,
  };
  const fixes = isElsewhere ? [] : newEndpoint(service, subnetId, context).fixes;
  return finding('network', 'unreachable', target, text, fixes);
}

/** What else another account's registry holds is its owner's. */
function absentElsewhere(subject: string, { account }: { readonly account: string }): Finding {
  const text = {
    en: `Not IAM: the registry of account ${account} has no image ${subject}.`,
    ja: `IAM の問題ではありません: アカウント ${account} のレジストリにイメージ ${subject} がありません。`,
  };
  return finding('image', 'imageTagAbsent', subject, text);
}

function absentImage(cause: TaskCause, { context, family }: CausePlace): Finding {
  const { subject = '', container = 'CONTAINER' } = cause;
  const { runtime, account, region } = context;
  const image = readEcrImage(subject, runtime.endpoint(), { account, region });
  const name = image?.repositoryName ?? subject;
  const place = { ...context, region: image?.region ?? region };
  if (image !== undefined && image.account !== account) return absentElsewhere(subject, image);
  const found = image && findRepository(name, image.account, place);
  if (found === undefined) {
    const text = {
      en: `Not IAM: the repository ${name} does not exist.`,
      ja: `IAM の問題ではありません: リポジトリ ${name} が存在しません。`,
    };
    const what = {
      en: `Create the repository, then push ${subject}.`,
      ja: `リポジトリを作成し、${subject} をプッシュします。`,
    };
    return finding('image', 'repositoryAbsent', subject, text, [renderFix(what, repository(name))]);
  }
  const tags = found.store.tags(found.record).names();
  const near = nearName(image?.reference ?? '', tags);
  const start = subject.slice(0, subject.length - (image?.reference.length ?? 0));
  const chosen = start + (near ?? 'TAG');
  const text = {
    en: `Not IAM: the repository ${name} has no image ${image?.reference}; it has ${tags.slice(0, 5).join(', ') || 'none'}.`,
    ja: `IAM の問題ではありません: リポジトリ ${name} にイメージ ${image?.reference} がありません (存在するタグ: ${tags.slice(0, 5).join(', ') || 'なし'})。`,
  };
  const what = {
    en: `Push that image, or name one that is there: ${chosen}.`,
    ja: `イメージをプッシュするか、存在するものを指定します: ${chosen}`,
  };
  const template = containerValue(
    ['ecr describe-images', [['repository-name', name]]],
    family,
    { name: container, image: chosen },
    { Name: container, Image: chosen },
  );
  return finding('image', 'imageTagAbsent', subject, text, [renderFix(what, template)]);
}

function absentLogGroup({ subject = '' }: TaskCause): Finding {
  const text = {
    en: `Not IAM: the log group ${subject} does not exist, and awslogs-create-group is not set.`,
    ja: `IAM の問題ではありません: ロググループ ${subject} が存在せず、awslogs-create-group も設定されていません。`,
  };
  const what = { en: 'Create the log group.', ja: 'ロググループを作成します。' };
  return finding('logGroup', 'logGroupAbsent', subject, text, [renderFix(what, logGroup(subject))]);
}

function absentObject({ subject = '' }: TaskCause): Finding {
  const text = {
    en: `Not IAM: the environment file ${subject} does not exist.`,
    ja: `IAM の問題ではありません: 環境ファイル ${subject} が存在しません。`,
  };
  const path = subject.split(':::', 2)[1] ?? '';
  const slash = path.indexOf('/');
  const template: FixTemplate = {
    command: 's3api put-object',
    options: [
      ['bucket', path.slice(0, slash)],
      ['key', path.slice(slash + 1)],
      ['body', 'FILE'],
    ],
    terraform: {
      type: 'aws_s3_object',
      name: 'environment',
      arguments: [
        ['bucket', path.slice(0, slash)],
        ['key', path.slice(slash + 1)],
        ['source', 'FILE'],
      ],
    },
    cloudFormation: { type: '', name: '', properties: [] },
  };
  const what = { en: 'Put the file there.', ja: 'ファイルを配置します。' };
  return finding('object', 'objectAbsent', subject, text, [renderFix(what, template)]);
}

/** A parameter, a secret, a version of it, or a member of its JSON text. */
function absentValue(cause: TaskCause, { context, family }: CausePlace): Finding {
  const { subject = '', step, container = 'CONTAINER' } = cause;
  const source = readValueFrom(subject, context.region);
  if (step === 'secrets' && source?.kind === 'parameter') return absentParameter(cause, context);
  const secretId = source?.kind === 'secret' ? source.secretId : subject;
  const found = findSecret(secretId, { ...context, region: source?.region ?? context.region });
  if (found === undefined) return absentSecret(secretId, context);
  const { arn, name } = found.record;
  if (cause.jsonKey !== undefined) {
    const key = cause.jsonKey;
    const text = {
      en: `Not IAM: the value of the secret ${name} is no JSON text with the key ${key}.`,
      ja: `IAM の問題ではありません: シークレット ${name} の値に JSON キー ${key} がありません。`,
    };
    const what = {
      en: `Write a value with the key ${key} (and the keys that it has), or name another key in valueFrom.`,
      ja: `キー ${key} を含む値を (既存のキーとともに) 保存するか、valueFrom のキー名を直します。`,
    };
    return finding('secret', 'jsonKeyAbsent', subject, text, [
      renderFix(what, secretMember(arn, key)),
    ]);
  }
  const text = {
    en: `Not IAM: the secret ${name} has no version of that stage or id.`,
    ja: `IAM の問題ではありません: シークレット ${name} に指定のステージまたは ID のバージョンがありません。`,
  };
  const what = { en: 'Name a version that is there.', ja: '存在するバージョンを指定します。' };
  const template = containerValue(
    ['secretsmanager list-secret-version-ids', [['secret-id', arn]]],
    family,
    { name: container, secrets: [{ name: 'NAME', valueFrom: arn }] },
    { Name: container, Secrets: [{ Name: 'NAME', ValueFrom: arn }] },
  );
  return finding('secret', 'secretVersionAbsent', subject, text, [renderFix(what, template)]);
}

function absentParameter({ subject = '' }: TaskCause, context: DemandContext): Finding {
  const reference = readReference(subject, context);
  const names = new ParameterStore(context).parameters.names();
  const near = nearName(reference.name, names);
  const exists = findParameter({ ...reference }, context) !== undefined;
  const text = {
    en: `Not IAM: the parameter ${subject} does not exist${exists ? ' in that version' : ''}.${hint(near).en}`,
    ja: `IAM の問題ではありません: パラメータ ${subject} ${exists ? 'の指定のバージョン' : ''}が存在しません。${hint(near).ja}`,
  };
  const what = {
    en: 'Create the parameter, or correct its name in valueFrom.',
    ja: 'パラメータを作成するか、valueFrom の名前を直します。',
  };
  return finding('parameter', 'parameterAbsent', subject, text, [
    renderFix(what, parameter(reference.name)),
  ]);
}

function absentSecret(secretId: string, context: DemandContext): Finding {
  const name = secretId.startsWith('arn:') ? secretId.split(':').slice(6).join(':') : secretId;
  const bare = name.replace(/-[A-Za-z0-9]{6}$/, '');
  const near = nearName(bare, new SecretStore(context).secrets.names());
  const text = {
    en: `Not IAM: the secret ${name} does not exist.${hint(near).en}`,
    ja: `IAM の問題ではありません: シークレット ${name} が存在しません。${hint(near).ja}`,
  };
  const what = {
    en: 'Create the secret and put its ARN into valueFrom, or correct the name there.',
    ja: 'シークレットを作成してその ARN を valueFrom に指定するか、名前を直します。',
  };
  return finding('secret', 'secretAbsent', secretId, text, [renderFix(what, secret(bare))]);
}

function hint(near: string | undefined): Text {
  if (near === undefined) return { en: '', ja: '' };
  return { en: ` Is it ${near}?`, ja: ` ${near} ではありませんか?` };
}
