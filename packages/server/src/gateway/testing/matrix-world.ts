/** For tests: the server of the matrix, whose operations are counted instead of run. */
import { hasStreamingInput } from '../../protocol/protocol.ts';
import type { Operation, Service } from '../../services/service.ts';
import {
  type PlainRequest,
  type SignedRequest,
  signInHeader,
  signInQuery,
  type TestKey,
} from './client-signature.ts';
import {
  buildJsonRequests,
  buildRequests,
  type OperationRequest,
  sdkServices,
} from './sdk-requests.ts';
import { type Answer, account, startGateway, type TestGateway } from './test-gateway.ts';

/** The keys of the matrix. */
export interface MatrixKeys {
  readonly root: TestKey;
  readonly fresh: TestKey;
  readonly wrongSecret: TestKey;
  readonly unknown: TestKey;
  readonly inactive: TestKey;
  readonly deletedUser: TestKey;
  readonly session: TestKey;
  readonly expiredSession: TestKey;
  readonly tokenOfAnotherKey: TestKey;
  readonly longTermWithToken: TestKey;
}

/** A call of an operation's function. */
export interface MatrixCall {
  readonly operation: string;
  /** Every decision that it was handed is a refusal: nothing is left that it may do. */
  readonly isDenied: boolean;
}

/** A service of the matrix with a request for each of its operations. */
export interface MatrixService {
  readonly name: string;
  readonly service: Service;
  readonly requests: readonly OperationRequest[];
}

/** Operations count themselves here instead of doing anything. */
export interface MatrixWorld {
  readonly gateway: TestGateway;
  readonly keys: MatrixKeys;
  readonly services: readonly MatrixService[];
  /** Every call of an operation function since the last time. */
  readonly takeCalls: () => readonly MatrixCall[];
  readonly inHeader: (target: MatrixService, request: PlainRequest, key: TestKey) => SignedRequest;
  readonly inQuery: (
    target: MatrixService,
    request: PlainRequest,
    key: TestKey,
    signedAt?: number,
  ) => SignedRequest;
}

export const bucket = 'matrix-bucket';

/** Names that exist, so that rules which look an entity up find it. */
const preferred: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['Bucket', bucket],
  ['Key', 'object'],
  ['CopySource', `${bucket}/object`],
  ['RoleArn', `arn:aws:iam::${account}:role/existing`],
  ['RoleName', 'existing'],
  ['UserName', 'fresh'],
  ['PolicyArn', `arn:aws:iam::${account}:policy/existing`],
  ['InstanceId', 'i-0123456789abcdef0'],
  ['InstanceIds', ['i-0123456789abcdef0']],
]);

const instanceId = 'i-0123456789abcdef0';
const group = { GroupId: 'sg-0123456789abcdef0' };
const profile = { IamInstanceProfile: { Name: 'sample' } };

