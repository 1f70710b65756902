/** VPC endpoints with Terraform (apply, an empty plan, destroy) and with the AWS CLI through one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AwsCli,
  aws,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';
import { awsProvider, findTerraform, TerraformFolder } from './terraform.harness.ts';

const mirror = findTerraform();

const configuration = `${awsProvider}
resource "aws_vpc" "main" {
  cidr_block           = "10.7.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  for_each          = { a = "10.7.1.0/24", b = "10.7.2.0/24" }
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = "us-east-1\${each.key}"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "192.168.0.0/16"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_route_table.private.id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }]
  })
  tags = { Name = "s3" }
}

resource "aws_vpc_endpoint" "registry" {
  for_each            = toset(["ecr.api", "ecr.dkr"])
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.\${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = values(aws_subnet.private)[*].id
  security_group_ids  = [aws_security_group.endpoints.id]
}
`;

let sekisho: Sekisho;

beforeAll(async () => {
  sekisho = await startSekisho();
});

afterAll(async () => {
  await sekisho.stop();
});

describe.skipIf(mirror === undefined)('Terraform', () => {
  test('a VPC with endpoints is applied, planned empty, destroyed', () => {
    const files = { 'main.tf': configuration };
    const terraform = new TerraformFolder(sekisho, mirror ?? '', files);
    expect(terraform.run('init').code).toBe(0);
    const apply = terraform.run('apply', '-auto-approve');
    expect(apply.stdout).toMatch(/Apply complete! Resources: 11 added, 0 changed, 0 destroyed\./);
    const plan = terraform.run('plan', '-detailed-exitcode');
    expect(plan.stdout).toContain('No changes.');
    const destroy = terraform.run('destroy', '-auto-approve');
    expect(destroy.stdout).toMatch(/Destroy complete! Resources: 11 destroyed\./);
  }, 300_000);
});

const clis = findAwsClis();

describe.skipIf(clis.length === 0)('the AWS CLI', () => {
  test.each(clis.map((cli) => [cli.name, cli] as const))(
    '%s through an endpoint',
    (_name, cli: AwsCli) => {
      const run = (...args: readonly string[]) => aws(cli, sekisho, args);
      const text = (...args: readonly string[]) => run(...args, '--output', 'text').stdout.trim();
      const vpc = text('ec2', 'describe-vpcs', '--query', 'Vpcs[0].VpcId');
      const service = ['--service-name', 'com.amazonaws.us-east-1.s3'];
      const create = ['create-vpc-endpoint', '--vpc-id', vpc, ...service];
      const query = ['--query', 'VpcEndpoint.[VpcEndpointId,DnsEntries[-1].DnsName]'];
      const [id = '', address = ''] = text('ec2', ...create, ...query).split(/\s+/);
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:ListAllMyBuckets', Resource: '*' },
        ],
      });
      const modify = ['modify-vpc-endpoint', '--vpc-endpoint-id', id];
      expect(run('ec2', ...modify, '--policy-document', policy).code).toBe(0);
      const through = { ...sekisho, endpoint: `http://${address}` };
      expect(aws(cli, through, ['s3api', 'list-buckets']).code).toBe(0);
      const refused = aws(cli, through, ['s3api', 'create-bucket', '--bucket', 'endpoint-bucket']);
      expect(refused.stderr).toContain(
        'because no VPC endpoint policy allows the s3:CreateBucket action',
      );
      // `sekisho env` points this service's clients at the endpoint.
      const args = ['env', '--data-dir', sekisho.dataFolder, '--endpoint', sekisho.endpoint];
      const printed = runClient(
        process.execPath,
        [...commandArguments, ...args, '--vpc-endpoint', id],
        { env: clientEnvironment(sekisho) },
      );
      expect(printed.stdout).toContain(`export AWS_ENDPOINT_URL_S3='http://${address}'`);
      expect(run('ec2', 'delete-vpc-endpoints', '--vpc-endpoint-ids', id).code).toBe(0);
    },
    120_000,
  );
});
