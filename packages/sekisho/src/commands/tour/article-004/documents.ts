/** The files of article 004, byte for byte as in examples/004, and the policies of its steps. */

/** The trust policy as the article prints it. */
export const trustPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "",
      "Effect": "Allow",
      "Principal": {
        "Service": "ecs-tasks.amazonaws.com"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
`;

/** AmazonECSTaskExecutionRolePolicy as the article prints it. */
export const executionPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
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

/** What the managed policy lacks for `awslogs-create-group`. */
export const createLogGroup = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "logs:CreateLogGroup",
      "Resource": "*"
    }
  ]
}
`;

/** The manifest of the image, whose layer is an empty archive. */
export const imageManifest = `{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": {
    "mediaType": "application/vnd.oci.image.config.v1+json",
    "digest": "sha256:ea8c5e05bbd72dc486110f21d5f888a8d34c30e7d9ca46ed3f603dce2f41a167",
    "size": 164
  },
  "layers": [
    {
      "mediaType": "application/vnd.oci.image.layer.v1.tar",
      "digest": "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
      "size": 1024
    }
  ]
}
`;

/** The configuration of the image. */
const imageConfig = `{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]}}
`;

/** Files of the working folder, by name. */
export const files004: ReadonlyMap<string, string> = new Map([
  ['ecs-tasks-trust-policy.json', trustPolicy],
  ['execution-policy.json', executionPolicy],
  ['create-log-group.json', createLogGroup],
  ['image-config.json', imageConfig],
  ['image-manifest.json', imageManifest],
  // An archive without members.
  ['layer.tar', '\0'.repeat(1024)],
]);

/** The region that the article leaves open. */
export const region004 = 'us-east-1';

/** A policy of these statements, on one line. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Leave to do this on that. */
export const allow = (Action: string | readonly string[], Resource = '*'): object => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region004}:<account>:${resource}`;
const read = ['secretsmanager:GetSecretValue', 'kms:Decrypt'];
const keyArn = arn('kms', 'key/<key>');
const parameterArn = arn('ssm', 'parameter/article/token');
const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const token = 'ecr:GetAuthorizationToken';
const network = {
  Condition: { StringEquals: { 'aws:sourceVpce': '<vpce>', 'aws:sourceVpc': '<vpc>' } },
};

/** The article's policy for secrets: no ssm:GetParameters, and an ARN without its six characters. */
export const secretsAsWritten = policyOf({
  ...allow(read),
  Resource: [arn('secretsmanager', 'secret:article-database'), keyArn],
});
/** The same, corrected. */
export const secretsCorrected = policyOf({
  ...allow(['ssm:GetParameters', ...read]),
  Resource: [parameterArn, arn('secretsmanager', 'secret:article-database-??????'), keyArn],
});
/** Without kms:Decrypt. */
export const secretsWithoutKey = policyOf(
  allow('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:article-database-??????')),
);
/** The article's policy for a pull through a VPC endpoint. */
export const vpcPolicy = policyOf(allow([token, ...logs]), { ...allow(pull), ...network });
/** With the same condition on the registry token. */
export const vpcPolicyWithToken = policyOf(allow(logs), { ...allow([token, ...pull]), ...network });
/** A permissions boundary that forgets the image. */
export const boundaryWithoutPull = policyOf(allow([token, 'logs:*']));
/** Who may start tasks with one role. */
export const deployerPolicy = policyOf(allow(['ecs:*', 'ec2:Describe*']), {
  ...allow('iam:PassRole', 'arn:aws:iam::<account>:role/ecsTaskExecutionRole'),
  Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
});
/** A trust policy for instances. */
export const trustOfInstances = policyOf({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
