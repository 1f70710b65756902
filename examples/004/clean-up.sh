#!/usr/bin/env bash
# Removes what article.sh has made, also where it did not come to its end.
set -uo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''
set -x

for task in $(aws ecs list-tasks --cluster article --query 'taskArns[]' --output text); do
  aws ecs stop-task --cluster article --task "$task" --query task.desiredStatus
done
for definition in $(aws ecs list-task-definitions --family-prefix article --query 'taskDefinitionArns[]' --output text); do
  aws ecs deregister-task-definition --task-definition "$definition" --query taskDefinition.status
done
sleep 3
aws ecs delete-cluster --cluster article --query cluster.status
for vpc in $(aws ec2 describe-vpcs --filters Name=tag:Name,Values=article-vpc --query 'Vpcs[].VpcId' --output text); do
  for endpoint in $(aws ec2 describe-vpc-endpoints --filters "Name=vpc-id,Values=$vpc" --query 'VpcEndpoints[].VpcEndpointId' --output text); do
    aws ec2 delete-vpc-endpoints --vpc-endpoint-ids "$endpoint"
  done
  for subnet in $(aws ec2 describe-subnets --filters "Name=vpc-id,Values=$vpc" --query 'Subnets[].SubnetId' --output text); do
    aws ec2 delete-subnet --subnet-id "$subnet"
  done
  aws ec2 delete-vpc --vpc-id "$vpc"
done
aws iam delete-role-policy --role-name ecsTaskExecutionRole --policy-name article
aws iam detach-role-policy --role-name ecsTaskExecutionRole --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
aws iam delete-role --role-name ecsTaskExecutionRole
key=$(aws secretsmanager describe-secret --secret-id article-database --query KmsKeyId --output text)
aws secretsmanager delete-secret --secret-id article-database --force-delete-without-recovery --query ARN
aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 --query KeyState
aws ssm delete-parameter --name /article/token
aws logs delete-log-group --log-group-name /ecs/article
aws ecr delete-repository --repository-name article-app --force --query repository.repositoryName
