#!/usr/bin/env bash
# Removes everything that article.sh has made, in the order that IAM asks for.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''
set -x

account=$(aws sts get-caller-identity --query Account --output text)
policy_arn="arn:aws:iam::$account:policy"
for task in $(aws ecs list-tasks --family ecs_task --query 'taskArns[]' --output text); do
  aws ecs stop-task --task "$task" --query task.taskArn
  aws ecs wait tasks-stopped --tasks "$task"
done
for instance in $(aws ecs list-container-instances --query 'containerInstanceArns[]' --output text); do
  aws ecs deregister-container-instance --container-instance "$instance" --force --query containerInstance.status
done
aws ecs delete-cluster --cluster default --query cluster.status
aws s3 rb "s3://article-001-$account" --force

if [ -f corrected/terraform.tfstate ]; then
  terraform -chdir=corrected destroy -auto-approve
  rm corrected/terraform.tfstate*
else
  for instance in $(aws ec2 describe-instances --filters "Name=iam-instance-profile.arn,Values=arn:aws:iam::$account:instance-profile/ecs_container_instance_profile" Name=instance-state-name,Values=running --query 'Reservations[].Instances[].InstanceId' --output text); do
    aws ec2 terminate-instances --instance-ids "$instance"
    aws ec2 wait instance-terminated --instance-ids "$instance"
  done
  for definition in $(aws ecs list-task-definitions --family-prefix ecs_task --query 'taskDefinitionArns[]' --output text); do
    aws ecs deregister-task-definition --task-definition "$definition" --query taskDefinition.status
  done
  aws iam remove-role-from-instance-profile --instance-profile-name ecs_container_instance_profile --role-name ec2_instance_role
  aws iam delete-instance-profile --instance-profile-name ecs_container_instance_profile
  aws iam detach-role-policy --role-name ec2_instance_role --policy-arn "$policy_arn/ecs_container_instance_policy"
  aws iam detach-role-policy --role-name task_role --policy-arn "$policy_arn/task_role_policy"
  aws iam delete-role --role-name ec2_instance_role
  aws iam delete-role --role-name task_role
  aws iam delete-policy --policy-arn "$policy_arn/ecs_container_instance_policy"
  aws iam delete-policy --policy-arn "$policy_arn/task_role_policy"
fi

for key in $(aws iam list-access-keys --user-name user-name --query 'AccessKeyMetadata[].AccessKeyId' --output text); do
  aws iam delete-access-key --user-name user-name --access-key-id "$key"
done
aws iam delete-role --role-name Test1
aws iam delete-user --user-name user-name
