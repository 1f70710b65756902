/** Tests of fixes as text: what a shell, Terraform and CloudFormation read is what was meant. */
import { describe, expect, test } from 'vitest';
import { inputOf, shellWords } from '../diagnosis/shell.fixture.ts';
import { inlinePolicy, logicalName, resourcePolicy, terraformName } from './place.ts';
import { renderFix, shellWord } from './render.ts';
import { interfaceEndpoint, service, taskInSubnets } from './resources.ts';

const text = { en: '', ja: '' };
const document = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: 'arn:aws:s3:::home/${aws:username}/*',
      Condition: { StringEquals: { 'aws:SourceVpce': "vpce-'1" } },
    },
  ],
};

describe('an inline policy', () => {
  const fix = renderFix(text, inlinePolicy({ kind: 'role', name: 'my.role' }, 'read', document));

  test('as an AWS CLI command, quoted for a shell', () => {
    expect(fix.cli).toBe(
      [
        'aws iam put-role-policy \\',
        '  --role-name my.role \\',
        '  --policy-name read \\',
        `  --policy-document '${JSON.stringify(document).replaceAll("'", "'\\''")}'`,
      ].join('\n'),
    );
    const [, , , ...options] = shellWords(fix.cli);
    expect(inputOf(options, false)).toEqual({
      RoleName: 'my.role',
      PolicyName: 'read',
      PolicyDocument: JSON.stringify(document),
    });
  });

  test('as Terraform, its templates escaped', () => {
    expect(fix.terraform).toBe(
      [
        'resource "aws_iam_role_policy" "my_role_read" {',
        '  name = "read"',
        '  role = "my.role"',
        '  policy = jsonencode({',
        '    Version = "2012-10-17"',
        '    Statement = [',
        '      {',
        '        Effect   = "Allow"',
        '        Action   = ["s3:GetObject", "s3:PutObject"]',
        '        Resource = "arn:aws:s3:::home/$${aws:username}/*"',
        '        Condition = {',
        '          StringEquals = {',
        '            "aws:SourceVpce" = "vpce-\'1"',
        '          }',
        '        }',
        '      },',
        '    ]',
        '  })',
        '}',
      ].join('\n'),
    );
  });

  test('as CloudFormation, the version a text and no date', () => {
    expect(fix.cloudFormation).toBe(
      [
        'Resources:',
        '  MyRoleRead:',
        '    Type: AWS::IAM::RolePolicy',
        '    Properties:',
        '      RoleName: my.role',
        '      PolicyName: read',
        '      PolicyDocument:',
        '        Version: "2012-10-17"',
        '        Statement:',
        '          - Effect: Allow',
        '            Action:',
        '              - "s3:GetObject"',
        '              - "s3:PutObject"',
        '            Resource: "arn:aws:s3:::home/${aws:username}/*"',
        '            Condition:',
        '              StringEquals:',
        '                "aws:SourceVpce": "vpce-\'1"',
      ].join('\n'),
    );
  });
});

test('words of a command are quoted where a shell would read them otherwise', () => {
  expect([shellWord('a-b_c/d'), shellWord('a b'), shellWord("it's"), shellWord('$(x)')]).toEqual([
    'a-b_c/d',
    "'a b'",
    "'it'\\''s'",
    "'$(x)'",
  ]);
  expect(shellWord('')).toBe("''");
});

test('names for Terraform and CloudFormation are made of whatever names there are', () => {
  expect(terraformName('9 lives', 'x.y')).toBe('_9_lives_x_y');
  expect(logicalName('ecs-task.role', 'allow-s3')).toBe('EcsTaskRoleAllowS3');
});

test('blocks, lists and flags', () => {
  const endpoint = interfaceEndpoint('com.amazonaws.us-east-1.ecr.dkr', 'vpc-1', ['s-1', 's-2']);
  const fix = renderFix(text, endpoint);
  expect(fix.cli).toContain('--subnet-ids s-1 s-2 \\\n  --private-dns-enabled');
  expect(fix.terraform).toContain('"aws_vpc_endpoint" "ecr_dkr"');
  expect(fix.terraform).toContain('  private_dns_enabled = true');
  expect(fix.cloudFormation).toContain('      SubnetIds:\n        - s-1\n        - s-2');
  const run = renderFix(text, taskInSubnets('c', 'web:1', ['s-1']));
  expect(run.cli).toContain(`'{"awsvpcConfiguration":{"subnets":["s-1"]}}'`);
  expect(run.terraform).toContain('  network_configuration {\n    subnets = ["s-1"]\n  }');
  const made = renderFix(text, service('web', 'c', 'web:1'));
  expect(made.cloudFormation).toContain('      DesiredCount: 1');
});

test.each([
  ['arn:aws:kms:us-east-1:123456789012:key/abc', 'kms put-key-policy'],
  ['arn:aws:ecr:us-east-1:123456789012:repository/a/b', 'ecr set-repository-policy'],
  ['arn:aws:secretsmanager:us-east-1:1:secret:s-AbCdEf', 'secretsmanager put-resource-policy'],
  ['arn:aws:s3:::bucket/key', 's3api put-bucket-policy'],
])('the policy of %s is put by aws %s', (arn, command) => {
  expect(resourcePolicy(arn, document)?.command).toBe(command);
});

test('there is no command for the policy of anything else', () => {
  expect(resourcePolicy('arn:aws:sqs:us-east-1:123456789012:queue', document)).toBeUndefined();
});
