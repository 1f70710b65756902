/** Article 002: what the instance is refused, with the article's policies and with less. */

import { because, inside, setUp, type Title } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { bucketOnly, getOnly, objectsOnly, putOnly } from './documents.ts';

/** With the article's policies. */
export const instanceRefusals: readonly Step[] = [
  setUp('002-11', { en: 'Make a file', ja: 'ファイルを作成' }, words('touch test.txt'), {
    where: 'in the instance',
  }),
  setUp(
    '002-11',
    { en: 'Upload it to S3', ja: 'ファイルを S3 に転送' },
    words('aws s3 cp test.txt s3://ut-wordpress-s3'),
    { where: 'in the instance' },
  ),
  setUp(
    '002-11',
    { en: 'Create another bucket', ja: '別のバケットを作成' },
    words('aws s3 mb s3://ut-wordpress-s3-other'),
    { undo: [words('aws s3 rb s3://ut-wordpress-s3-other --force')] },
  ),
  inside({
    id: '002-11',
    title: { en: 'List another bucket', ja: '別のバケットの一覧' },
    args: words('aws s3 ls s3://ut-wordpress-s3-other'),
    says: ['(AccessDenied) when calling the ListObjectsV2 operation', because('s3:ListBucket')],
    deniedAction: 's3:ListBucket',
    fix: {
      en: 'Add arn:aws:s3:::ut-wordpress-s3-other to the Resource of the first statement',
      ja: '1 つ目のステートメントの Resource に arn:aws:s3:::ut-wordpress-s3-other を加える',
    },
  }),
  inside({
    id: '002-11',
    title: { en: 'List the roles', ja: 'ロールの一覧' },
    args: words('aws iam list-roles'),
    says: ['(AccessDenied) when calling the ListRoles operation', because('iam:ListRoles')],
    deniedAction: 'iam:ListRoles',
    fix: {
      en: 'Allow the role iam:ListRoles, if the instance really needs it',
      ja: 'インスタンスに本当に必要なら、ロールに iam:ListRoles を許可する',
    },
  }),
  inside({
    id: '002-12',
    title: { en: 'Read metrics', ja: 'メトリクスの読み取り' },
    args: words(
      'aws cloudwatch get-metric-data --metric-data-queries [] --start-time 2026-01-01T00:00:00Z --end-time 2026-01-02T00:00:00Z',
    ),
    says: ['(AccessDenied)', because('cloudwatch:GetMetricData')],
    deniedAction: 'cloudwatch:GetMetricData',
    fix: {
      en: 'Allow the role cloudwatch:GetMetricData: PutMetricData only writes',
      ja: 'ロールに cloudwatch:GetMetricData を許可する。PutMetricData は書き込みだけ',
    },
  }),
];

function rolePolicy(title: Title, document: string, undo?: Step['undo']): Step {
  return setUp(
    '002-11',
    title,
    [
      ...words('aws iam put-role-policy --role-name umemoto-wordpress-role --policy-name s3'),
      '--policy-document',
      document,
    ],
    undo === undefined ? {} : { undo },
  );
}

const attachment =
  '--role-name umemoto-wordpress-role --policy-arn arn:aws:iam::<account>:policy/S3-Wordpress-ut';
const upload = 'aws s3 cp test.txt s3://ut-wordpress-s3';
const bothArns: Title = {
  en: 'Name the bucket (…:::ut-wordpress-s3) for ListBucket and its objects (…:::ut-wordpress-s3/*) for PutObject, as s3policy.json does',
  ja: 's3policy.json のように、ListBucket にはバケット(…:::ut-wordpress-s3)、PutObject にはオブジェクト(…:::ut-wordpress-s3/*)を指定する',
};

