/** Terraform's ECS resources: apply, an empty plan, a new revision, destroy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sekisho, startSekisho } from './harness.ts';
import { awsProvider, findTerraform, TerraformFolder } from './terraform.harness.ts';

const mirror = findTerraform();

const configuration = `${awsProvider}
variable "memory" {
  default = "512"
}

resource "aws_ecs_cluster" "web" {
  name = "web"
  tags = { Team = "web" }
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "web" {
  cluster_name       = aws_ecs_cluster.web.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 100
  }
}

resource "aws_iam_role" "execution" {
  name = "execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }
  })
}

resource "aws_ecs_task_definition" "fargate" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.execution.arn
  tags                     = { Team = "web" }
  container_definitions = jsonencode([{
    name         = "web"
    image        = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
    essential    = true
    portMappings = [{ containerPort = 80 }]
    environment  = [{ name = "A", value = "1" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = "/ecs/web"
        "awslogs-region"        = "us-east-1"
        "awslogs-stream-prefix" = "web"
      }
    }
  }])
}

resource "aws_ecs_task_definition" "ec2" {
  family        = "nginx"
  task_role_arn = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name      = "nginx"
    image     = "nginx"
    memory    = 512
    essential = true
  }])
}

resource "aws_ecs_account_setting_default" "insights" {
  name  = "containerInsights"
  value = "enabled"
}
`;

describe.skipIf(mirror === undefined)('Terraform’s ECS', () => {
  let sekisho: Sekisho;
  let terraform: TerraformFolder;

  beforeAll(async () => {
    sekisho = await startSekisho();
    terraform = new TerraformFolder(sekisho, mirror ?? '', { 'main.tf': configuration });
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  test('apply creates clusters and task definitions', () => {
    expect(terraform.run('init').code).toBe(0);
    const apply = terraform.run('apply', '-auto-approve');
    expect(apply.stdout).toContain('6 added, 0 changed, 0 destroyed');
  }, 300_000);

  test('the next plan is empty', () => {
    expect(terraform.run('plan', '-detailed-exitcode').code).toBe(0);
  }, 300_000);

  test('a change of a task definition is a new revision', () => {
    const apply = terraform.run('apply', '-auto-approve', '-var', 'memory=1024');
    expect(apply.stdout).toContain('1 added, 0 changed, 1 destroyed');
  }, 300_000);

  test('destroy removes everything', () => {
    const destroy = terraform.run('destroy', '-auto-approve');
    expect(destroy.stdout).toContain('6 destroyed');
  }, 300_000);
});
