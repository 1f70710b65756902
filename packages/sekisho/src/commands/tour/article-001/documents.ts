/** The files of article 001, byte for byte as in examples/001. */
import { correctedFile, filledInFile, mainFile, providerFile } from './terraform-files.ts';

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

/** What the container agent does first, inside the instance. */
const registerScript = `#!/usr/bin/env bash
# What the ECS container agent does first, inside the instance: its identity from the metadata service
# (IMDSv2), its credentials too (the AWS CLI asks for them itself), then the registration.
set -euo pipefail
metadata="\${AWS_EC2_METADATA_SERVICE_ENDPOINT%/}/latest"
token=$(curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")
get() { curl -sS -H "X-aws-ec2-metadata-token: $token" "$metadata/$1"; }
aws ecs register-container-instance --cluster "\${1:-default}" \\
  --instance-identity-document "$(get dynamic/instance-identity/document)" \\
  --instance-identity-document-signature "$(get dynamic/instance-identity/signature)" \\
  --total-resources name=CPU,type=INTEGER,integerValue=1024 name=MEMORY,type=INTEGER,integerValue=983 \\
  --attributes name=com.amazonaws.ecs.capability.task-iam-role name=com.amazonaws.ecs.capability.docker-remote-api.1.18 \\
    name=com.amazonaws.ecs.capability.docker-remote-api.1.21 \\
  --version-info agentVersion=1.90.0,dockerVersion=DockerVersion:25.0.3
`;

/** By name. */
export const files001: ReadonlyMap<string, string> = new Map([
  ['trust-user-as-written.json', trustUserAsWritten],
  ['trust-user.json', trustUser],
  ['trust-ec2.json', trustEc2],
  ['trust-ecs-tasks.json', trustTasks],
  ['ecs-container-instance-policy.json', instancePolicy],
  ['task-role-policy-as-written.json', taskPolicyAsWritten],
  ['task-role-policy.json', taskPolicy],
  ['container-definitions.json', containers],
  ['register-container-instance.sh', registerScript],
  ['as-written/main.tf', mainFile],
  ['as-written/provider.tf', providerFile],
  ['filled-in/main.tf', filledInFile],
  ['filled-in/provider.tf', providerFile],
  ['corrected/main.tf', correctedFile],
  ['corrected/provider.tf', providerFile],
]);
