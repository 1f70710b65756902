#!/usr/bin/env bash
# Article 002 in bash: policies, role, instance profile, bucket, instance, and the ten commands.
# Needs: a running server (npm start), the AWS CLI. Ends at the first command that fails.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''
set -x

account=$(aws sts get-caller-identity --query Account --output text)

# What the article takes for granted.
aws ec2 create-key-pair --key-name umemoto_kadai_1 --query KeyFingerprint
vpc=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications "ResourceType=vpc,Tags=[{Key=Name,Value=wordpress-vpc}]" --query Vpc.VpcId --output text)
subnet=$(aws ec2 create-subnet --vpc-id "$vpc" --cidr-block 10.0.1.0/24 --query Subnet.SubnetId --output text)
group=$(aws ec2 create-security-group --group-name wordpress-ec2 --description wordpress --vpc-id "$vpc" --query GroupId --output text)

# 4-1 to 4-4.
aws iam create-policy --policy-name CloudWatch-Wordpress-ut --policy-document file://cloudwatchpolicy.json --tags Key=Name,Value=CloudWatch-Wordpress-ut
aws iam create-policy --policy-name S3-Wordpress-ut --policy-document file://s3policy.json --tags Key=Name,Value=S3-Wordpress-ut
aws iam create-role --role-name umemoto-wordpress-role --assume-role-policy-document file://trustpolicy.json --tags Key=Name,Value=umemoto-wordpress-role
aws iam attach-role-policy --role-name umemoto-wordpress-role --policy-arn "arn:aws:iam::$account:policy/CloudWatch-Wordpress-ut"
aws iam attach-role-policy --role-name umemoto-wordpress-role --policy-arn "arn:aws:iam::$account:policy/S3-Wordpress-ut"
aws iam list-attached-role-policies --role-name umemoto-wordpress-role
aws iam create-instance-profile --instance-profile-name umemoto-wordpress-profile
aws iam add-role-to-instance-profile --instance-profile-name umemoto-wordpress-profile --role-name umemoto-wordpress-role
aws iam get-instance-profile --instance-profile-name umemoto-wordpress-profile

# 5, ① and ②.
aws s3 mb s3://ut-wordpress-s3
instance=$(aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --count 1 --instance-type t2.micro --key-name umemoto_kadai_1 --iam-instance-profile Name=umemoto-wordpress-profile --security-group-ids "$group" --subnet-id "$subnet" --private-ip-address 10.0.1.50 --capacity-reservation-specification CapacityReservationPreference=none --tag-specifications "ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]" --query "Instances[0].InstanceId" --output text)
aws ec2 wait instance-running --instance-ids "$instance"

# ③ to ⑩, in the instance.
sekisho instance exec "$instance" -- touch test.txt
sekisho instance exec "$instance" -- aws s3 cp test.txt s3://ut-wordpress-s3
sekisho instance exec "$instance" -- aws s3 ls s3://ut-wordpress-s3
sekisho instance exec "$instance" -- rm test.txt
sekisho instance exec "$instance" -- aws s3 cp s3://ut-wordpress-s3/test.txt ./
sekisho instance exec "$instance" -- ls test.txt
sekisho instance exec "$instance" -- aws s3 rm s3://ut-wordpress-s3/test.txt
sekisho instance exec "$instance" -- aws s3 ls s3://ut-wordpress-s3
rm test.txt
