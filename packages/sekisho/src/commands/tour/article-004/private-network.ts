/** Article 004: a VPC without way out, its endpoints, and a role whose pull is bound to them. */
import { stepOf as step } from '../article-step.ts';
import { nothing } from '../expectation.ts';
import { type Step, words } from '../step.ts';
import { region004, vpcPolicy } from './documents.ts';

/** The endpoints: of the registry, of the logs, and of S3 for the layers. */
export const privateNetwork: readonly Step[] = [
  step(
    '004-7',
    'precondition',
    { en: 'Create a VPC', ja: 'VPC を作成' },
    'aws ec2 create-vpc --cidr-block 10.4.0.0/16',
    { learns: { vpc: ['Vpc', 'VpcId'] }, undo: [words('aws ec2 delete-vpc --vpc-id <vpc>')] },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Give it DNS host names', ja: 'DNS ホスト名を有効化' },
    'aws ec2 modify-vpc-attribute --vpc-id <vpc> --enable-dns-hostnames',
    { expectation: nothing },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Create a subnet', ja: 'サブネットを作成' },
    'aws ec2 create-subnet --vpc-id <vpc> --cidr-block 10.4.1.0/24',
    {
      learns: { privateSubnet: ['Subnet', 'SubnetId'] },
      undo: [words('aws ec2 delete-subnet --subnet-id <privateSubnet>')],
    },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Create the endpoint of the registry', ja: 'レジストリのエンドポイントを作成' },
    `aws ec2 create-vpc-endpoint --vpc-id <vpc> --vpc-endpoint-type Interface
     --service-name com.amazonaws.${region004}.ecr.dkr --subnet-ids <privateSubnet> --private-dns-enabled`,
    {
      learns: { vpce: ['VpcEndpoint', 'VpcEndpointId'] },
      undo: [words('aws ec2 delete-vpc-endpoints --vpc-endpoint-ids <vpce>')],
    },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Create the endpoint of the logs', ja: 'ログのエンドポイントを作成' },
    `aws ec2 create-vpc-endpoint --vpc-id <vpc> --vpc-endpoint-type Interface
     --service-name com.amazonaws.${region004}.logs --subnet-ids <privateSubnet> --private-dns-enabled`,
    {
      learns: { logsEndpoint: ['VpcEndpoint', 'VpcEndpointId'] },
      undo: [words('aws ec2 delete-vpc-endpoints --vpc-endpoint-ids <logsEndpoint>')],
    },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Look up its route table', ja: 'ルートテーブルを確認' },
    'aws ec2 describe-route-tables --filters Name=vpc-id,Values=<vpc>',
    { learns: { routeTable: ['RouteTables', 0, 'RouteTableId'] } },
  ),
  step(
    '004-7',
    'precondition',
    {
      en: 'Create the endpoint of S3, from where the layers come',
      ja: 'レイヤーの取得元である S3 のエンドポイントを作成',
    },
    `aws ec2 create-vpc-endpoint --vpc-id <vpc> --service-name com.amazonaws.${region004}.s3
     --route-table-ids <routeTable>`,
    {
      learns: { layerEndpoint: ['VpcEndpoint', 'VpcEndpointId'] },
      undo: [words('aws ec2 delete-vpc-endpoints --vpc-endpoint-ids <layerEndpoint>')],
    },
  ),
  step(
    '004-7',
    'precondition',
    { en: 'Create a second role', ja: '2 つ目のロールを作成' },
    'aws iam create-role --role-name article-vpc --assume-role-policy-document file://ecs-tasks-trust-policy.json',
    { undo: [words('aws iam delete-role --role-name article-vpc')] },
  ),
  step(
    '004-7',
    'article',
    {
      en: 'Give it the policy with aws:sourceVpce and aws:sourceVpc',
      ja: 'aws:sourceVpce と aws:sourceVpc のポリシーを追加',
    },
    [
      ...words(
        'aws iam put-role-policy --role-name article-vpc --policy-name vpc --policy-document',
      ),
      vpcPolicy,
    ],
    {
      expectation: nothing,
      undo: [words('aws iam delete-role-policy --role-name article-vpc --policy-name vpc')],
    },
  ),
];
