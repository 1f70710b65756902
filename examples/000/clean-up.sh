#!/usr/bin/env bash
# Removes what article.sh has made.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
sekisho() { "$root/node_modules/.bin/node" "$root/packages/sekisho/dist/sekisho.js" "$@"; }
if [ -z "${AWS_ENDPOINT_URL:-}" ]; then eval "$(sekisho env --data-dir "$root/.sekisho")"; fi
export AWS_PAGER=''
set -x

account=$(aws sts get-caller-identity --query Account --output text)
aws iam delete-role --role-name github-deploy
aws iam delete-open-id-connect-provider --open-id-connect-provider-arn "arn:aws:iam::$account:oidc-provider/token.actions.githubusercontent.com"
