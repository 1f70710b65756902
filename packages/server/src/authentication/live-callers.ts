/** Callers as they are now: users and roles looked up by their unique ids at every request. */
import type { Directory } from '../directory/directory.ts';
import type { Session, SignedCaller } from './caller.ts';

/** What callers are looked up in. */
export interface LiveCallersParts {
  readonly partition: string;
  readonly accounts: readonly string[];
  readonly directory: Directory;
}

/** Finds who a session, a user id or a root key stands for; deletion bites at once. */
export class LiveCallers {
  readonly #partition: string;
  readonly #accounts: ReadonlySet<string>;
  readonly #directory: Directory;

  constructor({ partition, accounts, directory }: LiveCallersParts) {
    this.#partition = partition;
    this.#accounts = new Set(accounts);
    this.#directory = directory;
  }

  /** The root user of an account. */
  root(account: string, accessKeyId: string, session?: Session): SignedCaller {
    const partition = this.#partition;
    const arn = `arn:${partition}:iam::${account}:root`;
    const caller = { kind: 'root', partition, account, arn, userId: account, accessKeyId } as const;
    return session === undefined ? caller : { ...caller, session };
  }

  /** Whether this server holds the account. */
  holds(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** undefined when the user is gone. */
  user(
    account: string,
    userId: string,
    accessKeyId: string,
    session?: Session,
  ): SignedCaller | undefined {
    const user = this.#directory.userById(userId);
    if (user === undefined || user.account !== account) return undefined;
    const partition = this.#partition;
    const { name, path } = user.record;
    const caller = {
      kind: 'user',
      partition,
      account,
      arn: `arn:${partition}:iam::${account}:user${path}${name}`,
      userId,
      accessKeyId,
      userName: name,
    } as const;
    return session === undefined ? caller : { ...caller, session };
  }

  /** The user of an active long-term key; undefined when the key or its user is gone. */
  keyHolder(accessKeyId: string): SignedCaller | undefined {
    const key = this.#directory.accessKey(accessKeyId);
    if (key === undefined || key.record.status !== 'Active') return undefined;
    return this.user(key.account, key.record.userId, accessKeyId);
  }

  /** undefined when the session's role or user is gone. Its times are not looked at. */
  session(session: Session): SignedCaller | undefined {
    if (session.kind === 'role') return this.#role(session);
    const { account, accessKeyId, principalId } = session;
    const isRoot = principalId === account;
    if (isRoot && !this.#accounts.has(account)) return undefined;
    const issuer = isRoot
      ? this.root(account, accessKeyId, session)
      : this.user(account, principalId, accessKeyId, session);
    if (issuer === undefined || session.kind === 'session-token') return issuer;
    return {
      kind: 'federated-user',
      partition: this.#partition,
      account,
      arn: `arn:${this.#partition}:sts::${account}:federated-user/${session.sessionName}`,
      userId: `${account}:${session.sessionName}`,
      accessKeyId,
      name: session.sessionName,
      issuerArn: issuer.arn,
      ...(issuer.kind === 'user' ? { issuerUserName: issuer.userName } : {}),
      session,
    };
  }

  /** The role is looked up by its id: a role made again under the same name is another role. */
  #role(session: Session): SignedCaller | undefined {
    const { account, accessKeyId, principalId, sessionName } = session;
    const role = this.#directory.roleById(principalId);
    if (role === undefined || role.account !== account) return undefined;
    const partition = this.#partition;
    const { name, path } = role.record;
    return {
      kind: 'role-session',
      partition,
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`,
      userId: `${principalId}:${sessionName}`,
      accessKeyId,
      roleName: name,
      roleArn: `arn:${partition}:iam::${account}:role${path}${name}`,
      roleId: principalId,
      sessionName,
      session,
    };
  }
}
