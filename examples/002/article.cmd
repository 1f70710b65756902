@echo off
rem Article 002 in cmd: policies, role, instance profile, bucket, instance, and the ten commands.
rem Needs: a running server (npm start), the AWS CLI. Ends at the first command that fails.
setlocal
cd /d "%~dp0"
set "ROOT=%~dp0..\.."
set "NODE=%ROOT%\node_modules\node\bin\node.exe"
set "MAIN=%ROOT%\packages\sekisho\dist\main.js"
if not defined AWS_ENDPOINT_URL for /f "usebackq delims=" %%i in (`""%NODE%" "%MAIN%" env --shell cmd --data-dir "%ROOT%\.sekisho""`) do %%i
set AWS_PAGER=

for /f %%i in ('aws sts get-caller-identity --query Account --output text') do set ACCOUNT=%%i

rem What the article takes for granted.
aws ec2 create-key-pair --key-name umemoto_kadai_1 --query KeyFingerprint || exit /b 1
for /f %%i in ('aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications "ResourceType=vpc,Tags=[{Key=Name,Value=wordpress-vpc}]" --query Vpc.VpcId --output text') do set VPC=%%i
for /f %%i in ('aws ec2 create-subnet --vpc-id %VPC% --cidr-block 10.0.1.0/24 --query Subnet.SubnetId --output text') do set SUBNET=%%i
for /f %%i in ('aws ec2 create-security-group --group-name wordpress-ec2 --description wordpress --vpc-id %VPC% --query GroupId --output text') do set GROUP=%%i

rem 4-1 to 4-4.
aws iam create-policy ^
    --policy-name CloudWatch-Wordpress-ut ^
    --policy-document file://cloudwatchpolicy.json ^
    --tags Key=Name,Value=CloudWatch-Wordpress-ut || exit /b 1
aws iam create-policy ^
    --policy-name S3-Wordpress-ut ^
    --policy-document file://s3policy.json ^
    --tags Key=Name,Value=S3-Wordpress-ut || exit /b 1
aws iam create-role ^
    --role-name umemoto-wordpress-role ^
    --assume-role-policy-document file://trustpolicy.json ^
    --tags Key=Name,Value=umemoto-wordpress-role || exit /b 1
aws iam attach-role-policy ^
    --role-name umemoto-wordpress-role ^
    --policy-arn arn:aws:iam::%ACCOUNT%:policy/CloudWatch-Wordpress-ut || exit /b 1
aws iam attach-role-policy ^
    --role-name umemoto-wordpress-role ^
    --policy-arn arn:aws:iam::%ACCOUNT%:policy/S3-Wordpress-ut || exit /b 1
aws iam list-attached-role-policies --role-name umemoto-wordpress-role || exit /b 1
aws iam create-instance-profile --instance-profile-name umemoto-wordpress-profile || exit /b 1
aws iam add-role-to-instance-profile ^
    --instance-profile-name umemoto-wordpress-profile ^
    --role-name umemoto-wordpress-role || exit /b 1
aws iam get-instance-profile --instance-profile-name umemoto-wordpress-profile || exit /b 1

rem 5, 1 and 2.
aws s3 mb s3://ut-wordpress-s3 || exit /b 1
aws ec2 run-instances ^
    --image-id ami-0cbec04a61be382d9 ^
    --count 1 --instance-type t2.micro ^
    --key-name umemoto_kadai_1 ^
    --iam-instance-profile Name=umemoto-wordpress-profile ^
    --security-group-ids %GROUP% ^
    --subnet-id %SUBNET% ^
    --private-ip-address 10.0.1.50 ^
    --capacity-reservation-specification CapacityReservationPreference=none ^
    --tag-specifications "ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]" || exit /b 1
for /f %%i in ('aws ec2 describe-instances --filters Name^=tag:Name^,Values^=iamrole-test Name^=instance-state-name^,Values^=pending^,running --query "Reservations[].Instances[].InstanceId" --output text') do set INSTANCE=%%i
aws ec2 wait instance-running --instance-ids %INSTANCE% || exit /b 1

rem 3 to 10, in the instance; the file lies in this folder.
type nul > test.txt
call :sekisho instance exec %INSTANCE% -- aws s3 cp test.txt s3://ut-wordpress-s3 || exit /b 1
call :sekisho instance exec %INSTANCE% -- aws s3 ls s3://ut-wordpress-s3 || exit /b 1
del test.txt
call :sekisho instance exec %INSTANCE% -- aws s3 cp s3://ut-wordpress-s3/test.txt ./ || exit /b 1
dir /b test.txt || exit /b 1
call :sekisho instance exec %INSTANCE% -- aws s3 rm s3://ut-wordpress-s3/test.txt || exit /b 1
call :sekisho instance exec %INSTANCE% -- aws s3 ls s3://ut-wordpress-s3 || exit /b 1
del test.txt
exit /b 0

:sekisho
"%NODE%" "%MAIN%" %*
exit /b %ERRORLEVEL%
