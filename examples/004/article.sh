#!/usr/bin/env bash
# Article 004 in bash: the execution role, a task that pulls with it, secrets, a pull through a VPC endpoint.
# What must fail is tried, too. Needs: a server (--tasks process for the log), the AWS CLI. Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json

region=${AWS_REGION:-us-east-1}
account=$(aws sts get-caller-identity --query Account --output text)
files=$(mktemp -d)
trap 'rm -r "$files"' EXIT
run() { printf '+ %s\n' "$*"; "$@"; }

# The article's placeholders, in every JSON file.
fill() {
  for name in *.json; do
    sed -e "s/<region>/$region/g; s/<aws_account_id>/$account/g" \
      -e "s/<secret_name>/article-database/g; s/secret:secret_name/secret:article-database/g" \
      -e "s#\"<parameter_name>\"#\"/article/token\"#g; s#<parameter_name>#article/token#g" \
      -e "s/<key_id>/${key:-}/g; s#key/key_id#key/${key:-}#g; s#<secret_arn>#${secret:-}#g" \
      -e "s/vpce-xxxxxx/${endpoint:-}/g; s/\"vpc-xxxxx\"/\"${vpc:-}\"/g" "$name" > "$files/$name"
  done
}
policy() { run aws iam put-role-policy --role-name ecsTaskExecutionRole --policy-name article --policy-document "file://$files/$1"; }
register() { run aws ecs register-task-definition --cli-input-json "file://$files/$1" --query taskDefinition.taskDefinitionArn; }

# Runs a task and tells how it ends.
task() {
  local subnet=$1 arn reason status
  arn=$(aws ecs run-task --cluster article --task-definition article --launch-type FARGATE \
    --network-configuration "awsvpcConfiguration={subnets=[$subnet],assignPublicIp=ENABLED}" --query 'tasks[0].taskArn' --output text)
  for _ in $(seq 60); do
    read -r status reason < <(aws ecs describe-tasks --cluster article --tasks "$arn" \
      --query 'tasks[0].[lastStatus,stoppedReason]' --output text)
    case $status in STOPPED | RUNNING) break ;; esac
    sleep 0.5
  done
  printf '%s: %s\n' "$status" "$reason"
}
starts() { run task "$1" | tee "$files/said"; grep -qE '^RUNNING|Essential container in task exited' "$files/said"; }
fails() { run task "$1" | tee "$files/said"; grep -q "$2" "$files/said"; }

# What the article takes for granted: an image in ECR (its layer is an empty archive), a cluster, a log group.
run aws ecr create-repository --repository-name article-app --query repository.repositoryUri
push() {
  local upload
  upload=$(aws ecr initiate-layer-upload --repository-name article-app --query uploadId --output text)
  aws ecr upload-layer-part --repository-name article-app --upload-id "$upload" --part-first-byte 0 \
    --part-last-byte "$(($(wc -c < "$1") - 1))" --layer-part-blob "fileb://$1" --query lastByteReceived
  aws ecr complete-layer-upload --repository-name article-app --upload-id "$upload" \
    --layer-digests "sha256:$(sha256sum "$1" | cut -d' ' -f1)" --query layerDigest
}
run push layer.tar
run push image-config.json
run aws ecr put-image --repository-name article-app --image-tag latest --image-manifest file://image-manifest.json --query image.imageId
run aws ecs create-cluster --cluster-name article --query cluster.status
run aws logs create-log-group --log-group-name /ecs/article
subnet=$(aws ec2 describe-subnets --filters Name=default-for-az,Values=true --query 'Subnets[0].SubnetId' --output text)

# The role, by the AWS CLI.
run aws iam create-role \
    --role-name ecsTaskExecutionRole \
    --assume-role-policy-document file://ecs-tasks-trust-policy.json --query Role.Arn
run aws iam attach-role-policy \
    --role-name ecsTaskExecutionRole \
    --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy

# Is it right? What the console shows.
run aws iam list-attached-role-policies --role-name ecsTaskExecutionRole
run aws iam get-role --role-name ecsTaskExecutionRole --query Role.AssumeRolePolicyDocument

# A task with it.
fill
register task-definition.json
starts "$subnet"

# Secrets, under a key of one's own. The policy as written forgets ssm:GetParameters (D21).
key=$(aws kms create-key --query KeyMetadata.KeyId --output text)
secret=$(aws secretsmanager create-secret --name article-database --kms-key-id "$key" --secret-string '{"username":"team","password":"hush"}' --query ARN --output text)
run aws ssm put-parameter --name /article/token --type SecureString --value t0ken --query Version
fill
register task-definition-secrets.json
policy secrets-as-written.json
fails "$subnet" 'not authorized to perform: ssm:GetParameters'
policy secrets.json
starts "$subnet"

# A private registry's policy as written: the secret's ARN ends in six more characters (D20).
register task-definition-private-registry.json
policy private-registry-as-written.json
fails "$subnet" 'not authorized to perform: secretsmanager:GetSecretValue'
policy private-registry.json
starts "$subnet"

# A pull that is bound to a VPC and its endpoint: only the inline policy may allow it.
vpc=$(aws ec2 create-vpc --cidr-block 10.4.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=Name,Value=article-vpc}]' --query Vpc.VpcId --output text)
run aws ec2 modify-vpc-attribute --vpc-id "$vpc" --enable-dns-hostnames
private=$(aws ec2 create-subnet --vpc-id "$vpc" --cidr-block 10.4.1.0/24 --query Subnet.SubnetId --output text)
endpoint=$(aws ec2 create-vpc-endpoint --vpc-id "$vpc" --vpc-endpoint-type Interface --service-name "com.amazonaws.$region.ecr.dkr" \
  --subnet-ids "$private" --private-dns-enabled --query VpcEndpoint.VpcEndpointId --output text)
run aws ec2 create-vpc-endpoint --vpc-id "$vpc" --vpc-endpoint-type Interface --service-name "com.amazonaws.$region.logs" \
  --subnet-ids "$private" --private-dns-enabled
# The layers come from S3.
table=$(aws ec2 describe-route-tables --filters "Name=vpc-id,Values=$vpc" --query 'RouteTables[0].RouteTableId' --output text)
run aws ec2 create-vpc-endpoint --vpc-id "$vpc" --service-name "com.amazonaws.$region.s3" --route-table-ids "$table"
fill
register task-definition.json
run aws iam detach-role-policy --role-name ecsTaskExecutionRole --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
policy vpc-as-written.json
starts "$private"
fails "$subnet" '403 Forbidden'
policy vpc-token.json
fails "$private" 'not authorized to perform: ecr:GetAuthorizationToken'

# What the tasks have written (with --tasks process).
run aws logs filter-log-events --log-group-name /ecs/article --query 'events[].message'
