#!/usr/bin/env bash
# Article 000 in bash: a user, two roles, the identity provider, a deploy role, and what GitHub's jobs do with it.
# Needs: a server started with --github-issuer local, the AWS CLI, curl, skopeo. Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER='' AWS_REGION=us-west-2 AWS_DEFAULT_REGION=us-west-2 AWS_DEFAULT_OUTPUT=json

org=${ORG:-octo-org} repo=${REPO_NAME:-flask-app} org_id=${ORG_ID:-285964} repo_id=${REPO_ID:-1339936803}
account=$(aws sts get-caller-identity --query Account --output text)
role() { echo "arn:aws:iam::$account:role/$1"; }
files=$(mktemp -d)
trap 'rm -r "$files"' EXIT
for name in *.json *.yml; do
  sed -e "s/<ACCOUNT_ID>/$account/g; s/<REGION>/$AWS_REGION/g; s/<ORG>/$org/g; s/<REPO_NAME>/$repo/g" \
    -e "s/<ORG_ID>/$org_id/g; s/<REPO_ID>/$repo_id/g; s/<ECR_REPOSITORY>/flask-app/g; s/<TASK_FAMILY>/flask-app/g" \
    -e "s/<CLUSTER>/portfolio/g; s/<SERVICE>/flask/g" \
    -e "s#<TASK_EXECUTION_ROLE_ARN>#$(role ecsTaskExecutionRole)#g; s#<TASK_ROLE_ARN>#$(role flaskAppTaskRole)#g" \
    "$name" > "$files/$name"
done
cp -r image "$files"
cd "$files"

run() { printf '+ %s\n' "$*"; "$@"; }
# What must be refused: the words that must be in the answer, then the command.
refused() {
  local words=$1 said
  shift
  printf '+ %s\n' "$*"
  if said=$("$@" 2>&1); then echo 'This was not refused.' >&2; return 1; fi
  printf '%s\n' "$said"
  [[ $said == *"$words"* ]]
}
# What configure-aws-credentials does with the job's token: STS takes it without a signature.
assume() {
  local token
  token=$(sekisho oidc token --repo "$org/$repo" --owner-id "$org_id" --repo-id "$repo_id" "$@")
  aws sts assume-role-with-web-identity --no-sign-request --role-arn "$(role github-deploy)" \
    --role-session-name GitHubActions --web-identity-token "$token" --output text \
    --query "${query:-AssumedRoleUser.Arn}"
}
not_authorized='Not authorized to perform sts:AssumeRoleWithWebIdentity'
# The rest as this access key.
become() { export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=${3:-}; [ -n "${3:-}" ] || unset AWS_SESSION_TOKEN; }

# 1. The user that does the rest, and may do no more.
run aws iam create-user --user-name author --query User.Arn
run aws iam create-policy --policy-name article-000 --policy-document file://author-policy.json --query Policy.Arn
run aws iam attach-user-policy --user-name author --policy-arn "arn:aws:iam::$account:policy/article-000"
read -r id secret <<< "$(aws iam create-access-key --user-name author --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)"
author() ( become "$id" "$secret"; "$@" )
run author aws sts get-caller-identity --query Arn
refused 'no identity-based policy allows the iam:CreateUser action' author aws iam create-user --user-name other

# 2. The task execution role, and the task role.
run author aws iam create-role --role-name ecsTaskExecutionRole --assume-role-policy-document file://task-trust-policy.json --query Role.Arn
run author aws iam attach-role-policy --role-name ecsTaskExecutionRole --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
run author aws iam create-role --role-name flaskAppTaskRole --assume-role-policy-document file://task-trust-policy.json --query Role.Arn

# 3. The identity provider. GitHub's thumbprint is taken and not needed.
run author aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com --thumbprint-list 6938fd4d98bab03faadb97b34396831e3780aea1

# 4 and 5. The role with the article's trust policy.
run author aws iam create-role --role-name github-deploy --assume-role-policy-document file://trust-policy-as-written.json --query Role.Arn
run assume --ref refs/heads/main
run assume --ref refs/tags/v1.2.3
refused "$not_authorized" assume --ref refs/heads/dev
refused "$not_authorized" assume --event pull_request
refused "$not_authorized" assume --environment prod
refused "$not_authorized" assume --subject with-ids

# The corrected trust policy: also the subject of repositories made after 15 July 2026.
run author aws iam update-assume-role-policy --role-name github-deploy --policy-document file://trust-policy.json
run assume --subject with-ids
refused "$not_authorized" assume --subject with-ids --environment prod

# What is deployed to.
run author aws ecr create-repository --repository-name flask-app --query repository.repositoryUri
run author aws logs create-log-group --log-group-name /ecs/flask-app
run author aws ecs create-cluster --cluster-name portfolio --query cluster.clusterArn
run author aws ecs register-task-definition --cli-input-json file://taskdef.json --query taskDefinition.taskDefinitionArn
subnet=$(author aws ec2 describe-subnets --query 'Subnets[0].SubnetId' --output text)
run author aws ecs create-service --cluster portfolio --service-name flask --task-definition flask-app --desired-count 0 --launch-type FARGATE --network-configuration "awsvpcConfiguration={subnets=[$subnet],assignPublicIp=ENABLED}" --query service.serviceArn

# 6. The policy of seven statements, as the article prints it: D2, D3 are refused.
run author aws iam put-role-policy --role-name github-deploy --policy-name deploy --policy-document file://deploy-policy-as-written.json
read -r job_id job_secret job_token <<< "$(query='Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' assume)"
job() ( become "$job_id" "$job_secret" "$job_token"; "$@" )
refused 'no identity-based policy allows the ecs:DescribeTaskDefinition action' job aws ecs describe-task-definition --task-definition flask-app
refused 'no identity-based policy allows the ecr:InitiateLayerUpload action' job aws ecr initiate-layer-upload --repository-name other
refused 'no identity-based policy allows the ecr:CreateRepository action' job aws ecr create-repository --repository-name flask-app --region ap-northeast-1
refused 'no identity-based policy allows the ecs:RunTask action' job aws ecs run-task --cluster portfolio --task-definition flask-app

# Corrected; then the whole workflow, as GitHub would run it.
run author aws iam put-role-policy --role-name github-deploy --policy-name deploy --policy-document file://deploy-policy.json
run job aws ecs describe-task-definition --task-definition flask-app --query taskDefinition.family
run sekisho github run deploy-cli.yml --repo "$org/$repo"

# Started and stopped on demand, by a role that can do only this.
run author aws iam create-role --role-name github-start-stop --assume-role-policy-document file://trust-policy.json --query Role.Arn
run author aws iam put-role-policy --role-name github-start-stop --policy-name start-stop --policy-document file://start-stop-policy.json
run job aws ecs update-service --cluster portfolio --service flask --desired-count 1 --query service.desiredCount
run aws ecs wait services-stable --cluster portfolio --services flask
run job aws ecs update-service --cluster portfolio --service flask --desired-count 0 --query service.desiredCount
