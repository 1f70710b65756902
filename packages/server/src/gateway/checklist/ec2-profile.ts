/** What an instance profile needs before instances have its role's credentials. */
import { decisionFinding } from '../diagnosis/decision-finding.ts';
import { trustDecision } from '../diagnosis/task-check.ts';
import { trustPolicy } from '../fixes/place.ts';
import { renderFix } from '../fixes/render.ts';
import { roleInProfile } from '../fixes/resources.ts';
import { needed } from '../questions/question-body.ts';
import { type Checklist, may } from './checklist.ts';

const ec2 = 'ec2.amazonaws.com';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: ec2 }, Action: 'sts:AssumeRole' }],
};

/** `profile` (a name); `role` where it should have one, `principal` (who launches) if given. */
export async function checkEc2Profile(list: Checklist): Promise<void> {
  const { texts, context, parts } = list.question;
  const name = needed({ texts, context: [] }, 'profile');
  const { directory } = context.runtime;
  const profile = directory.find(context.account, 'instance-profile', name)?.record;
  const wanted = list.text('role') ?? profile?.roleName ?? name;
  const role = directory.find(context.account, 'role', wanted);
  list.section('Instance profile', 'インスタンスプロファイル');
  // Before what it is put into: whoever does the lines in their order needs it first.
  addRole(list, wanted, role !== undefined);
  const create = {
    en: 'Create the instance profile.',
    ja: 'インスタンスプロファイルを作成します。',
  };
  list.add(
    profile !== undefined,
    {
      en: `The instance profile ${name} exists`,
      ja: `インスタンスプロファイル ${name} が存在します`,
    },
    {
      en: `There is no instance profile ${name}.`,
      ja: `インスタンスプロファイル ${name} が存在しません。`,
    },
    [renderFix(create, roleInProfile(name, wanted, false))],
  );
  const put = {
    en: `Put the role ${wanted} into the profile.`,
    ja: `ロール ${wanted} をプロファイルに追加します。`,
  };
  list.add(
    profile?.roleName !== undefined && profile.roleName === wanted,
    { en: `The profile has the role ${wanted}`, ja: `プロファイルにロール ${wanted} があります` },
    {
      en: `The profile does not have the role ${wanted}: instances get no credentials of it.`,
      ja: `プロファイルにロール ${wanted} がないため、インスタンスは認証情報を取得できません。`,
    },
    [renderFix(put, roleInProfile(name, wanted, true))],
  );
  if (role === undefined) return;
  const { partition, account } = context;
  const arn = `arn:${partition}:iam::${account}:role${role.record.path}${role.record.name}`;
  list.section('Trust', '信頼関係');
  const decision = trustDecision(arn, { taskArn: '', taskId: '' }, context, parts, ec2);
  const finding =
    decision.outcome === 'allow'
      ? undefined
      : decisionFinding(decision, { subject: 'service', context, plan: list.plan });
  list.addFinding({ en: `${arn} trusts ${ec2}`, ja: `${arn} は ${ec2} を信頼しています` }, finding);
  addLauncher(list, arn);
}

function addRole(list: Checklist, name: string, exists: boolean): void {
  const text = { en: `Create the role ${name}.`, ja: `ロール ${name} を作成します。` };
  list.add(
    exists,
    { en: `The role ${name} exists`, ja: `ロール ${name} が存在します` },
    { en: `There is no role ${name}.`, ja: `ロール ${name} が存在しません。` },
    [renderFix(text, trustPolicy(name, trust, true))],
  );
}

/** Whoever launches an instance with the profile passes its role. */
function addLauncher(list: Checklist, roleArn: string): void {
  const launcher = list.principal('principal');
  if (launcher === undefined) return;
  list.section('Whoever launches instances', 'インスタンスの起動者');
  const passed = [['iam:PassedToService', ec2]] as const;
  const decision = list.decide(launcher, 'iam:PassRole', roleArn, passed);
  const finding =
    decision.outcome === 'allow'
      ? undefined
      : decisionFinding(decision, {
          subject: 'deployer',
          context: launcher.context,
          plan: list.plan,
        });
  list.addFinding(may('deployer', 'iam:PassRole', roleArn), finding);
}
