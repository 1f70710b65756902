/** What article 001's Terraform files create: by Terraform where it is usable, else by the AWS CLI. */
import { json, nothing, text } from '../expectation.ts';
import { type Step, type Text, words } from '../step.ts';
import { step } from './step-forms.ts';

const policyArn = (name: string): string => `arn:aws:iam::<account>:policy/${name}`;

const createRole = (id: string, name: string, file: string): Step =>
  step(
    id,
    { en: `Create the role ${name}`, ja: `ロール ${name} を作成` },
    `aws iam create-role --role-name ${name} --assume-role-policy-document file://${file}`,
    { undo: [words(`aws iam delete-role --role-name ${name}`)] },
  );

const createPolicy = (id: string, name: string, file: string): Step =>
  step(
    id,
    { en: `Create the policy ${name}`, ja: `ポリシー ${name} を作成` },
    `aws iam create-policy --policy-name ${name} --policy-document file://${file}`,
    {
      expectation: json({ Policy: { Arn: policyArn(name), DefaultVersionId: 'v1' } }),
      undo: [words(`aws iam delete-policy --policy-arn ${policyArn(name)}`)],
    },
  );

const attach = (id: string, role: string, policy: string): Step => {
  const target = `--role-name ${role} --policy-arn ${policyArn(policy)}`;
  return step(
    id,
    { en: `Attach ${policy} to ${role}`, ja: `${policy} を ${role} にアタッチ` },
    `aws iam attach-role-policy ${target}`,
    { expectation: nothing, undo: [words(`aws iam detach-role-policy ${target}`)] },
  );
};

const profile = '--instance-profile-name ecs_container_instance_profile';
const inProfile = `${profile} --role-name ec2_instance_role`;
const passedRole = '--task-role-arn arn:aws:iam::<account>:role/task_role';

/** The article's `aws_ecs_task_definition` as a command. */
export const registerTaskDefinition = `aws ecs register-task-definition --family ecs_task ${passedRole}
  --container-definitions file://container-definitions.json`;

/** The nine resources, one command after the other. */
export const creation: readonly Step[] = [
  createRole('001-4', 'ec2_instance_role', 'trust-ec2.json'),
  createPolicy('001-5', 'ecs_container_instance_policy', 'ecs-container-instance-policy.json'),
  attach('001-6', 'ec2_instance_role', 'ecs_container_instance_policy'),
  step(
    '001-6',
    { en: 'Create the instance profile', ja: 'インスタンスプロファイルを作成' },
    `aws iam create-instance-profile ${profile}`,
    { undo: [words(`aws iam delete-instance-profile ${profile}`)] },
  ),
  step(
    '001-6',
    { en: 'Add the role to it', ja: 'ロールをインスタンスプロファイルに追加' },
    `aws iam add-role-to-instance-profile ${inProfile}`,
    {
      expectation: nothing,
      undo: [words(`aws iam remove-role-from-instance-profile ${inProfile}`)],
    },
  ),
  step(
    '001-7',
    { en: 'Launch the instance with it', ja: 'それを付けてインスタンスを起動' },
    `aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --instance-type t2.micro
     --metadata-options HttpTokens=required
     --iam-instance-profile Name=ecs_container_instance_profile`,
    {
      learns: { instance: ['Instances', 0, 'InstanceId'] },
      undo: [
        words('aws ec2 terminate-instances --instance-ids <instance>'),
        words('aws ec2 wait instance-terminated --instance-ids <instance>'),
      ],
    },
  ),
  step(
    '001-7',
    { en: 'Wait until it runs', ja: '起動するまで待つ' },
    'aws ec2 wait instance-running --instance-ids <instance>',
    { expectation: nothing },
  ),
  createRole('001-8', 'task_role', 'trust-ecs-tasks.json'),
  createPolicy('001-9', 'task_role_policy', 'task-role-policy.json'),
  attach('001-10', 'task_role', 'task_role_policy'),
  step(
    '001-11',
    {
      en: 'Register the task definition with the task role',
      ja: 'タスクロールを指定してタスク定義を登録',
    },
    registerTaskDefinition,
    {
      expectation: json({
        taskDefinition: {
          taskRoleArn: 'arn:aws:iam::<account>:role/task_role',
          containerDefinitions: [{ image: 'nginx:latest', memoryReservation: 512 }],
        },
      }),
      learns: { definition: ['taskDefinition', 'taskDefinitionArn'] },
      undo: [words('aws ecs deregister-task-definition --task-definition <definition>')],
    },
  ),
];

const terraform = (id: string, title: Text, command: string, more: Partial<Step>): Step =>
  step(id, title, `terraform -chdir=corrected ${command} -no-color`, more);

/** The same by the article's files, corrected. */
export const terraformCreation: readonly Step[] = [
  terraform(
    '001-4',
    { en: 'terraform apply creates all nine', ja: 'terraform apply で 9 個を作成' },
    'apply -auto-approve',
    {
      expectation: text('Apply complete! Resources: 9 added, 0 changed, 0 destroyed.'),
      undo: [words('terraform -chdir=corrected destroy -auto-approve -no-color')],
    },
  ),
  terraform(
    '001-4',
    { en: 'A second plan has no changes', ja: '2 回目の plan は変更なし' },
    'plan -detailed-exitcode',
    { expectation: text('No changes.') },
  ),
  step(
    '001-7',
    { en: 'The instance that it has launched', ja: '起動したインスタンス' },
    `aws ec2 describe-instances --filters Name=instance-state-name,Values=running
     Name=iam-instance-profile.arn,Values=arn:aws:iam::<account>:instance-profile/ecs_container_instance_profile`,
    { learns: { instance: ['Reservations', 0, 'Instances', 0, 'InstanceId'] } },
  ),
];
