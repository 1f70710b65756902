/** A stand-in for GitHub's configure-aws-credentials where that is not at hand: the same calls. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const toolkit = import.meta.resolve('@actions/core');
const sdk = import.meta.resolve('@aws-sdk/client-sts');

/** What the action does with a token, in its own order. */
const program = `import * as core from ${JSON.stringify(toolkit)};
import { AssumeRoleWithWebIdentityCommand, STSClient } from ${JSON.stringify(sdk)};
const region = core.getInput('aws-region');
core.exportVariable('AWS_REGION', region);
core.exportVariable('AWS_DEFAULT_REGION', region);
try {
  const WebIdentityToken = await core.getIDToken(core.getInput('audience'));
  const { Credentials } = await new STSClient({ region }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: core.getInput('role-to-assume'),
      RoleSessionName: 'GitHubActions',
      DurationSeconds: 3600,
      WebIdentityToken,
    }),
  );
  core.setSecret(Credentials.SecretAccessKey);
  core.exportVariable('AWS_ACCESS_KEY_ID', Credentials.AccessKeyId);
  core.exportVariable('AWS_SECRET_ACCESS_KEY', Credentials.SecretAccessKey);
  core.exportVariable('AWS_SESSION_TOKEN', Credentials.SessionToken);
} catch (error) {
  core.setFailed('Could not assume role with OIDC: ' + error.message);
}
`;

/** Writes it below a folder of actions. */
export function writeCredentialsAction(
  actions: string,
  name = 'aws-actions/configure-aws-credentials',
): void {
  const folder = join(actions, name);
  mkdirSync(folder, { recursive: true });
  const inputs = '{ role-to-assume: {}, aws-region: {}, audience: { default: sts.amazonaws.com } }';
  writeFileSync(
    join(folder, 'action.yml'),
    `inputs: ${inputs}\nruns: { using: node24, main: main.mjs }\n`,
  );
  writeFileSync(join(folder, 'main.mjs'), program);
}
