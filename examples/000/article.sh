#!/usr/bin/env bash
# Article 000 in bash, as far as identity goes: provider, role, trust policy, and a job's session.
# Needs: a server started with --github-issuer local, the AWS CLI. Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''

org=${ORG:-octo-org} repo=${REPO_NAME:-flask-app} org_id=${ORG_ID:-285964} repo_id=${REPO_ID:-1339936803}
account=$(aws sts get-caller-identity --query Account --output text)
role="arn:aws:iam::$account:role/github-deploy"
files=$(mktemp -d)
trap 'rm -r "$files"' EXIT
for name in trust-policy-as-written trust-policy; do
  sed -e "s/<ACCOUNT_ID>/$account/; s/<ORG>/$org/; s/<REPO_NAME>/$repo/; s/<ORG_ID>/$org_id/; s/<REPO_ID>/$repo_id/" \
    "$name.json" > "$files/$name.json"
done

run() { printf '+ %s\n' "$*"; "$@"; }
# What configure-aws-credentials does with the job's token: STS takes it without a signature.
assume() {
  local token
  token=$(sekisho oidc token --repo "$org/$repo" --owner-id "$org_id" --repo-id "$repo_id" "$@")
  aws sts assume-role-with-web-identity --no-sign-request --role-arn "$role" \
    --role-session-name GitHubActions --web-identity-token "$token" \
    --query AssumedRoleUser.Arn --output text
}
refused() {
  local said
  said=$(assume "$@" 2>&1) || true
  printf '%s\n' "$said"
  [[ $said == *'Not authorized to perform sts:AssumeRoleWithWebIdentity'* ]]
}

# 3. The identity provider. GitHub's thumbprint is taken and not needed.
run aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com --thumbprint-list 6938fd4d98bab03faadb97b34396831e3780aea1

# 4 and 5. The role with the article's trust policy.
run aws iam create-role --role-name github-deploy --assume-role-policy-document "file://$files/trust-policy-as-written.json" --query Role.Arn
run assume --ref refs/heads/main
run assume --ref refs/tags/v1.2.3
run refused --ref refs/heads/dev
run refused --event pull_request
run refused --environment prod
run refused --subject with-ids

# The corrected trust policy: also the subject of repositories made after 15 July 2026.
run aws iam update-assume-role-policy --role-name github-deploy --policy-document "file://$files/trust-policy.json"
run assume --subject with-ids
run assume --subject with-ids --ref refs/tags/v1.2.3
run refused --subject with-ids --environment prod
