/** Terraform's IAM resources: apply, an empty plan, destroy. Ids are those of article 001. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sekisho, startSekisho } from './harness.ts';
import { awsProvider, findTerraform, TerraformFolder } from './terraform.harness.ts';

const mirror = findTerraform();

const configuration = `${awsProvider}
resource "aws_iam_role" "ec2" {
  name = "web"
  path = "/app/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Sid       = ""
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }
  })
  max_session_duration = 7200
  tags = { Name = "web" }
}

resource "aws_iam_policy" "read" {
  name        = "read"
  description = "reads"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:Get*", "s3:List*"], Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.ec2.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "ec2:DescribeTags", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.ec2.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.ec2.name
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  role = aws_iam_role.ec2.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0cbec04a61be382d9"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.web.name
  tags                 = { Name = "web" }
}

resource "aws_iam_user" "deploy" {
  name = "deploy"
  tags = { Team = "web" }
}

resource "aws_iam_group" "deployers" {
  name = "deployers"
}

resource "aws_iam_user_group_membership" "deploy" {
  user   = aws_iam_user.deploy.name
  groups = [aws_iam_group.deployers.name]
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
`;

describe.skipIf(mirror === undefined)('001-4…7 Terraform', () => {
  let sekisho: Sekisho;
  let terraform: TerraformFolder;

  beforeAll(async () => {
    sekisho = await startSekisho();
    terraform = new TerraformFolder(sekisho, mirror ?? '', { 'main.tf': configuration });
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  test('apply creates everything', () => {
    expect(terraform.run('init').code).toBe(0);
    const apply = terraform.run('apply', '-auto-approve');
    expect(apply.stdout).toMatch(/Apply complete! Resources: 11 added, 0 changed, 0 destroyed\./);
  }, 300_000);

  test('a second plan has no changes', () => {
    const plan = terraform.run('plan', '-detailed-exitcode');
    expect(plan.stdout).toContain('No changes.');
    expect(plan.code).toBe(0);
  }, 300_000);

  test('destroy leaves nothing', () => {
    const destroy = terraform.run('destroy', '-auto-approve');
    expect(destroy.stdout).toMatch(/Destroy complete! Resources: 11 destroyed\./);
  }, 300_000);
});
