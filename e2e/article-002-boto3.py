"""Article 002 with boto3: prints one JSON object with what each step answered."""
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

folder = sys.argv[1]


def read(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def refusal(call, **arguments):
    """The error of a call that must be refused."""
    try:
        call(**arguments)
    except ClientError as error:
        fault = error.response["Error"]
        return [fault["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], fault["Message"]]
    return None


def plain(value):
    return json.loads(json.dumps(value, default=str))


iam = boto3.client("iam")
s3 = boto3.client("s3")
ec2 = boto3.client("ec2")
out = {}

for name, file in (("CloudWatch-Wordpress-ut", "cloudwatchpolicy.json"), ("S3-Wordpress-ut", "s3policy.json")):
    policy = iam.create_policy(PolicyName=name, PolicyDocument=read(file), Tags=[{"Key": "Name", "Value": name}])
    out[name] = policy["Policy"]["Arn"]
role = iam.create_role(RoleName="umemoto-wordpress-role", AssumeRolePolicyDocument=read("trustpolicy.json"))
out["role"] = plain(role["Role"]["AssumeRolePolicyDocument"])
for name in ("CloudWatch-Wordpress-ut", "S3-Wordpress-ut"):
    iam.attach_role_policy(RoleName="umemoto-wordpress-role", PolicyArn=out[name])
attached = iam.list_attached_role_policies(RoleName="umemoto-wordpress-role")
out["attached"] = [policy["PolicyName"] for policy in attached["AttachedPolicies"]]
profile = iam.create_instance_profile(InstanceProfileName="umemoto-wordpress-profile")
out["profileRoles"] = profile["InstanceProfile"]["Roles"]
iam.add_role_to_instance_profile(InstanceProfileName="umemoto-wordpress-profile", RoleName="umemoto-wordpress-role")

s3.create_bucket(Bucket="ut-wordpress-s3")
s3.put_object(Bucket="ut-wordpress-s3", Key="日本語/テスト.txt", Body="こんにちは".encode(), ContentType="text/plain")
out["object"] = s3.get_object(Bucket="ut-wordpress-s3", Key="日本語/テスト.txt")["Body"].read().decode()
out["listed"] = [entry["Key"] for entry in s3.list_objects_v2(Bucket="ut-wordpress-s3", Prefix="日本")["Contents"]]
out["presigned"] = s3.generate_presigned_url("get_object", Params={"Bucket": "ut-wordpress-s3", "Key": "日本語/テスト.txt"})
out["missing"] = refusal(s3.get_object, Bucket="ut-wordpress-s3", Key="none")

instance = ec2.run_instances(
    ImageId="ami-0cbec04a61be382d9", InstanceType="t2.micro", MinCount=1, MaxCount=1,
    IamInstanceProfile={"Name": "umemoto-wordpress-profile"},
)["Instances"][0]
out["instanceProfile"] = instance["IamInstanceProfile"]["Arn"]
out["unknownProfile"] = refusal(
    ec2.run_instances, ImageId="ami-0cbec04a61be382d9", InstanceType="t2.micro", MinCount=1, MaxCount=1,
    IamInstanceProfile={"Name": "nobody"},
)
boto3.client("cloudwatch").put_metric_data(Namespace="Wordpress", MetricData=[{"MetricName": "MemoryUsed", "Value": 42}])
out["metrics"] = [metric["MetricName"] for metric in boto3.client("cloudwatch").list_metrics(Namespace="Wordpress")["Metrics"]]

iam.create_user(UserName="umemoto")
key = iam.create_access_key(UserName="umemoto")["AccessKey"]
user = boto3.Session(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
out["userArn"] = user.client("sts").get_caller_identity()["Arn"]
out["userList"] = refusal(user.client("s3").list_buckets)
out["userCreateUser"] = refusal(user.client("iam").create_user, UserName="other")
out["userPut"] = refusal(user.client("s3").put_object, Bucket="ut-wordpress-s3", Key="x", Body=b"x")
print(json.dumps(out, ensure_ascii=False))
