import {
  createSession,
  createWorld,
  iamOptions,
  rootCredentials,
  signRequest,
} from './testing/world.ts';

const world = await createWorld();
const body = 'Action=GetCallerIdentity&Version=2011-06-15';
const headers: [string, string][] = [
  ['content-type', 'application/x-www-form-urlencoded'],
  ['user-agent', 'aws-cli/1.45 x y z'],
  ['accept-encoding', 'identity'],
  ['content-length', '43'],
];
for (const [name, credentials] of [
  ['root', rootCredentials],
  ['user', world.userCredentials],
  ['session', world.tokens.mint(createSession('role', world.roleId, 'deploy'))],
] as const) {
  const request = await signRequest({ credentials, body, headers });
  const options = iamOptions(body);
  for (let i = 0; i < 20000; i++) world.authenticator.authenticate(request, options);
  const c0 = process.cpuUsage();
  const n = 200000;
  for (let i = 0; i < n; i++) world.authenticator.authenticate(request, options);
  const c = process.cpuUsage(c0);
  console.log(
    name,
    Math.round(n / ((c.user + c.system) / 1e6)),
    'per CPU-s',
    request.headers.length,
  );
}
