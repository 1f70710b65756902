#!/usr/bin/env bash
# What the ECS container agent does first, inside the instance: its identity from the metadata service
# (IMDSv2), its credentials too (the AWS CLI asks for them itself), then the registration.
set -euo pipefail
metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT%/}/latest"
token=$(curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")
get() { curl -sS -H "X-aws-ec2-metadata-token: $token" "$metadata/$1"; }
aws ecs register-container-instance --cluster "${1:-default}" \
  --instance-identity-document "$(get dynamic/instance-identity/document)" \
  --instance-identity-document-signature "$(get dynamic/instance-identity/signature)" \
  --total-resources name=CPU,type=INTEGER,integerValue=1024 name=MEMORY,type=INTEGER,integerValue=983 \
  --attributes name=com.amazonaws.ecs.capability.task-iam-role name=com.amazonaws.ecs.capability.docker-remote-api.1.18 \
    name=com.amazonaws.ecs.capability.docker-remote-api.1.21 \
  --version-info agentVersion=1.90.0,dockerVersion=DockerVersion:25.0.3
