/** Who a question is about: a principal of the live directory, as if it sent a request now. */
import type {
  Caller,
  RoleSessionCaller,
  UserCaller,
  WebIdentityCaller,
} from '../../authentication/caller.ts';
import type { Owned } from '../../directory/directory.ts';
import type { RoleRecord, UserRecord } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import type { DemandContext } from '../../services/service.ts';
import { badQuestion } from './question-body.ts';

/** The principal, and the request that it would send: the asker's, from the asker's place. */
export interface Subject {
  /** As it is shown: the user's, role's or root's ARN, a service, or `anonymous`. */
  readonly name: string;
  readonly kind: 'root' | 'user' | 'role' | 'service' | 'web-identity' | 'anonymous';
  readonly context: DemandContext;
}

const iamPrincipal = /^arn:[a-z-]+:iam::(\d{12}):(?:(user|role|oidc-provider)\/(.+)|root)$/;
const sessionPrincipal = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/;
const serviceName = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com$/;

/** How a session is called whose name nobody has given. */
const someSession = 'question';

/**
 * The principal that a text names: an ARN of a user, role, session or root, `user/NAME`,
 * `role/NAME`, `root`, a service's host name, an OIDC provider's ARN, or `anonymous`.
 * Throws ServiceError.
 */
export function findSubject(text: string, asker: DemandContext): Subject {
  if (text === 'anonymous' || text === '*') return anonymous(asker);
  if (serviceName.test(text)) return serviceSubject(text, asker);
  const session = sessionPrincipal.exec(text);
  if (session !== null) {
    const [, account = '', name = '', sessionName] = session;
    return roleSubject(findRole(account, name, asker), asker, sessionName);
  }
  const short = /^(?:(?:user|role)\/.+|root)$/.test(text);
  const arn = short ? `arn:${asker.partition}:iam::${asker.account}:${text}` : text;
  const [matched, account = '', kind, path = ''] = iamPrincipal.exec(arn) ?? [];
  if (matched === undefined) {
    throw badQuestion(
      `${JSON.stringify(text)} is no principal: give the ARN of a user, role or session, ` +
        'user/NAME, role/NAME, root, a service such as ec2.amazonaws.com, or anonymous.',
    );
  }
  checkAccount(account, asker);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kind === 'oidc-provider') return webIdentity(arn, account, path, asker);
  if (kind === 'role') return roleSubject(findRole(account, name, asker), asker);
  return kind === 'user'
    ? userSubject(findUser(account, name, asker), asker)
    : root(account, asker);
}

/** The policies of other accounts are theirs to know. */
function checkAccount(account: string, asker: DemandContext): void {
  if (account === asker.account) return;
  throw new ServiceError(
    'AccessDenied',
    `Principals of account ${account} are for callers of that account to ask about.`,
    403,
  );
}

function findUser(account: string, name: string, asker: DemandContext): Owned<UserRecord> {
  const owned = asker.runtime.directory.find(account, 'user', name);
  if (owned === undefined) throw badQuestion(`There is no user ${name} in account ${account}.`);
  return owned;
}

function findRole(account: string, name: string, asker: DemandContext): Owned<RoleRecord> {
  checkAccount(account, asker);
  const owned = asker.runtime.directory.find(account, 'role', name);
  if (owned === undefined) throw badQuestion(`There is no role ${name} in account ${account}.`);
  return owned;
}

function subject(
  name: string,
  kind: Subject['kind'],
  caller: Caller,
  asker: DemandContext,
): Subject {
  const account = 'account' in caller ? caller.account : '';
  return { name, kind, context: { ...asker, caller, account } };
}

/** A user with long-term keys. */
export function userSubject(owned: Owned<UserRecord>, asker: DemandContext): Subject {
  const { account, record } = owned;
  const arn = `arn:${asker.partition}:iam::${account}:user${record.path}${record.name}`;
  const caller: UserCaller = {
    kind: 'user',
    partition: asker.partition,
    account,
    arn,
    userId: record.id,
    userName: record.name,
    accessKeyId: '',
  };
  return subject(arn, 'user', caller, asker);
}

/** A session of a role as AssumeRole would make it now: without tags, session policies or MFA. */
export function roleSubject(
  { account, record }: Owned<RoleRecord>,
  asker: DemandContext,
  sessionName: string = someSession,
): Subject {
  const { partition } = asker;
  const roleArn = `arn:${partition}:iam::${account}:role${record.path}${record.name}`;
  const now = asker.http.receivedAt;
  const caller: RoleSessionCaller = {
    kind: 'role-session',
    partition,
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${record.name}/${sessionName}`,
    userId: `${record.id}:${sessionName}`,
    accessKeyId: '',
    roleName: record.name,
    roleArn,
    roleId: record.id,
    sessionName,
    session: {
      kind: 'role',
      account,
      accessKeyId: '',
      issuedAt: now,
      expiresAt: now + 3_600_000,
      principalId: record.id,
      principalName: record.name,
      sessionName,
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      contextKeys: [],
    },
  };
  return subject(roleArn, 'role', caller, asker);
}

export function root(account: string, asker: DemandContext): Subject {
  const { partition } = asker;
  const arn = `arn:${partition}:iam::${account}:root`;
  const caller: Caller = {
    kind: 'root',
    partition,
    account,
    arn,
    userId: account,
    accessKeyId: '',
  };
  return subject(arn, 'root', caller, asker);
}

export function serviceSubject(service: string, asker: DemandContext): Subject {
  return subject(service, 'service', { kind: 'service', service }, asker);
}

export function anonymous(asker: DemandContext): Subject {
  return subject('anonymous', 'anonymous', { kind: 'anonymous' }, asker);
}

/** The bearer of some token of the provider; its claims are for the question's context to say. */
function webIdentity(
  provider: string,
  account: string,
  url: string,
  asker: DemandContext,
): Subject {
  if (asker.runtime.directory.find(account, 'oidc-provider', url) === undefined) {
    throw badQuestion(`There is no OIDC provider ${url} in account ${account}.`);
  }
  const caller: WebIdentityCaller = {
    kind: 'web-identity',
    provider,
    identity: {
      account,
      provider,
      subject: '',
      audience: '',
      trustKeys: [],
      sessionKeys: [],
      tags: [],
      transitiveTagKeys: [],
    },
  };
  return subject(provider, 'web-identity', caller, asker);
}
