/** Article 001's Terraform files: as written, corrected, and destroyed in the wrong order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, exampleText } from './article-001.harness.ts';
import { Article, policyArn, words } from './article-002.harness.ts';
import { type AwsCli, type ClientResult, findAwsClis } from './harness.ts';
import { findTerraform, TerraformFolder } from './terraform.harness.ts';

const mirror = findTerraform();
const [cli] = findAwsClis();

/** Terraform wraps its messages: one line, for comparisons. */
const flat = ({ stdout, stderr }: ClientResult): string =>
  `${stdout}${stderr}`.replaceAll(/[│╷╵\s]+/g, ' ');

const filesOf = (variant: string): Readonly<Record<string, string>> => ({
  'main.tf': exampleText(`${variant}/main.tf`),
  'provider.tf': exampleText(`${variant}/provider.tf`),
});

/** The article's first JSON as the trust policy of a role; then what is left of it without Resource. */
const userTrusts = {
  'provider.tf': exampleText('corrected/provider.tf'),
  'trust-user-as-written.json': exampleText('trust-user-as-written.json'),
  'main.tf': `
resource "aws_iam_role" "as_written" {
  name               = "Test-as-written"
  assume_role_policy = file("trust-user-as-written.json")
}
resource "aws_iam_role" "placeholder" {
  name = "Test-placeholder"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::AWS-account-ID:user/user-name" }
    }
  })
}
`,
};

describe.skipIf(mirror === undefined || cli === undefined)('article 001 with Terraform', () => {
  let article: Article;
  let terraform: TerraformFolder;
  let refused: Promise<ClientResult>;

  beforeAll(async () => {
    article = await Article.open(cli as AwsCli);
    const trusts = new TerraformFolder(article.sekisho, mirror ?? '', userTrusts);
    trusts.run('init');
    // Terraform repeats "Invalid principal in policy" for two minutes: meanwhile the rest is tested.
    refused = trusts.start('apply', '-auto-approve');
    terraform = new TerraformFolder(article.sekisho, mirror ?? '', filesOf('as-written'));
  }, 60_000);
  afterAll(async () => {
    await refused;
    await article.sekisho.stop();
  }, 300_000);

  test('001-7 as written: `...` in the instance is no HCL', () => {
    const init = terraform.attempt('init');
    expect(init.code).toBe(1);
    expect(flat(init)).toContain(
      'Error: Argument or block definition required on main.tf line 64, ' +
        'in resource "aws_instance" "ecs_container_instance": 64: ...',
    );
  }, 60_000);

  test('001-9 D11 as written: a comma too many in the task role’s policy', () => {
    terraform.write(filesOf('filled-in'));
    expect(terraform.run('init').code).toBe(0);
    const validate = terraform.attempt('validate');
    expect(validate.code).toBe(1);
    expect(flat(validate)).toContain(
      `Error: "policy" contains an invalid JSON policy: invalid character ']' looking for ` +
        'beginning of value, at byte offset 122 with aws_iam_policy.task_role_policy,',
    );
  }, 120_000);

  test('001-4…11 corrected: apply creates all nine', () => {
    terraform.write(filesOf('corrected'));
    const apply = terraform.run('apply', '-auto-approve');
    expect(apply.stdout).toContain('Apply complete! Resources: 9 added, 0 changed, 0 destroyed.');
    const created = [...apply.stdout.matchAll(/^(\S+): Creation complete/gm)].map(
      ([, name]) => name,
    );
    expect(created.toSorted()).toEqual([
      'aws_ecs_task_definition.ecs_task',
      'aws_iam_instance_profile.ecs_container_instance_profile',
      'aws_iam_policy.ecs_container_instance_policy',
      'aws_iam_policy.task_role_policy',
      'aws_iam_role.ec2_instance_role',
      'aws_iam_role.task_role',
      'aws_iam_role_policy_attachment.ecs_container_instance_policy_attachment',
      'aws_iam_role_policy_attachment.task_role_policy_attachment',
      'aws_instance.ecs_container_instance',
    ]);
  }, 300_000);

  test('001-4…11 the AWS CLI sees what Terraform has made', () => {
    const described = article.json('ec2 describe-instances --query Reservations[].Instances[]');
    expect(described).toMatchObject([
      {
        State: { Name: 'running' },
        IamInstanceProfile: {
          Arn: `arn:aws:iam::${account}:instance-profile/ecs_container_instance_profile`,
        },
      },
    ]);
    const definition = article.json('ecs describe-task-definition --task-definition ecs_task');
    expect(definition).toMatchObject({
      taskDefinition: {
        revision: 1,
        taskRoleArn: `arn:aws:iam::${account}:role/task_role`,
        containerDefinitions: [{ name: 'nginx', image: 'nginx:latest', memoryReservation: 512 }],
      },
    });
  });

  test('001-4…11 a second plan has no changes', () => {
    const plan = terraform.run('plan', '-detailed-exitcode');
    expect(plan.stdout).toContain('No changes.');
    expect(plan.code).toBe(0);
  }, 300_000);

  test('001-4…7 destroyed out of order: the three conflicts', () => {
    const conflict = (command: string): string => article.refused(words(command));
    expect(conflict('iam delete-role --role-name ec2_instance_role')).toContain(
      '(DeleteConflict) when calling the DeleteRole operation: ' +
        'Cannot delete entity, must detach all policies first.',
    );
    const policy = policyArn('ecs_container_instance_policy');
    expect(conflict(`iam delete-policy --policy-arn ${policy}`)).toContain(
      '(DeleteConflict) when calling the DeletePolicy operation: ' +
        'Cannot delete a policy attached to entities.',
    );
    const detach = 'iam detach-role-policy --role-name ec2_instance_role --policy-arn';
    article.json(detach, policy);
    const profile = 'iam delete-instance-profile --instance-profile-name';
    for (const command of [
      'iam delete-role --role-name ec2_instance_role',
      `${profile} ecs_container_instance_profile`,
    ]) {
      expect(conflict(command)).toContain(
        'Cannot delete entity, must remove roles from instance profile first.',
      );
    }
    article.json(detach.replace('detach', 'attach'), policy);
  });

  test('001-4…11 destroy is clean', () => {
    const destroy = terraform.run('destroy', '-auto-approve');
    expect(destroy.stdout).toContain('Destroy complete! Resources: 9 destroyed.');
    expect(article.json('iam list-roles --query Roles[].RoleName')).toEqual([]);
    expect(article.json('iam list-policies --scope Local --query Policies')).toEqual([]);
    expect(article.json('iam list-instance-profiles --query InstanceProfiles')).toEqual([]);
    expect(article.json('ecs list-task-definitions --query taskDefinitionArns')).toEqual([]);
  }, 300_000);

  test('001-1 D9 D10 the article’s first JSON fails at apply', async () => {
    const apply = await refused;
    expect(apply.code).toBe(1);
    expect(flat(apply)).toMatch(
      /creating IAM Role \(Test-as-written\): operation error IAM: CreateRole, https response error StatusCode: 400, RequestID: \S+ MalformedPolicyDocument: Has prohibited field Resource/,
    );
    expect(flat(apply)).toMatch(
      /creating IAM Role \(Test-placeholder\): operation error IAM: CreateRole, https response error StatusCode: 400, RequestID: \S+ MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::AWS-account-ID:user\/user-name"/,
    );
  }, 300_000);
});
