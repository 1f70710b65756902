/** The deploy role of a GitHub workflow: an image to ECR, a task definition and a service to ECS. */
import { account, type WorkloadPolicy } from './decision-workload.ts';

const ecs = `arn:aws:ecs:ap-northeast-1:${account}`;
const ecr = `arn:aws:ecr:ap-northeast-1:${account}`;
const roles = [
  `arn:aws:iam::${account}:role/ecsTaskExecutionRole`,
  `arn:aws:iam::${account}:role/flask-task-role`,
];

/** The seven statements that the article gives such a role. */
export const deployPolicy: WorkloadPolicy = [
  { effect: 'Allow', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
  {
    effect: 'Allow',
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:CompleteLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:BatchGetImage',
      'ecr:DescribeRepositories',
      'ecr:ListImages',
    ],
    resources: [`${ecr}:repository/flask`],
  },
  {
    effect: 'Allow',
    actions: ['ecr:CreateRepository'],
    resources: ['*'],
    condition: {
      operator: 'StringEquals',
      key: 'aws:RequestedRegion',
      value: 'ap-northeast-1',
    },
  },
  {
    effect: 'Allow',
    actions: ['ecs:DescribeClusters', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition'],
    resources: [`${ecs}:cluster/main`, `${ecs}:service/main/web`, `${ecs}:task-definition/web*`],
  },
  { effect: 'Allow', actions: ['ecs:RegisterTaskDefinition'], resources: ['*'] },
  { effect: 'Allow', actions: ['ecs:UpdateService'], resources: [`${ecs}:service/main/web`] },
  {
    effect: 'Allow',
    actions: ['iam:PassRole'],
    resources: roles,
    condition: {
      operator: 'StringEquals',
      key: 'iam:PassedToService',
      value: 'ecs-tasks.amazonaws.com',
    },
  },
];

const context = [
  ['aws:RequestedRegion', 'ap-northeast-1'],
  ['aws:SecureTransport', 'true'],
  ['aws:SourceIp', '10.1.2.3'],
  ['iam:PassedToService', 'ecs-tasks.amazonaws.com'],
] as const;

/** What one deployment asks, and one thing that it may not do. */
export const deployRequests = [
  { action: 'ecr:GetAuthorizationToken', resource: '*' },
  { action: 'ecr:InitiateLayerUpload', resource: `${ecr}:repository/flask` },
  { action: 'ecr:UploadLayerPart', resource: `${ecr}:repository/flask` },
  { action: 'ecr:PutImage', resource: `${ecr}:repository/flask` },
  { action: 'ecr:CreateRepository', resource: `${ecr}:repository/flask` },
  { action: 'ecs:DescribeTaskDefinition', resource: `${ecs}:task-definition/web:12` },
  { action: 'ecs:DescribeServices', resource: `${ecs}:service/main/web` },
  { action: 'ecs:UpdateService', resource: `${ecs}:service/main/web` },
  { action: 'iam:PassRole', resource: roles[1] ?? '' },
  { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/admin` },
].map((request) => ({ ...request, context, principal: 0 }));
