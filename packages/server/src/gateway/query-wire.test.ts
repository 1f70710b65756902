/** The wire of IAM and STS as AWS answers it, row by row: forms, methods, request ids, JSON. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SignedRequest, signInHeader, signInQuery } from './testing/client-signature.ts';
import { account, signForm, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
});

const form = 'application/x-www-form-urlencoded; charset=utf-8';
const identity = 'Action=GetCallerIdentity&Version=2011-06-15';

interface Sent {
  readonly method?: string;
  readonly query?: string;
  readonly body?: string;
  readonly type?: string;
  readonly host?: string;
  readonly path?: string;
  readonly accept?: string;
}

function plain({ method = 'POST', query = '', body = '', ...sent }: Sent) {
  const headers: (readonly [string, string])[] = [['host', sent.host ?? '127.0.0.1:4566']];
  if (sent.type !== undefined) headers.push(['content-type', sent.type]);
  if (sent.accept !== undefined) headers.push(['accept', sent.accept]);
  return { method, rawPath: sent.path ?? '/', rawQuery: query, headers, body: Buffer.from(body) };
}

function signed(sent: Sent, service = 'sts', region = 'us-east-1'): SignedRequest {
  return signInHeader(plain(sent), gateway.root(), { service, region, now: Date.now() });
}

function unsigned(sent: Sent): SignedRequest {
  const { headers, ...request } = plain(sent);
  return { ...request, headers: headers.map(([name, value]) => [name, value]) };
}

describe('requests that name no operation', () => {
  test.each([
    ['another content type', { body: identity, type: 'application/json' }, ''],
    ['no content type', { body: identity }, ''],
    ['no Action', { body: 'a=b', type: form }, ''],
    ['no Action in the query', { method: 'GET', query: 'a=b' }, '?a=b'],
  ] satisfies [string, Sent, string][])('with %s are led to the web page', async (_, sent, end) => {
    const { status, body, headers } = await gateway.send(signed(sent));
    expect([status, body]).toEqual([302, '']);
    expect(headers.get('location')).toBe(`https://aws.amazon.com/iam${end}`);
  });

  test('a form without an Action that nobody signed is led there too, not to S3', async () => {
    const { status, headers } = await gateway.send(unsigned({ body: 'a=b', type: form }));
    expect([status, headers.get('location')]).toEqual([302, 'https://aws.amazon.com/iam']);
  });

  test('another path is unknown before the signature is looked at', async () => {
    const request = signed({ body: identity, type: form, path: '/x' });
    request.body = Buffer.from('tampered');
    const { status, body } = await gateway.send(request);
    expect([status, body]).toEqual([404, '<UnknownOperationException/>\n']);
  });

  test.each(['x=%zz', 'x=%', 'x=%ff'])('%s is refused with the status alone', async (bad) => {
    const inBody = await gateway.send(signed({ body: `${identity}&${bad}`, type: form }));
    const inQuery = await gateway.send(signed({ method: 'GET', query: `${identity}&${bad}` }));
    expect([inBody.status, inBody.body]).toEqual([400, '']);
    expect([inQuery.status, inQuery.body]).toEqual([400, '']);
  });
});

describe('request ids', () => {
  test('of IAM stand in the body and the header', async () => {
    const { headers, body } = await gateway.call('iam', { Action: 'ListUsers' });
    expect(body).toContain(`<RequestId>${headers.get('x-amzn-requestid')}</RequestId>`);
    expect(headers.has('x-amz-sts-extended-request-id')).toBe(false);
  });

  test.each(['GetCallerIdentity', 'AssumeRole'])('STS has a second one: %s', async (Action) => {
    const { headers, body } = await gateway.call('sts', { Action });
    expect(body).toContain(`<RequestId>${headers.get('x-amzn-requestid')}</RequestId>`);
    const second = headers.get('x-amz-sts-extended-request-id') ?? '';
    expect(Buffer.from(second, 'base64').toString()).toMatch(/^1:us-east-1:S:\d{13}:R:[\w-]{8}$/);
  });
});

describe('Accept: application/json', () => {
  const accept = 'application/json';

  test('is answered in JSON, as aws-iam-authenticator reads it', async () => {
    const request = signInQuery(plain({ method: 'GET', query: identity, accept }), gateway.root(), {
      service: 'sts',
      region: 'us-east-1',
      now: Date.now(),
      expiresSeconds: 60,
    });
    const { status, headers, body } = await gateway.send(request);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(JSON.parse(body)).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Account: account,
          Arn: `arn:aws:iam::${account}:root`,
          UserId: account,
        },
        ResponseMetadata: { RequestId: headers.get('x-amzn-requestid') },
      },
    });
  });

  test('errors too, those of dispatch included', async () => {
    const codeOf = async (sent: SignedRequest) => {
      const { status, headers, body } = await gateway.send(sent);
      const { Error: error, RequestId } = JSON.parse(body);
      expect(RequestId).toBe(headers.get('x-amzn-requestid'));
      return [status, error];
    };
    const sent = { body: identity, type: form, accept };
    expect(await codeOf(unsigned(sent))).toEqual([
      403,
      {
        Code: 'MissingAuthenticationToken',
        Message: 'Request is missing Authentication Token',
        Type: 'Sender',
      },
    ]);
    const unknown = { ...sent, body: 'Action=X&Version=2011-06-15' };
    expect(await codeOf(signed(unknown))).toMatchObject([400, { Code: 'InvalidAction' }]);
    const number = { ...sent, body: 'Action=ListUsers&Version=2010-05-08&MaxItems=x' };
    const malformed = { Code: 'MalformedInput', Type: 'Sender' };
    expect(await codeOf(signed(number, 'iam'))).toEqual([400, malformed]);
  });

  test('operations without output have their metadata only', async () => {
    const body = 'Action=CreateAccountAlias&Version=2010-05-08&AccountAlias=wire';
    const answer = await gateway.send(signed({ body, type: form, accept }, 'iam'));
    const RequestId = answer.headers.get('x-amzn-requestid');
    expect(JSON.parse(answer.body)).toEqual({
      CreateAccountAliasResponse: { ResponseMetadata: { RequestId } },
    });
  });

  test.each(['*/*', 'application/json, text/plain, */*', 'text/xml', 'application/jsonp'])(
    '%s is answered in XML',
    async (other) => {
      const answer = await gateway.send(signed({ body: identity, type: form, accept: other }));
      expect(answer.headers.get('content-type')).toBe('text/xml');
    },
  );
});

describe('the region of the scope', () => {
  const at = async (host: string, region: string) => {
    const answer = await gateway.send(signed({ body: identity, type: form, host }, 'sts', region));
    return answer.code || answer.status;
  };

  test("is the client's choice at an endpoint that is not AWS's", async () => {
    expect(await at('127.0.0.1:4566', 'eu-west-1')).toBe(200);
  });

  test("is the host's at AWS's own hosts of STS", async () => {
    expect(await at('sts.us-west-2.amazonaws.com', 'us-west-2')).toBe(200);
    expect(await at('sts.us-west-2.amazonaws.com', 'us-east-1')).toBe('SignatureDoesNotMatch');
    expect(await at('sts.amazonaws.com', 'us-east-1')).toBe(200);
    expect(await at('sts.amazonaws.com', 'eu-west-1')).toBe('SignatureDoesNotMatch');
  });
});

test('an anonymous AssumeRoleWithSAML is told the action and no more', async () => {
  const Action = 'AssumeRoleWithSAML';
  const RoleArn = `arn:aws:iam::${account}:role/none`;
  const PrincipalArn = `arn:aws:iam::${account}:saml-provider/none`;
  const request = signForm(
    'sts',
    { Action, RoleArn, PrincipalArn, SAMLAssertion: 'abcd' },
    gateway.root(),
    Date.now(),
  );
  request.headers = request.headers.filter(([name]) => !/^(?:authorization|x-amz-)/.test(name));
  const { status, code, body } = await gateway.send(request);
  expect([status, code]).toEqual([403, 'AccessDenied']);
  expect(body).toContain('<Message>Not authorized to perform sts:AssumeRoleWithSAML</Message>');
});

test('features of organizations are not for accounts that are in none', async () => {
  for (const Action of [
    'DisableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootSessions',
    'EnableOrganizationsRootCredentialsManagement',
    'EnableOrganizationsRootSessions',
    'ListOrganizationsFeatures',
  ]) {
    const { status, code } = await gateway.call('iam', { Action });
    expect([Action, status, code]).toEqual([Action, 400, 'OrganizationNotFoundException']);
  }
});
