/** The policy documents of article 000, byte for byte as in examples/000. */

/** `author-policy.json`: what the user of section 1 may. */
export const authorPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Roles",
      "Effect": "Allow",
      "Action": ["iam:CreateRole", "iam:GetRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
      "Resource": [
        "<TASK_EXECUTION_ROLE_ARN>",
        "<TASK_ROLE_ARN>",
        "arn:aws:iam::<ACCOUNT_ID>:role/github-*"
      ]
    },
    {
      "Sid": "ManagedPolicies",
      "Effect": "Allow",
      "Action": "iam:AttachRolePolicy",
      "Resource": ["<TASK_EXECUTION_ROLE_ARN>", "arn:aws:iam::<ACCOUNT_ID>:role/github-*"],
      "Condition": {
        "ArnEquals": {
          "iam:PolicyARN": [
            "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"
          ]
        }
      }
    },
    {
      "Sid": "IdentityProvider",
      "Effect": "Allow",
      "Action": ["iam:CreateOpenIDConnectProvider", "iam:GetOpenIDConnectProvider"],
      "Resource": "arn:aws:iam::<ACCOUNT_ID>:oidc-provider/token.actions.githubusercontent.com"
    },
    {
      "Sid": "ConsoleLists",
      "Effect": "Allow",
      "Action": [
        "iam:ListOpenIDConnectProviders",
        "iam:ListPolicies",
        "iam:ListRoles",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets"
      ],
      "Resource": "*"
    },
    {
      "Sid": "Workload",
      "Effect": "Allow",
      "Action": [
        "ecr:CreateRepository",
        "ecs:CreateCluster",
        "ecs:CreateService",
        "ecs:RegisterTaskDefinition",
        "logs:CreateLogGroup"
      ],
      "Resource": [
        "arn:aws:ecr:<REGION>:<ACCOUNT_ID>:repository/<ECR_REPOSITORY>",
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:cluster/<CLUSTER>",
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:service/<CLUSTER>/<SERVICE>",
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:task-definition/<TASK_FAMILY>:*",
        "arn:aws:logs:<REGION>:<ACCOUNT_ID>:log-group:/ecs/<TASK_FAMILY>*"
      ]
    },
    {
      "Sid": "FirstCluster",
      "Effect": "Allow",
      "Action": "iam:CreateServiceLinkedRole",
      "Resource": "arn:aws:iam::<ACCOUNT_ID>:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
      "Condition": { "StringEquals": { "iam:AWSServiceName": "ecs.amazonaws.com" } }
    },
    {
      "Sid": "PassTaskRoles",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": ["<TASK_EXECUTION_ROLE_ARN>", "<TASK_ROLE_ARN>"],
      "Condition": {
        "StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" }
      }
    }
  ]
}
`;

/** `task-trust-policy.json`: trust of both task roles. */
export const taskTrustPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Service": "ecs-tasks.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }
  ]
}
`;

/** `trust-policy-as-written.json`: section 5. */
export const trustPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::<ACCOUNT_ID>:oidc-provider/token.actions.githubusercontent.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
        },
        "StringLike": {
          "token.actions.githubusercontent.com:sub": [
            "repo:<ORG>/<REPO_NAME>:ref:refs/heads/main",
            "repo:<ORG>/<REPO_NAME>:ref:refs/tags/v*.*.*"
          ]
        }
      }
    }
  ]
}
`;

/** `deploy-policy-as-written.json`: section 6. */
export const deployPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ECRAuth",
      "Effect": "Allow",
      "Action": ["ecr:GetAuthorizationToken"],
      "Resource": "*"
    },
    {
      "Sid": "ECRPushPullRepoScoped",
      "Effect": "Allow",
      "Action": [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:BatchGetImage",
        "ecr:DescribeRepositories",
        "ecr:ListImages"
      ],
      "Resource": "arn:aws:ecr:<REGION>:<ACCOUNT_ID>:repository/<ECR_REPOSITORY>"
    },
    {
      "Sid": "ECRCreateRepoOptional",
      "Effect": "Allow",
      "Action": ["ecr:CreateRepository"],
      "Resource": "*",
      "Condition": {
        "StringEquals": {"aws:RequestedRegion": "<REGION>"}
      }
    },
    {
      "Sid": "ECSDescribe",
      "Effect": "Allow",
      "Action": [
        "ecs:DescribeClusters",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition"
      ],
      "Resource": [
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:cluster/<CLUSTER>",
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:service/<CLUSTER>/<SERVICE>",
        "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:task-definition/<TASK_FAMILY>*"
      ]
    },
    {
      "Sid": "ECSRegisterTaskDef",
      "Effect": "Allow",
      "Action": ["ecs:RegisterTaskDefinition"],
      "Resource": "*"
    },
    {
      "Sid": "ECSUpdateService",
      "Effect": "Allow",
      "Action": ["ecs:UpdateService"],
      "Resource": "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:service/<CLUSTER>/<SERVICE>"
    },
    {
      "Sid": "PassTaskRoles",
      "Effect": "Allow",
      "Action": ["iam:PassRole"],
      "Resource": [
        "<TASK_EXECUTION_ROLE_ARN>",
        "<TASK_ROLE_ARN>"
      ],
      "Condition": {
        "StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" }
      }
    }
  ]
}
`;
