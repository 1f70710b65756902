/** Article 002 with less: what AWS refuses, in its words; ids are those of the acceptance table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article, account, exampleText, runInstances, words } from './article-002.harness.ts';
import { type AwsCli, findAwsClis } from './harness.ts';

const RoleName = 'umemoto-wordpress-role';
const InstanceProfileName = 'umemoto-wordpress-profile';
const Bucket = 'ut-wordpress-s3';
const bucketArn = `arn:aws:s3:::${Bucket}`;

function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

describe.each(findAwsClis())('article 002 refused, with $name', (cli: AwsCli) => {
  let article: Article;
  let network = { subnetId: '', groupId: '' };

  beforeAll(async () => {
    article = await Article.open(cli);
    network = await article.prepareNetwork();
    const AssumeRolePolicyDocument = exampleText('trustpolicy.json');
    await article.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await article.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await article.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await article.s3.send(new CreateBucketCommand({ Bucket }));
    await article.s3.send(new PutObjectCommand({ Bucket, Key: 'there.txt', Body: 'x' }));
    const { Instances } = await article.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0cbec04a61be382d9',
        InstanceType: 't2.micro',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: InstanceProfileName },
      }),
    );
    article.instanceId = Instances?.[0]?.InstanceId ?? '';
    writeFileSync(join(article.sekisho.folder, 'test.txt'), '');
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  describe('002-11 the role with less', () => {
    const allow = async (Action: string, Resource: string): Promise<void> => {
      const PolicyDocument = document({ Effect: 'Allow', Action, Resource });
      const policy = { RoleName, PolicyName: 's3', PolicyDocument };
      await article.iam.send(new PutRolePolicyCommand(policy));
    };

    test('without the S3 policy the upload fails, naming s3:PutObject', () => {
      const up = article.inside(`s3 cp test.txt s3://${Bucket}`);
      expect(up.stderr).toContain(`upload failed: ./test.txt to s3://${Bucket}/test.txt`);
      expect(up.stderr).toContain(
        '(AccessDenied) when calling the PutObject operation: ' +
          `User: arn:aws:sts::${account}:assumed-role/${RoleName}/${article.instanceId} ` +
          `is not authorized to perform: s3:PutObject on resource: "${bucketArn}/test.txt" ` +
          'because no identity-based policy allows the s3:PutObject action',
      );
    });

    test('without GetObject: 403 from HeadObject, and a missing key is 403, not 404', async () => {
      await allow('s3:PutObject', `${bucketArn}/*`);
      expect(article.inside(`s3 cp s3://${Bucket}/there.txt ./`).stderr).toContain(
        'fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden',
      );
      await allow('s3:GetObject', `${bucketArn}/*`);
      expect(article.inside(`s3 cp s3://${Bucket}/there.txt ./`).stderr).toBe('');
      expect(article.inside(`s3 cp s3://${Bucket}/none.txt ./`).stderr).toContain('(403)');
    });

    test('N7: a policy on the bucket only, or on its objects only', async () => {
      await allow('s3:*', bucketArn);
      expect(article.inside(`s3 ls s3://${Bucket}`).code).toBe(0);
      expect(article.inside(`s3 cp test.txt s3://${Bucket}`).stderr).toContain('s3:PutObject');
      await allow('s3:*', `${bucketArn}/*`);
      expect(article.inside(`s3 cp test.txt s3://${Bucket}`).stderr).toBe('');
      expect(article.inside(`s3 ls s3://${Bucket}`).stderr).toContain('s3:ListBucket');
    });
  });

  describe('002-10 a user with less', () => {
    let credentials: { readonly id: string; readonly secret: string };
    const UserName = 'umemoto';
    const create = { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' };
    const tag = { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*' };
    const passRole = (service: string): object => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    const allow = async (...statements: readonly object[]): Promise<void> => {
      const policy = { UserName, PolicyName: 'p', PolicyDocument: document(...statements) };
      await article.iam.send(new PutUserPolicyCommand(policy));
    };
    const refused = (): string => article.refused(runInstances(network), { credentials });

    beforeAll(async () => {
      await article.iam.send(new CreateUserCommand({ UserName }));
      const { AccessKey } = await article.iam.send(new CreateAccessKeyCommand({ UserName }));
      credentials = { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    });

    test('002-9 negative: no CreateBucket right', () => {
      expect(article.refused(words('s3 mb s3://mine-alone'), { credentials })).toContain(
        `User: arn:aws:iam::${account}:user/umemoto is not authorized to perform: s3:CreateBucket ` +
          'on resource: "arn:aws:s3:::mine-alone" ' +
          'because no identity-based policy allows the s3:CreateBucket action',
      );
    });

    test('no PassRole: UnauthorizedOperation, and only who may decodes the message', async () => {
      await allow(create, tag);
      const message = refused();
      const role = `arn:aws:iam::${account}:role/${RoleName}`;
      expect(message).toContain(
        '(UnauthorizedOperation) when calling the RunInstances operation: You are not authorized ' +
          `to perform this operation. User: arn:aws:iam::${account}:user/umemoto is not authorized ` +
          `to perform: iam:PassRole on resource: ${role} ` +
          'because no identity-based policy allows the iam:PassRole action',
      );
      const encoded = /Encoded authorization failure message: (\S+)/.exec(message)?.[1] ?? '';
      expect(encoded).toMatch(/^[A-Za-z0-9_-]{100,}$/);
      const decode = `sts decode-authorization-message --encoded-message ${encoded}`;
      expect(article.refused(words(decode), { credentials })).toContain(
        'sts:DecodeAuthorizationMessage',
      );
      const { DecodedMessage } = article.json(decode) as { DecodedMessage: string };
      expect(JSON.parse(DecodedMessage)).toMatchObject({
        allowed: false,
        explicitDeny: false,
        context: { action: 'iam:PassRole', resource: role },
      });
    });

    test('PassRole to another service is not enough', async () => {
      await allow(create, tag, passRole('ecs-tasks.amazonaws.com'));
      expect(refused()).toContain('iam:PassRole');
    });

    test('no ec2:CreateTags', async () => {
      await allow(create, passRole('ec2.amazonaws.com'));
      expect(refused()).toContain('ec2:CreateTags');
      await allow(create, tag, passRole('ec2.amazonaws.com'));
      expect(article.run(runInstances(network), { credentials }).stderr).toBe('');
    });
  });
});