/** Members that the model does not require, and the service asks for before it decides. */
const additions: ReadonlyMap<string, object> = new Map<string, object>([
  ['AssociateIamInstanceProfile', profile],
  ['ReplaceIamInstanceProfileAssociation', profile],
  ['AuthorizeSecurityGroupIngress', group],
  ['RevokeSecurityGroupIngress', group],
  ['DeleteSecurityGroup', group],
  ['CreateTags', { Resources: [instanceId], Tags: [{ Key: 'k', Value: 'v' }] }],
  ['DeleteTags', { Resources: [instanceId] }],
  ['DeleteKeyPair', { KeyName: 'sample' }],
  ['RunInstances', { ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 }],
  ['AssumeRoot', { TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRoot' } }],
  ['CreateDelegationRequest', { Permissions: { PolicyTemplateArn: preferred.get('PolicyArn') } }],
  ['BatchGetSecretValue', { SecretIdList: ['sample'] }],
  ['GenerateOrganizationsAccessReport', { EntityPath: 'o-a1b2c3d4e5/r-f6g7/' }],
]);

/** Starts the server, makes the keys, then replaces every operation of every service. */
export async function openMatrix(): Promise<MatrixWorld> {
  const gateway = await startGateway();
  const keys = await makeKeys(gateway);
  for (const rawPath of [`/${bucket}`, `/${bucket}/object`]) {
    const put = { method: 'PUT', rawPath, rawQuery: '', body: Buffer.alloc(0) };
    const request = { ...put, headers: [['host', '127.0.0.1:4566']] as const };
    const scope = { service: 's3', region: 'us-east-1', now: Date.now() };
    await succeed(gateway.send(signInHeader(request, keys.root, scope)));
  }
  const calls: MatrixCall[] = [];
  for (const service of gateway.services) replaceOperations(service, calls);
  const services: MatrixService[] = [];
  for (const { name, service } of matrixNames(gateway.services)) {
    services.push(await matrixService(name, service));
  }
  return {
    gateway,
    keys,
    services,
    takeCalls: () => calls.splice(0),
    inHeader: ({ service }, request, key) => signInHeader(request, key, scopeOf(service)),
    inQuery: ({ service }, request, key, now = Date.now()) =>
      signInQuery(request, key, { ...scopeOf(service), now, expiresSeconds: 60 }),
  };
}

function scopeOf({ signingName, globalRegion }: Service) {
  return { service: signingName, region: globalRegion ?? 'us-east-1', now: Date.now() };
}

/** Each service of the server, in each of the protocols that the SDK speaks to it. */
export function matrixNames(
  services: readonly Service[],
): readonly { readonly name: string; readonly service: Service }[] {
  return services.flatMap((service) => {
    const known = [...sdkServices].filter(([, { id }]) => id === service.id);
    const names = known.length === 0 ? [service.id] : known.map(([name]) => name);
    return names.map((name) => ({ name, service }));
  });
}

async function matrixService(name: string, service: Service): Promise<MatrixService> {
  const sdk = sdkServices.get(name);
  const requests = await (sdk === undefined
    ? buildJsonRequests(service, preferred, additions)
    : buildRequests(sdk, preferred, additions));
  return { name, service, requests };
}

/**
 * Also operations that are not written get a function: none may be reached unproven. A streamed
 * body is read to its end first, as every operation does before it has an effect.
 */
function replaceOperations(service: Service, calls: MatrixCall[]): void {
  const operations = service.operations as Map<string, Operation>;
  for (const name of service.model.operationNames) {
    const model = service.model.operation(name);
    const streams = model !== undefined && hasStreamingInput(model);
    operations.set(name, async (_input, { payload, authorized }) => {
      if (streams) for await (const _chunk of payload.stream);
      const { decisions } = authorized;
      const isDenied =
        decisions.length > 0 && decisions.every(({ outcome }) => outcome !== 'allow');
      calls.push({ operation: `${service.id}:${name}`, isDenied });
      return {};
    });
  }
}

async function makeKeys(gateway: TestGateway): Promise<MatrixKeys> {
  const root = gateway.root();
  await succeed(
    gateway.call('iam', {
      Action: 'CreateRole',
      RoleName: 'existing',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'ec2.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  const fresh = await makeUser(gateway, 'fresh');
  const inactive = await makeUser(gateway, 'inactive');
  await succeed(
    gateway.call('iam', {
      Action: 'UpdateAccessKey',
      UserName: 'inactive',
      AccessKeyId: inactive.id,
      Status: 'Inactive',
    }),
  );
  const deletedUser = await makeUser(gateway, 'deleted');
  await succeed(
    gateway.call('iam', {
      Action: 'DeleteAccessKey',
      UserName: 'deleted',
      AccessKeyId: deletedUser.id,
    }),
  );
  await succeed(gateway.call('iam', { Action: 'DeleteUser', UserName: 'deleted' }));
  const session = sessionKey(gateway, 3_600_000);
  const expiredSession = sessionKey(gateway, -1000);
  const other = sessionKey(gateway, 3_600_000);
  const { token = '' } = other;
  return {
    root,
    fresh,
    inactive,
    deletedUser,
    session,
    expiredSession,
    wrongSecret: { ...root, secret: `${root.secret.slice(0, -1)}~` },
    unknown: { id: 'AKIAUNKNOWNUNKNOWN23', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    tokenOfAnotherKey: { ...session, token },
    longTermWithToken: { ...root, token },
  };
}

/** A role session, as AssumeRole would hand it out. */
function sessionKey(gateway: TestGateway, milliseconds: number): TestKey {
  const { directory, issueSession } = gateway.server.runtime;
  const role = directory.find(account, 'role', 'existing');
  if (role === undefined) throw new Error('the role is missing');
  const now = Date.now();
  const credentials = issueSession({
    kind: 'role',
    account,
    issuedAt: now - 3_600_000,
    expiresAt: now + milliseconds,
    principalId: role.record.id,
    principalName: 'existing',
    sessionName: 'matrix',
    tags: [],
    transitiveTagKeys: [],
    chained: false,
    contextKeys: [],
  });
  const { accessKeyId: id, secretAccessKey: secret, sessionToken: token } = credentials;
  return { id, secret, token };
}

/** A user without any policy, and its access key. */
export async function makeUser(
  gateway: TestGateway,
  name: string,
  root: TestKey = gateway.root(),
): Promise<TestKey> {
  await succeed(gateway.call('iam', { Action: 'CreateUser', UserName: name }, root));
  const answer = await succeed(
    gateway.call('iam', { Action: 'CreateAccessKey', UserName: name }, root),
  );
  return { id: element(answer, 'AccessKeyId'), secret: element(answer, 'SecretAccessKey') };
}

/** The text of the first XML element of that name. */
export function element(answer: Answer, name: string): string {
  return (
    new Map(
      [...answer.body.matchAll(/<(\w+)>([^<]*)</g)].reverse().map(([, key, value]) => [key, value]),
    ).get(name) ?? ''
  );
}

/** The answer, which must be a success. */
export async function succeed(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body}`);
  return answer;
}
