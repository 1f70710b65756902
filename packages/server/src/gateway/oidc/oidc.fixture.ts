/** For tests: a server that stands in for GitHub's issuer, article 000's role, and its tokens. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { signInHeader } from '../testing/client-signature.ts';
import { type Answer, account, startGateway, type TestGateway } from '../testing/test-gateway.ts';

export const issuer = 'https://token.actions.githubusercontent.com';
export const host = 'token.actions.githubusercontent.com';
export const roleArn = `arn:aws:iam::${account}:role/github-deploy`;
export const providerArn = `arn:aws:iam::${account}:oidc-provider/${host}`;
export const issuerPath = `/_sekisho/oidc/${host}`;

/** Article 000's trust policy, with the places of its angle brackets filled in. */
export function trustPolicy(more: { readonly aud?: string; readonly sub?: object } = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: more.sub ?? {
          StringEquals: { [`${host}:aud`]: more.aud ?? 'sts.amazonaws.com' },
          StringLike: {
            [`${host}:sub`]: [
              'repo:octo-org/octo-repo:ref:refs/heads/main',
              'repo:octo-org/octo-repo:ref:refs/tags/v*.*.*',
            ],
          },
        },
      },
    ],
  });
}

/** A key of ours that the issuer never had. */
export const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Cause {
  readonly code: string;
  readonly en: string;
  readonly ja: string;
  readonly advice?: { readonly en: string; readonly ja: string };
}

export interface ExplainedToken {
  readonly allowed: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly status: number };
  readonly token: { readonly verified: boolean };
  readonly causes: readonly Cause[];
  readonly comparisons: readonly {
    readonly key: string;
    readonly matched: boolean;
    readonly patterns: readonly {
      readonly value: string;
      readonly matched: boolean;
      readonly character?: number;
    }[];
  }[];
  readonly change?: {
    readonly removed: readonly string[];
    readonly added: readonly string[];
    readonly policyDocument: string;
    readonly proven: boolean;
    readonly strangersRefused: boolean;
  };
}

/** The server and what tests do with it. */
export class GitHubWorld {
  readonly gateway: TestGateway;

  private constructor(gateway: TestGateway) {
    this.gateway = gateway;
  }

  /** With article 000's provider and role. */
  static async open(settings: Readonly<Record<string, unknown>> = {}): Promise<GitHubWorld> {
    const gateway = await startGateway({ settings: { localIssuers: issuer, ...settings } });
    const world = new GitHubWorld(gateway);
    await world.iam({
      Action: 'CreateOpenIDConnectProvider',
      Url: issuer,
      'ClientIDList.member.1': 'sts.amazonaws.com',
      'ThumbprintList.member.1': '6938fd4d98bab03faadb97b34396831e3780aea1',
    });
    await world.iam({
      Action: 'CreateRole',
      RoleName: 'github-deploy',
      AssumeRolePolicyDocument: trustPolicy(),
    });
    return world;
  }

  async iam(parameters: Readonly<Record<string, string>>): Promise<Answer> {
    const answer = await this.gateway.call('iam', parameters);
    if (answer.status !== 200) throw new Error(answer.body);
    return answer;
  }

  async trust(document: string): Promise<void> {
    await this.iam({
      Action: 'UpdateAssumeRolePolicy',
      RoleName: 'github-deploy',
      PolicyDocument: document,
    });
  }

  /** A signed POST below `/_sekisho/oidc/`. */
  post(path: string, value: unknown, key = this.gateway.root()): Promise<Answer> {
    return this.gateway.send(
      signInHeader(
        {
          method: 'POST',
          rawPath: `/_sekisho/oidc/${path}`,
          rawQuery: '',
          headers: [['host', '127.0.0.1:4566']],
          body: Buffer.from(JSON.stringify(value)),
        },
        key,
        { service: 'sekisho', region: 'us-east-1', now: Date.now() },
      ),
    );
  }

  /** An unsigned request. */
  get(rawPath: string, rawQuery = '', authorization?: string, method = 'GET'): Promise<Answer> {
    return this.gateway.send({
      method,
      rawPath,
      rawQuery,
      headers: [
        ['host', '127.0.0.1:4566'],
        ...(authorization === undefined
          ? []
          : [['authorization', authorization] satisfies [string, string]]),
      ],
      body: Buffer.alloc(0),
    });
  }

  async token(job: object = {}, options: object = {}): Promise<string> {
    const body = { job: { repository: 'octo-org/octo-repo', ...job }, ...options };
    const answer = await this.post('tokens', body);
    if (answer.status !== 200) throw new Error(answer.body);
    return JSON.parse(answer.body).value;
  }

  /** Without a signature, as GitHub's action sends it. */
  async assume(token: string): Promise<{ status: number; code: string; message: string }> {
    const form = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'GitHubActions',
      DurationSeconds: '3600',
      WebIdentityToken: token,
    });
    const { status, code, body } = await this.gateway.send({
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: [
        ['host', '127.0.0.1:4566'],
        ['content-type', 'application/x-www-form-urlencoded'],
      ],
      body: Buffer.from(form.toString()),
    });
    const message = /<Message>([^<]*)</.exec(body)?.[1] ?? '';
    return { status, code, message: message.replaceAll('&apos;', "'").replaceAll('&#39;', "'") };
  }

  async explain(token: string, role = roleArn): Promise<ExplainedToken> {
    const answer = await this.post('explanations', { token, role });
    if (answer.status !== 200) throw new Error(answer.body);
    return JSON.parse(answer.body);
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** The token with other header or claims, signed anew by the stranger's key. */
export function resigned(
  token: string,
  { header = {}, claims = {} }: { readonly header?: object; readonly claims?: object },
  key: KeyObject = stranger.privateKey,
): string {
  const [head, body] = token.split('.');
  const signed = `${encode({ ...decode(head), ...header })}.${encode({ ...decode(body), ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** The token under HS256, with a shared secret. */
export function hmacSigned(token: string, secret: Buffer | string): string {
  const [head, body] = token.split('.');
  const signed = `${encode({ ...decode(head), alg: 'HS256' })}.${body}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
