#!/usr/bin/env bash
# Removes everything that article.sh has made.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''
set -x

account=$(aws sts get-caller-identity --query Account --output text)
instances=$(aws ec2 describe-instances --filters Name=tag:Name,Values=iamrole-test Name=instance-state-name,Values=running --query "Reservations[].Instances[].InstanceId" --output text)
for instance in $instances; do
  aws ec2 terminate-instances --instance-ids "$instance"
  aws ec2 wait instance-terminated --instance-ids "$instance"
done
aws s3 rb s3://ut-wordpress-s3 --force
aws iam remove-role-from-instance-profile --instance-profile-name umemoto-wordpress-profile --role-name umemoto-wordpress-role
aws iam delete-instance-profile --instance-profile-name umemoto-wordpress-profile
aws iam detach-role-policy --role-name umemoto-wordpress-role --policy-arn "arn:aws:iam::$account:policy/CloudWatch-Wordpress-ut"
aws iam detach-role-policy --role-name umemoto-wordpress-role --policy-arn "arn:aws:iam::$account:policy/S3-Wordpress-ut"
aws iam delete-role --role-name umemoto-wordpress-role
aws iam delete-policy --policy-arn "arn:aws:iam::$account:policy/CloudWatch-Wordpress-ut"
aws iam delete-policy --policy-arn "arn:aws:iam::$account:policy/S3-Wordpress-ut"
for vpc in $(aws ec2 describe-vpcs --filters Name=tag:Name,Values=wordpress-vpc --query "Vpcs[].VpcId" --output text); do
  for group in $(aws ec2 describe-security-groups --filters "Name=vpc-id,Values=$vpc" Name=group-name,Values=wordpress-ec2 --query "SecurityGroups[].GroupId" --output text); do
    aws ec2 delete-security-group --group-id "$group"
  done
  for subnet in $(aws ec2 describe-subnets --filters "Name=vpc-id,Values=$vpc" --query "Subnets[].SubnetId" --output text); do
    aws ec2 delete-subnet --subnet-id "$subnet"
  done
  aws ec2 delete-vpc --vpc-id "$vpc"
done
aws ec2 delete-key-pair --key-name umemoto_kadai_1
