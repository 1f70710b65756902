/** The policy simulator through the AWS CLI, and the command's own answers beside it. */
import { CreateRoleCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article, account, words } from './article-002.harness.ts';
import {
  type AwsCli,
  cleanEnvironment,
  commandArguments,
  findAwsClis,
  runClient,
} from './harness.ts';

const user = `arn:aws:iam::${account}:user/umemoto`;
const role = `arn:aws:iam::${account}:role/closed`;
const document = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

describe.each(findAwsClis().slice(0, 1))('questions, with $name', (cli: AwsCli) => {
  let article: Article;

  beforeAll(async () => {
    article = await Article.open(cli);
    await article.iam.send(new CreateUserCommand({ UserName: 'umemoto' }));
    const PolicyDocument = document(
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::b/*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
    );
    const policy = { UserName: 'umemoto', PolicyName: 'own', PolicyDocument };
    await article.iam.send(new PutUserPolicyCommand(policy));
    const AssumeRolePolicyDocument = document({
      Effect: 'Deny',
      Principal: { AWS: user },
      Action: 'sts:AssumeRole',
    });
    await article.iam.send(new CreateRoleCommand({ RoleName: 'closed', AssumeRolePolicyDocument }));
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  test('simulate-principal-policy tells decision, statement and missing keys', () => {
    const { stdout } = article.run([
      ...words(`iam simulate-principal-policy --policy-source-arn ${user}`),
      ...words('--action-names s3:GetObject s3:PutObject --resource-arns arn:aws:s3:::b/k'),
      ...words('--output json'),
    ]);
    expect(JSON.parse(stdout)['EvaluationResults']).toMatchObject([
      {
        EvalActionName: 's3:GetObject',
        EvalDecision: 'implicitDeny',
        MissingContextValues: ['aws:SecureTransport'],
      },
      { EvalActionName: 's3:PutObject', EvalDecision: 'implicitDeny', MissingContextValues: [] },
    ]);
    const entry = 'ContextKeyName=aws:SecureTransport,ContextKeyValues=true,ContextKeyType=boolean';
    const allowed = article.run([
      ...words(`iam simulate-principal-policy --policy-source-arn ${user}`),
      ...words(`--action-names s3:GetObject --resource-arns arn:aws:s3:::b/k --context-entries`),
      entry,
      ...words('--output json'),
    ]);
    expect(JSON.parse(allowed.stdout)['EvaluationResults'][0]).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'user_umemoto_own', SourcePolicyType: 'IAM Policy' }],
    });
  });

  test('W7: of a role whose trust policy denies, AWS’s simulator says allowed, sekisho can denied', () => {
    const simulated = article.run(
      words(
        `iam simulate-principal-policy --policy-source-arn ${user} --action-names sts:AssumeRole ` +
          `--resource-arns ${role} --query EvaluationResults[0].EvalDecision --output text`,
      ),
    );
    expect(simulated.stdout.trim()).toBe('allowed');
    const can = runClient(
      process.execPath,
      [
        ...commandArguments,
        ...words(`can user/umemoto sts:AssumeRole ${role} --lang en --data-dir`),
        article.sekisho.dataFolder,
        '--endpoint',
        article.sekisho.endpoint,
      ],
      { env: cleanEnvironment(), folder: article.sekisho.folder },
    );
    expect(can).toMatchObject({ code: 3, stdout: expect.stringContaining('role trust policy') });
    expect(can.stdout).toContain('Explicit deny');
  });
});
