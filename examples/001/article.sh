#!/usr/bin/env bash
# Article 001 in bash: a role for a user, the Terraform files (by the AWS CLI where Terraform is not
# usable), the instance as a container instance, and the task on it. Ends at the first failure.
# Needs: a running server (npm start), the AWS CLI, curl. Uses Terraform when it is in PATH.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''

account=$(aws sts get-caller-identity --query Account --output text)
role_arn="arn:aws:iam::$account:role" policy_arn="arn:aws:iam::$account:policy"
files=$(mktemp -d)
trap 'rm -r "$files"' EXIT
sed "s/<ACCOUNT_ID>/$account/" trust-user.json > "$files/trust-user.json"

run() { printf '+ %s\n' "$*"; "$@"; }
# Runs what must be refused in these words.
refused() {
  local words=$1 said
  shift
  printf '+ %s\n' "$*"
  if said=$("$@" 2>&1); then printf 'not refused\n' >&2; return 1; fi
  printf '%s\n' "$said"
  [[ $said == *"$words"* ]]
}

# A role that a user assumes: the first JSON as written, then corrected.
run aws iam create-user --user-name user-name --query User.Arn
refused 'Has prohibited field Resource' \
  aws iam create-role --role-name Test1 --assume-role-policy-document file://trust-user-as-written.json
run aws iam create-role --role-name Test1 --assume-role-policy-document "file://$files/trust-user.json" --query Role.Arn
keys=$(aws iam create-access-key --user-name user-name --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
read -r id secret <<< "$keys"
# Footnote 3: a profile with source_profile and role_arn; the AWS CLI assumes the role by itself.
printf '[profile user-name]\n[profile Test1]\nrole_arn = %s/Test1\nsource_profile = user-name\n' "$role_arn" > "$files/config"
(umask 077; printf '[user-name]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$id" "$secret" > "$files/credentials")
as_test1() {
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN HOME="$files" AWS_PROFILE=Test1 \
    AWS_CONFIG_FILE="$files/config" AWS_SHARED_CREDENTIALS_FILE="$files/credentials" "$@"
}
run as_test1 aws sts get-caller-identity --query Arn

# The two Terraform files, corrected. As written they fail: see as-written and filled-in.
if command -v terraform > /dev/null && terraform -chdir=corrected init -input=false > /dev/null 2>&1; then
  refused 'Argument or block definition required' terraform -chdir=as-written init -no-color
  terraform -chdir=filled-in init -input=false > /dev/null
  refused '"policy" contains an invalid JSON policy' terraform -chdir=filled-in validate -no-color
  run terraform -chdir=corrected apply -auto-approve
  run terraform -chdir=corrected plan -detailed-exitcode
else
  refused 'Syntax errors in policy.' \
    aws iam create-policy --policy-name task_role_policy --policy-document file://task-role-policy-as-written.json
  run aws iam create-role --role-name ec2_instance_role --assume-role-policy-document file://trust-ec2.json --query Role.Arn
  run aws iam create-policy --policy-name ecs_container_instance_policy --policy-document file://ecs-container-instance-policy.json --query Policy.Arn
  run aws iam attach-role-policy --role-name ec2_instance_role --policy-arn "$policy_arn/ecs_container_instance_policy"
  run aws iam create-instance-profile --instance-profile-name ecs_container_instance_profile --query InstanceProfile.Arn
  run aws iam add-role-to-instance-profile --instance-profile-name ecs_container_instance_profile --role-name ec2_instance_role
  run aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --instance-type t2.micro --metadata-options HttpTokens=required --iam-instance-profile Name=ecs_container_instance_profile --query 'Instances[0].InstanceId'
  run aws iam create-role --role-name task_role --assume-role-policy-document file://trust-ecs-tasks.json --query Role.Arn
  run aws iam create-policy --policy-name task_role_policy --policy-document file://task-role-policy.json --query Policy.Arn
  run aws iam attach-role-policy --role-name task_role --policy-arn "$policy_arn/task_role_policy"
  run aws ecs register-task-definition --family ecs_task --task-role-arn "$role_arn/task_role" --container-definitions file://container-definitions.json --query taskDefinition.taskDefinitionArn
fi

# The instance joins the cluster default with the credentials of its role.
instance=$(aws ec2 describe-instances --filters "Name=iam-instance-profile.arn,Values=arn:aws:iam::$account:instance-profile/ecs_container_instance_profile" Name=instance-state-name,Values=pending,running --query 'Reservations[0].Instances[0].InstanceId' --output text)
run aws ec2 wait instance-running --instance-ids "$instance"
run aws ecs create-cluster --cluster-name default --query cluster.clusterArn
run sekisho instance exec "$instance" -- aws sts get-caller-identity --query Arn
run sekisho instance exec "$instance" -- bash register-container-instance.sh default > /dev/null

# The task lists the bucket with its task role, and may not read from it.
bucket="article-001-$account"
run aws s3 mb "s3://$bucket"
run aws s3 cp trust-ec2.json "s3://$bucket/trust-ec2.json" --no-progress
task=$(aws ecs run-task --task-definition ecs_task --query 'tasks[0].taskArn' --output text)
run aws ecs wait tasks-running --tasks "$task"
run sekisho task exec "$task" -- aws s3 ls "s3://$bucket"
refused 'because no identity-based policy allows the s3:GetObject action' \
  sekisho task exec "$task" -- aws s3api get-object --bucket "$bucket" --key trust-ec2.json /dev/null
