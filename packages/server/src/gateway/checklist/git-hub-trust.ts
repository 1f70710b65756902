/** Whether a GitHub job gets a session of the role: provider, audience, both forms of the subject. */
import {
  authorize,
  type Decision,
  type PolicyDocument,
  parsePolicyDocument,
} from '@sekisho/policy';
import type { Owned } from '../../directory/directory.ts';
import type { RoleRecord } from '../../directory/records.ts';
import { trustPolicyOf } from '../../services/sts/trust.ts';
import { decisionFinding } from '../diagnosis/decision-finding.ts';
import { trustPolicy } from '../fixes/place.ts';
import { renderFix } from '../fixes/render.ts';
import { oidcAudience, oidcProvider } from '../fixes/resources.ts';
import type { Fix } from '../fixes/template.ts';
import { badQuestion } from '../questions/question-body.ts';
import { findSubject, roleSubject, type Subject } from '../questions/subject.ts';
import type { Checklist } from './checklist.ts';

const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';
/** Any numbers: whether the pattern has a place for them is the question. */
const inventedIds = { owner: '1234567', repository: '7654321' };

/** Adds the lines; the role that a job gets, where there is one. */
export function addFederation(list: Checklist): Subject | undefined {
  const { context } = list.question;
  const { partition, account, runtime } = context;
  const providerArn = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
  list.section('GitHub as identity provider', 'ID プロバイダー (GitHub)');
  const provider = runtime.directory.find(account, 'oidc-provider', issuer)?.record;
  const isThere = list.add(
    provider !== undefined,
    { en: `The provider ${issuer} exists`, ja: `プロバイダー ${issuer} が存在します` },
    { en: `There is no provider ${issuer}.`, ja: `プロバイダー ${issuer} が存在しません。` },
    [
      renderFix(
        { en: 'Create the provider.', ja: 'プロバイダーを作成します。' },
        oidcProvider(`https://${issuer}`, audience),
      ),
    ],
  );
  if (isThere) {
    const given = provider?.clientIds.join(', ') ?? '';
    list.add(
      provider?.clientIds.includes(audience) === true,
      { en: `Its audience is ${audience}`, ja: `対象者は ${audience} です` },
      {
        en: `Its audience is ${given || 'none'}, not ${audience}: tokens of AWS's action are refused.`,
        ja: `対象者が ${audience} ではなく ${given || 'なし'} のため、トークンが拒否されます。`,
      },
      [
        renderFix(
          { en: `Add the audience ${audience}.`, ja: `対象者 ${audience} を追加します。` },
          oidcAudience(providerArn, `https://${issuer}`, audience),
        ),
      ],
    );
  }
  const role = findRole(list, providerArn);
  list.section('Role of the job', 'ジョブのロール');
  if (role === undefined) {
    const missing = {
      en: `There is no role ${list.text('role') ?? `that trusts ${issuer}`}.`,
      ja: `${list.text('role') ?? `${issuer} を信頼する`}ロールが存在しません。`,
    };
    list.add(false, missing, missing, [newRole(list, providerArn)]);
    return undefined;
  }
  if (isThere) addTrust(list, role, providerArn);
  return roleSubject(role, context, 'GitHubActions');
}

/** The named role, else the first that names the provider. */
function findRole(list: Checklist, providerArn: string): Owned<RoleRecord> | undefined {
  const { directory } = list.question.context.runtime;
  const { account } = list.question.context;
  const named = list.text('role');
  if (named === undefined) {
    return directory.list(account, 'role').find(({ record }) => {
      return record.trustPolicy.includes(providerArn);
    });
  }
  return directory.find(account, 'role', named.slice(named.lastIndexOf('/') + 1));
}

