/** The policy documents of article 002, byte for byte as in examples/002, and those of the refusals. */

/** `cloudwatchpolicy.json` as the article prints it. */
export const cloudWatchPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "cloudwatch:PutMetricData",
         "ec2:DescribeTags"
            ],
            "Resource": "*"
        }
    ]
}
`;

/** `s3policy.json` as the article prints it. */
export const s3Policy = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "s3:GetBucketPublicAccessBlock",
                "s3:ListBucket",
                "s3:GetBucketLocation"
            ],
            "Resource": "arn:aws:s3:::ut-wordpress-s3"
        },
        {
            "Effect": "Allow",
            "Action": [
                "s3:PutObject",
                "s3:GetObject",
                "s3:DeleteObject",
                "s3:PutObjectAcl"
            ],
            "Resource": "arn:aws:s3:::ut-wordpress-s3/*"
        }
    ]
}
`;

/** `trustpolicy.json` as the article prints it. */
export const trustPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": "ec2.amazonaws.com"
            },
            "Action": "sts:AssumeRole"
        }
    ]
}
`;

/** The three files of the article, by name. */
export const articleFiles: ReadonlyMap<string, string> = new Map([
  ['cloudwatchpolicy.json', cloudWatchPolicy],
  ['s3policy.json', s3Policy],
  ['trustpolicy.json', trustPolicy],
]);

/** A policy of these statements, on one line. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const bucket = 'arn:aws:s3:::ut-wordpress-s3';
const launch = { Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' };

function passRoleTo(service: string): object {
  return {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::<account>:role/umemoto-wordpress-role',
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  };
}

/** A trust policy with an element that only permissions policies have. */
export const trustWithResource = policyOf({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Resource: '*',
});
export const launchWithoutPassRole = policyOf(launch);
export const launchWithPassRoleToTasks = policyOf(launch, passRoleTo('ecs-tasks.amazonaws.com'));
export const launchWithoutTags = policyOf(
  { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' },
  passRoleTo('ec2.amazonaws.com'),
);
export const putOnly = policyOf({
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: `${bucket}/*`,
});
export const getOnly = policyOf({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `${bucket}/*`,
});
export const bucketOnly = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: bucket });
export const objectsOnly = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: `${bucket}/*` });
