/** The files of article 001, byte for byte as in examples/001. */
import { readExamples } from '../examples.ts';

/** The first JSON as the article prints it. */
const trustUserAsWritten = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": { "AWS": "arn:aws:iam::AWS-account-ID:user/user-name" },
    "Resource": "arn:aws:iam::ACCOUNT-ID-WITHOUT-HYPHENS:role/Test*"
  }
}
`;

/** The same, corrected. */
const trustUser = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": { "AWS": "arn:aws:iam::<ACCOUNT_ID>:user/user-name" }
  }
}
`;

/** The trust policy for EC2 as the article prints it. */
const trustEc2 = `{
    "Version": "2012-10-17",
    "Statement": {
        "Sid": "TrustPolicyStatementThatAllowsEC2ServiceToAssumeTheAttachedRole",
        "Effect": "Allow",
        "Principal": { "Service": "ec2.amazonaws.com" },
       "Action": "sts:AssumeRole"
    }
}
`;

/** The trust policy for tasks. */
const trustTasks = `{
    "Version": "2012-10-17",
    "Statement": [
    {
       "Action": "sts:AssumeRole",
       "Principal": {
         "Service": "ecs-tasks.amazonaws.com"
        },
        "Effect": "Allow",
        "Sid": ""
    }
    ]
}
`;

/** The permissions policy of a container instance. */
export const instancePolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "ecs:CreateCluster",
        "ecs:DeregisterContainerInstance",
        "ecs:DiscoverPollEndpoint",
        "ecs:Poll",
        "ecs:RegisterContainerInstance",
        "ecs:StartTelemetrySession",
        "ecs:UpdateContainerInstancesState",
        "ecs:Submit*",
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents"
      ],
      "Resource": "*"
    }
  ]
}
`;

/** The permissions policy of the task, with its comma. */
const taskPolicyAsWritten = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:List*",
      ],
      "Resource": "*"
    }
  ]
}
`;

/** The same, corrected. */
const taskPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:List*"
      ],
      "Resource": "*"
    }
  ]
}
`;

/** The containers of the task definition. */
const containers = `[
  {
    "essential": true,
    "image": "nginx:latest",
    "memoryReservation": 512,
    "name": "nginx"
  }
]
`;

const readNames = [
  'register-container-instance.sh',
  ...['as-written', 'filled-in', 'corrected'].flatMap((folder) => [
    `${folder}/main.tf`,
    `${folder}/provider.tf`,
  ]),
];

const documents: readonly (readonly [name: string, text: string])[] = [
  ['trust-user-as-written.json', trustUserAsWritten],
  ['trust-user.json', trustUser],
  ['trust-ec2.json', trustEc2],
  ['trust-ecs-tasks.json', trustTasks],
  ['ecs-container-instance-policy.json', instancePolicy],
  ['task-role-policy-as-written.json', taskPolicyAsWritten],
  ['task-role-policy.json', taskPolicy],
  ['container-definitions.json', containers],
];

/** By name; read when the tour is played, not by every verb. */
export function readFiles001(): ReadonlyMap<string, string> {
  return new Map([...documents, ...readExamples('001', readNames)]);
}
