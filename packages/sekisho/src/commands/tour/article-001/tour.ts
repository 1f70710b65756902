/** The tour of article 001: what roles are, and the Terraform files of an instance and a task. */
import { quiet, type Step, type Taken, type Tour, words } from '../step.ts';
import { creation, terraformCreation } from './creation.ts';
import { readFiles001 } from './documents.ts';
import { assumeRefusals, remadeRefusals, trustRefusals } from './refusals-roles.ts';
import { creationRefusals, terraformRefusals, workloadRefusals } from './refusals-workloads.ts';
import { preconditions, userRole } from './roles.ts';
import { workloads } from './workloads.ts';

const only = (is: 'usable' | 'absent', steps: readonly Step[]): readonly Step[] =>
  steps.map((step) => ({ ...step, tool: { name: 'terraform', is } }));

const role = (name: string): Taken => ({
  what: `role ${name}`,
  args: words(`aws iam get-role --role-name ${name}`),
});
const policy = (name: string): Taken => ({
  what: `policy ${name}`,
  args: words(`aws iam get-policy --policy-arn arn:aws:iam::<account>:policy/${name}`),
});
const profile = (name: string): Taken => ({
  what: `instance profile ${name}`,
  args: words(`aws iam get-instance-profile --instance-profile-name ${name}`),
});

/** Article 001. */
export const tour001: Tour = {
  article: '001',
  title: {
    en: 'IAM roles, for users, EC2 instances and ECS tasks',
    ja: 'IAM のロール、EC2 インスタンスや ECS のタスクに対するロール',
  },
  steps: [
    ...preconditions,
    ...userRole,
    ...only('absent', creation),
    ...only('usable', terraformCreation),
    ...workloads,
  ],
  refusals: [
    ...quiet([...preconditions, ...userRole]),
    ...trustRefusals,
    ...assumeRefusals,
    ...terraformRefusals,
    ...quiet(creation),
    ...creationRefusals,
    ...quiet(workloads),
    ...workloadRefusals,
    ...remadeRefusals,
  ],
  get files() {
    return readFiles001();
  },
  placeholders: new Map([['ACCOUNT_ID', '<account>']]),
  tools: new Map([
    [
      'terraform',
      {
        args: words('terraform -chdir=corrected init -input=false -no-color'),
        advice: {
          en: 'Terraform with the AWS provider is not usable here: the AWS CLI creates the same.',
          ja: 'AWS プロバイダー付きの Terraform が使えないため、AWS CLI で同じものを作成します。',
        },
      },
    ],
  ]),
  taken: [
    { what: 'user user-name', args: words('aws iam get-user --user-name user-name') },
    {
      what: 'bucket article-001-<account>',
      args: words('aws s3api head-bucket --bucket article-001-<account>'),
    },
    ...['Test1', 'Test2', 'ec2_instance_role', 'task_role'].map(role),
    ...['ecs_container_instance_policy', 'task_role_policy'].map(policy),
    profile('ecs_container_instance_profile'),
    {
      what: 'task definition ecs_task',
      args: words('aws ecs describe-task-definition --task-definition ecs_task'),
    },
    {
      what: 'cluster default',
      args: words('aws ecs list-services --cluster default'),
    },
  ],
  takenByRefusals: [
    ...['Test3', 'Test4'].map(role),
    profile('Test-empty'),
    { what: 'group Test-group', args: words('aws iam get-group --group-name Test-group') },
  ],
};