/** With less: the last steps, since they take the S3 policy away. */
export const lesserRoleRefusals: readonly Step[] = [
  setUp(
    '002-11',
    { en: 'Detach S3-Wordpress-ut from the role', ja: 'ロールから S3-Wordpress-ut をデタッチ' },
    words(`aws iam detach-role-policy ${attachment}`),
    { undo: [words(`aws iam attach-role-policy ${attachment}`)] },
  ),
  inside({
    id: '002-11',
    title: { en: 'Upload without the S3 policy', ja: 'S3 のポリシーなしで転送' },
    args: words(upload),
    says: [
      'upload failed: ./test.txt to s3://ut-wordpress-s3/test.txt',
      '(AccessDenied) when calling the PutObject operation: User: arn:aws:sts::<account>:assumed-role/umemoto-wordpress-role/<instance> is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::ut-wordpress-s3/test.txt" because no identity-based policy allows the s3:PutObject action',
    ],
    deniedAction: 's3:PutObject',
    fix: {
      en: 'aws iam attach-role-policy with the policy S3-Wordpress-ut',
      ja: 'aws iam attach-role-policy でポリシー S3-Wordpress-ut をアタッチする',
    },
  }),
  rolePolicy(
    { en: 'Allow the role s3:PutObject only', ja: 'ロールに s3:PutObject だけを許可' },
    putOnly,
    [words('aws iam delete-role-policy --role-name umemoto-wordpress-role --policy-name s3')],
  ),
  inside({
    id: '002-11',
    title: { en: 'Copy from S3 without s3:GetObject', ja: 's3:GetObject なしで S3 からコピー' },
    args: words('aws s3 cp s3://ut-wordpress-s3/test.txt ./'),
    says: ['fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden'],
    deniedAction: 's3:GetObject',
    fix: {
      en: 'Allow s3:GetObject on arn:aws:s3:::ut-wordpress-s3/*: HeadObject asks for it too',
      ja: 'arn:aws:s3:::ut-wordpress-s3/* への s3:GetObject を許可する。HeadObject にも必要',
    },
  }),
  inside({
    id: '002-11',
    title: {
      en: 'Write with an ACL without s3:PutObjectAcl',
      ja: 's3:PutObjectAcl なしで ACL 付きの書き込み',
    },
    args: words(
      'aws s3api put-object --bucket ut-wordpress-s3 --key acl.txt --acl bucket-owner-full-control',
    ),
    says: ['(AccessDenied) when calling the PutObject operation', because('s3:PutObjectAcl')],
    deniedAction: 's3:PutObjectAcl',
    fix: {
      en: 'Allow s3:PutObjectAcl, or leave --acl out',
      ja: 's3:PutObjectAcl を許可するか、--acl を付けない',
    },
  }),
  rolePolicy(
    { en: 'Allow the role s3:GetObject only', ja: 'ロールに s3:GetObject だけを許可' },
    getOnly,
  ),
  inside({
    id: '002-11',
    title: {
      en: 'A key that does not exist, without s3:ListBucket: 403, not 404',
      ja: 's3:ListBucket なしで存在しないキー: 404 ではなく 403',
    },
    args: words('aws s3 cp s3://ut-wordpress-s3/none.txt ./'),
    says: ['An error occurred (403) when calling the HeadObject operation: Forbidden'],
    deniedAction: 's3:ListBucket',
    fix: {
      en: 'Allow s3:ListBucket on the bucket: only then S3 says that a key does not exist',
      ja: 'バケットへの s3:ListBucket を許可する。許可されていて初めて、キーがないことが分かる',
    },
  }),
  rolePolicy(
    { en: 'N7: a policy on the bucket only', ja: 'N7: バケットだけを指定したポリシー' },
    bucketOnly,
  ),
  inside({
    id: '002-11',
    title: { en: 'N7: upload with it', ja: 'N7: そのポリシーで転送' },
    args: words(upload),
    says: ['upload failed', because('s3:PutObject')],
    deniedAction: 's3:PutObject',
    fix: bothArns,
  }),
  rolePolicy(
    { en: 'N7: a policy on the objects only', ja: 'N7: オブジェクトだけを指定したポリシー' },
    objectsOnly,
  ),
  inside({
    id: '002-11',
    title: { en: 'N7: list the bucket with it', ja: 'N7: そのポリシーでバケットの一覧' },
    args: words('aws s3 ls s3://ut-wordpress-s3'),
    says: ['(AccessDenied) when calling the ListObjectsV2 operation', because('s3:ListBucket')],
    deniedAction: 's3:ListBucket',
    fix: bothArns,
  }),
];
