#!/usr/bin/env bash
# Removes what article.sh has made.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER='' AWS_REGION=us-west-2 AWS_DEFAULT_REGION=us-west-2

account=$(aws sts get-caller-identity --query Account --output text)
revisions=$(aws ecs list-task-definitions --family-prefix flask-app --query 'taskDefinitionArns[]' --output text)
keys=$(aws iam list-access-keys --user-name author --query 'AccessKeyMetadata[].AccessKeyId' --output text)
set -x
aws ecs delete-service --cluster portfolio --service flask --force --query service.status
aws ecs wait services-inactive --cluster portfolio --services flask
aws ecs delete-cluster --cluster portfolio --query cluster.status
for revision in $revisions; do aws ecs deregister-task-definition --task-definition "$revision" --query taskDefinition.status; done
aws logs delete-log-group --log-group-name /ecs/flask-app
aws ecr delete-repository --repository-name flask-app --force --query repository.repositoryName
aws iam delete-role-policy --role-name github-start-stop --policy-name start-stop
aws iam delete-role --role-name github-start-stop
aws iam delete-role-policy --role-name github-deploy --policy-name deploy
aws iam delete-role --role-name github-deploy
aws iam delete-open-id-connect-provider --open-id-connect-provider-arn "arn:aws:iam::$account:oidc-provider/token.actions.githubusercontent.com"
aws iam detach-role-policy --role-name ecsTaskExecutionRole --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
aws iam delete-role --role-name ecsTaskExecutionRole
aws iam delete-role --role-name flaskAppTaskRole
for key in $keys; do aws iam delete-access-key --user-name author --access-key-id "$key"; done
aws iam detach-user-policy --user-name author --policy-arn "arn:aws:iam::$account:policy/article-000"
aws iam delete-policy --policy-arn "arn:aws:iam::$account:policy/article-000"
aws iam delete-user --user-name author