function addTrust(list: Checklist, role: Owned<RoleRecord>, providerArn: string): void {
  const { context } = list.question;
  const policy = trustPolicyOf(role.record, context.runtime.directory, context.partition);
  const repository = list.text('repo') ?? repositoryIn(policy?.document);
  if (repository === undefined) {
    const missing = {
      en: 'The trust policy names no repository in the subject, and none was given (--repo ORG/REPO).',
      ja: '信頼ポリシーの sub にリポジトリの指定がなく、--repo ORG/REPO も指定されていません。',
    };
    list.add(false, missing, missing, [newRole(list, providerArn)]);
    return;
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw badQuestion('repo must be ORG/REPO.');
  const ref = list.text('ref') ?? 'refs/heads/main';
  const ids = idsIn(policy?.document) ?? inventedIds;
  const [owner = '', name = ''] = repository.split('/');
  const withIds = `${owner}@${ids.owner}/${name}@${ids.repository}`;
  const classic = decideToken(list, role, providerArn, `repo:${repository}:ref:${ref}`);
  const numbered = decideToken(list, role, providerArn, `repo:${withIds}:ref:${ref}`);
  const isTrusted = classic.outcome === 'allow' || numbered.outcome === 'allow';
  for (const [decision, form, pattern] of [
    [classic, `repo:${repository}:ref:${ref}`, `repo:${repository}:ref:${ref}`],
    [numbered, `repo:${withIds}:ref:${ref}`, `repo:${owner}@*/${name}@*:ref:${ref}`],
  ] as const) {
    const isAllowed = decision.outcome === 'allow';
    const there = {
      en: `A job with the subject ${form} gets it`,
      ja: `sub が ${form} のジョブは引き受けられます`,
    };
    if (isAllowed || !isTrusted) {
      const finding = isAllowed
        ? undefined
        : decisionFinding(decision, { subject: 'deployer', context, plan: list.plan });
      list.addFinding(there, finding);
      continue;
    }
    const note = {
      en: `A job with the subject ${form} does not get it; repositories made since July 2026 have ids in it, older ones have none.`,
      ja: `sub が ${form} のジョブは引き受けられません。2026 年 7 月以降のリポジトリの sub には ID が入り、それ以前のものには入りません。`,
    };
    list.add(false, there, note, withPattern(role, decision, pattern), 'note');
  }
  const stranger = decideToken(list, role, providerArn, `repo:somebody-else/${name}:ref:${ref}`);
  list.add(
    stranger.outcome !== 'allow',
    {
      en: "Jobs of other owners' repositories do not get it",
      ja: '他者のリポジトリのジョブは引き受けられません',
    },
    {
      en: "Jobs of anybody's repository get it: the trust policy does not limit the subject.",
      ja: '誰のリポジトリのジョブでも引き受けられます。信頼ポリシーが sub を制限していません。',
    },
    [newTrust(role.record.name, providerArn, repository)],
  );
}

function decideToken(
  list: Checklist,
  { account, record }: Owned<RoleRecord>,
  providerArn: string,
  subject: string,
) {
  const { context } = list.question;
  const roleArn = `arn:${context.partition}:iam::${account}:role${record.path}${record.name}`;
  return list.decide(findSubject(providerArn, context), 'sts:AssumeRoleWithWebIdentity', roleArn, [
    [`${issuer}:aud`, audience],
    [`${issuer}:sub`, subject],
  ]);
}

/** What the trust policy's conditions on the subject say. */
function subjectPatterns(document: PolicyDocument | undefined): readonly string[] {
  return (document?.statements ?? []).flatMap(({ condition }) =>
    (condition?.entries ?? [])
      .filter(({ key }) => key.endsWith(':sub'))
      .flatMap(({ values }) => values.map(({ value }) => value)),
  );
}

function repositoryIn(document: PolicyDocument | undefined): string | undefined {
  for (const pattern of subjectPatterns(document)) {
    const [, owner, name] =
      /^repo:([\w.-]+)(?:@[\d*]+)?\/([\w.-]+)(?:@[\d*]+)?:/.exec(pattern) ?? [];
    if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
  }
  return undefined;
}

function idsIn(document: PolicyDocument | undefined): typeof inventedIds | undefined {
  for (const pattern of subjectPatterns(document)) {
    const [, owner, repository] = /^repo:[\w.-]+@(\d+)\/[\w.-]+@(\d+):/.exec(pattern) ?? [];
    if (owner !== undefined && repository !== undefined) return { owner, repository };
  }
  return undefined;
}

/** The trust policy with one more pattern wherever it names subjects. */
function withPattern(
  { record }: Owned<RoleRecord>,
  { request, policies }: Decision,
  pattern: string,
): readonly Fix[] {
  const text = {
    en: `Let subjects like ${pattern} in as well.`,
    ja: `${pattern} の形式の sub も許可します。`,
  };
  const { resource } = policies;
  if (resource === undefined) return [];
  const changed = addPattern(JSON.parse(resource.document.text), pattern);
  const { document } = parsePolicyDocument(JSON.stringify(changed));
  if (document === undefined) return [];
  // StringEquals takes no pattern: then this is no way.
  const tried = authorize(request, { ...policies, resource: { ...resource, document } });
  return tried.outcome === 'allow' ? [renderFix(text, trustPolicy(record.name, changed))] : [];
}

function addPattern(value: unknown, pattern: string): object {
  const changed: unknown = JSON.parse(JSON.stringify(value), (key, member: unknown) => {
    if (!key.endsWith(':sub')) return member;
    return [...[member as string | readonly string[]].flat(), pattern];
  });
  return typeof changed === 'object' && changed !== null ? changed : {};
}

function newTrust(role: string, providerArn: string, repository: string, create = false): Fix {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:aud`]: audience },
          StringLike: { [`${issuer}:sub`]: `repo:${repository}:ref:refs/heads/main` },
        },
      },
    ],
  };
  const text = create
    ? { en: `Create the role ${role}.`, ja: `ロール ${role} を作成します。` }
    : { en: `Limit the subject to ${repository}.`, ja: `sub を ${repository} に限定します。` };
  return renderFix(text, trustPolicy(role, document, create));
}

function newRole(list: Checklist, providerArn: string): Fix {
  const name = list.text('role') ?? 'github-actions-deploy';
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return newTrust(bare, providerArn, list.text('repo') ?? 'ORG/REPO', true);
}
