/** Terraform's IAM resources: apply, an empty plan, destroy. Ids are those of article 001. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClientResult,
  clientEnvironment,
  findProviderMirror,
  hasProgram,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const mirror = hasProgram('terraform', 'version') ? findProviderMirror() : undefined;
if (mirror === undefined)
  console.warn('skipped: Terraform with a local mirror of the AWS provider');

const configuration = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                   = "us-east-1"
  skip_metadata_api_check  = true
}

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
  let folder = '';
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    sekisho = await startSekisho();
    folder = join(sekisho.folder, 'terraform');
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.tf'), configuration);
    writeFileSync(
      join(folder, 'terraform.rc'),
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n` +
        '    include = ["registry.terraform.io/hashicorp/*"]\n  }\n}\ndisable_checkpoint = true\n',
    );
    environment = {
      ...clientEnvironment(sekisho),
      TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
      TF_IN_AUTOMATION: '1',
    };
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  const terraform = (...args: readonly string[]): ClientResult => {
    const result = runClient('terraform', args, { env: environment, folder });
    if (result.code !== 0) console.warn(result.stdout, result.stderr);
    return result;
  };

  test('apply creates everything', () => {
    expect(terraform('init', '-no-color').code).toBe(0);
    const apply = terraform('apply', '-auto-approve', '-no-color');
    expect(apply.stdout).toMatch(/Apply complete! Resources: 11 added, 0 changed, 0 destroyed\./);
  }, 300_000);

  test('a second plan has no changes', () => {
    const plan = terraform('plan', '-detailed-exitcode', '-no-color');
    expect(plan.stdout).toContain('No changes.');
    expect(plan.code).toBe(0);
  }, 300_000);

  test('destroy leaves nothing', () => {
    const destroy = terraform('destroy', '-auto-approve', '-no-color');
    expect(destroy.stdout).toMatch(/Destroy complete! Resources: 11 destroyed\./);
  }, 300_000);
});
