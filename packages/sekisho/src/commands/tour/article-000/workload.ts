/** What article 000 deploys: task definition, workflow, and an image, byte for byte as in examples/000. */

/** `taskdef.json`: the task. */
export const taskDefinition = `{
  "family": "<TASK_FAMILY>",
  "requiresCompatibilities": ["FARGATE"],
  "networkMode": "awsvpc",
  "cpu": "256",
  "memory": "512",
  "executionRoleArn": "<TASK_EXECUTION_ROLE_ARN>",
  "taskRoleArn": "<TASK_ROLE_ARN>",
  "containerDefinitions": [
    {
      "name": "app",
      "image": "<ACCOUNT_ID>.dkr.ecr.<REGION>.amazonaws.com/<ECR_REPOSITORY>:latest",
      "essential": true,
      "portMappings": [{ "containerPort": 5000 }],
      "logConfiguration": {
        "logDriver": "awslogs",
        "options": {
          "awslogs-group": "/ecs/<TASK_FAMILY>",
          "awslogs-region": "<REGION>",
          "awslogs-stream-prefix": "app"
        }
      }
    }
  ]
}
`;

/** `start-stop-policy.json`: starting and stopping alone. */
export const startStopPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "StartAndStop",
      "Effect": "Allow",
      "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
      "Resource": "arn:aws:ecs:<REGION>:<ACCOUNT_ID>:service/<CLUSTER>/<SERVICE>"
    }
  ]
}
`;

/** `deploy-cli.yml`: the workflow without actions of others. */
export const deployWorkflow = `# deploy.yml without actions of others: each step makes the calls that the action makes.
# Needs curl, the AWS CLI and skopeo; the image is an OCI layout in the folder \`image\`.
name: Deploy
on:
  push:
    branches: [main]
    tags: ["v*.*.*"]
permissions:
  id-token: write
  contents: read
env:
  AWS_REGION: us-west-2
  AWS_DEFAULT_REGION: us-west-2 # AWS CLI 1 reads this one only
  ROLE: arn:aws:iam::<ACCOUNT_ID>:role/github-deploy
  ECR_REPOSITORY: <ECR_REPOSITORY>
  CLUSTER: <CLUSTER>
  SERVICE: <SERVICE>
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: Credentials
        run: |
          answer=$(curl -fsS -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com")
          token=\${answer#*'"value":"'} token=\${token%%'"'*}
          echo "::add-mask::$token"
          answer=$(aws sts assume-role-with-web-identity --no-sign-request --role-arn "$ROLE" --role-session-name GitHubActions --duration-seconds 3600 --web-identity-token "$token" --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
          read -r id secret session <<< "$answer"
          echo "::add-mask::$secret"
          echo "::add-mask::$session"
          { echo "AWS_ACCESS_KEY_ID=$id"; echo "AWS_SECRET_ACCESS_KEY=$secret"; echo "AWS_SESSION_TOKEN=$session"; } >> "$GITHUB_ENV"
      - name: Repository
        run: |
          if ! said=$(aws ecr create-repository --repository-name "$ECR_REPOSITORY" 2>&1); then
            echo "$said"
            [[ $said == *'(RepositoryAlreadyExistsException)'* ]]
          fi
      - name: Log in
        id: login
        run: |
          answer=$(aws ecr get-authorization-token --query 'authorizationData[0].[authorizationToken,proxyEndpoint]' --output text)
          read -r token endpoint <<< "$answer"
          password=$(base64 -d <<< "$token" | cut -d : -f 2)
          echo "::add-mask::$password"
          export REGISTRY_AUTH_FILE=$RUNNER_TEMP/auth.json
          echo "REGISTRY_AUTH_FILE=$REGISTRY_AUTH_FILE" >> "$GITHUB_ENV"
          verify=true
          if [[ $endpoint == http://* ]]; then verify=false; fi
          skopeo login --username AWS --password-stdin --tls-verify=$verify "\${endpoint#*://}" <<< "$password"
          { echo "registry=\${endpoint#*://}"; echo "verify=$verify"; } >> "$GITHUB_OUTPUT"
      - name: Push
        id: push
        run: |
          image=\${{ steps.login.outputs.registry }}/$ECR_REPOSITORY:$GITHUB_SHA
          skopeo copy --dest-tls-verify=\${{ steps.login.outputs.verify }} oci:image:latest "docker://$image"
          echo "image=$image" >> "$GITHUB_OUTPUT"
      - name: Register
        id: register
        run: |
          sed -E 's#("image": ")[^"]+#\\1\${{ steps.push.outputs.image }}#' taskdef.json > rendered.json
          arn=$(aws ecs register-task-definition --cli-input-json file://rendered.json --query taskDefinition.taskDefinitionArn --output text)
          echo "arn=$arn" >> "$GITHUB_OUTPUT"
      - name: Describe
        run: |
          status=$(aws ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --query 'services[0].status' --output text)
          [[ $status == ACTIVE ]]
      - name: Update
        run: aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition '\${{ steps.register.outputs.arn }}' --query service.desiredCount
      - name: Wait
        run: aws ecs wait services-stable --cluster "$CLUSTER" --services "$SERVICE"
`;
