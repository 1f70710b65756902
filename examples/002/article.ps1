# Article 002 in PowerShell: policies, role, instance profile, bucket, instance, and the ten commands.
# Needs: a running server (npm start), the AWS CLI. Ends at the first command that fails.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$root = (Resolve-Path (Join-Path $PSScriptRoot '..' | Join-Path -ChildPath '..')).Path
$node = Get-ChildItem -Path (Join-Path $root 'node_modules/node/bin') -Filter 'node*' | Select-Object -First 1
function sekisho { & $node.FullName (Join-Path $root 'packages/sekisho/dist/sekisho.js') @args }
function check { if ($LASTEXITCODE -ne 0) { throw "the last command ended with $LASTEXITCODE" } }
if (-not $env:AWS_ENDPOINT_URL) {
  sekisho env --shell powershell --data-dir (Join-Path $root '.sekisho') | Out-String | Invoke-Expression
}
$env:AWS_PAGER = ''

$account = aws sts get-caller-identity --query Account --output text; check

# What the article takes for granted.
aws ec2 create-key-pair --key-name umemoto_kadai_1 --query KeyFingerprint; check
$vpc = aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications "ResourceType=vpc,Tags=[{Key=Name,Value=wordpress-vpc}]" --query Vpc.VpcId --output text; check
$subnet = aws ec2 create-subnet --vpc-id $vpc --cidr-block 10.0.1.0/24 --query Subnet.SubnetId --output text; check
$group = aws ec2 create-security-group --group-name wordpress-ec2 --description wordpress --vpc-id $vpc --query GroupId --output text; check

# 4-1 to 4-4.
aws iam create-policy `
    --policy-name CloudWatch-Wordpress-ut `
    --policy-document file://cloudwatchpolicy.json `
    --tags Key=Name,Value=CloudWatch-Wordpress-ut; check
aws iam create-policy `
    --policy-name S3-Wordpress-ut `
    --policy-document file://s3policy.json `
    --tags Key=Name,Value=S3-Wordpress-ut; check
aws iam create-role `
    --role-name umemoto-wordpress-role `
    --assume-role-policy-document file://trustpolicy.json `
    --tags Key=Name,Value=umemoto-wordpress-role; check
aws iam attach-role-policy `
    --role-name umemoto-wordpress-role `
    --policy-arn "arn:aws:iam::${account}:policy/CloudWatch-Wordpress-ut"; check
aws iam attach-role-policy `
    --role-name umemoto-wordpress-role `
    --policy-arn "arn:aws:iam::${account}:policy/S3-Wordpress-ut"; check
aws iam list-attached-role-policies --role-name umemoto-wordpress-role; check
aws iam create-instance-profile --instance-profile-name umemoto-wordpress-profile; check
aws iam add-role-to-instance-profile `
    --instance-profile-name umemoto-wordpress-profile `
    --role-name umemoto-wordpress-role; check
aws iam get-instance-profile --instance-profile-name umemoto-wordpress-profile; check

# 5, ① and ②.
aws s3 mb s3://ut-wordpress-s3; check
$instance = aws ec2 run-instances `
    --image-id ami-0cbec04a61be382d9 `
    --count 1 --instance-type t2.micro `
    --key-name umemoto_kadai_1 `
    --iam-instance-profile Name=umemoto-wordpress-profile `
    --security-group-ids $group `
    --subnet-id $subnet `
    --private-ip-address 10.0.1.50 `
    --capacity-reservation-specification CapacityReservationPreference=none `
    --tag-specifications "ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]" `
    --query "Instances[0].InstanceId" --output text; check
aws ec2 wait instance-running --instance-ids $instance; check

# ③ to ⑩, in the instance; the file lies in this folder. '--' is quoted for PowerShell.
New-Item -ItemType File -Force test.txt | Out-Null
sekisho instance exec $instance '--' aws s3 cp test.txt s3://ut-wordpress-s3; check
sekisho instance exec $instance '--' aws s3 ls s3://ut-wordpress-s3; check
Remove-Item test.txt
sekisho instance exec $instance '--' aws s3 cp s3://ut-wordpress-s3/test.txt ./; check
Get-ChildItem test.txt
sekisho instance exec $instance '--' aws s3 rm s3://ut-wordpress-s3/test.txt; check
sekisho instance exec $instance '--' aws s3 ls s3://ut-wordpress-s3; check
Remove-Item test.txt
