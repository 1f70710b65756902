/** Tests of refusals: each in its protocol's own form, also where the authorization is not mapped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotMapped } from '../services/demands/not-mapped.ts';
import type { DemandContext } from '../services/service.ts';
import { refuseNotMapped } from './refusal.ts';
import { signInHeader } from './testing/client-signature.ts';
import { makeUser } from './testing/matrix-world.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

describe('an operation whose authorization is not mapped', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.stop());

  const explained = async (id: string | undefined) =>
    (await gateway.send(ownRequest(gateway, `/_sekisho/decisions/${id}`))).body;

  test('is UnauthorizedOperation in EC2, with an encoded message and a decision', async () => {
    const answer = await gateway.call('ec2', {
      Action: 'AcceptAddressTransfer',
      Address: '192.0.2.1',
    });
    expect(`${answer.status} ${answer.code}`).toBe('403 UnauthorizedOperation');
    const text = /<Message>(.*)<\/Message>/.exec(answer.body)?.[1] ?? '';
    expect(text).toMatch(
      /^You are not authorized to perform this operation\. The authorization of ec2:AcceptAddressTransfer is not mapped in Sekisho: .*\. Encoded authorization failure message: [\w-]+$/,
    );
    const EncodedMessage = text.split(' ').at(-1) ?? '';
    const decoded = await gateway.call('sts', {
      Action: 'DecodeAuthorizationMessage',
      EncodedMessage,
    });
    const message = /<DecodedMessage>(.*)<\/DecodedMessage>/.exec(decoded.body)?.[1] ?? '';
    expect(JSON.parse(message.replaceAll('&quot;', '"'))).toMatchObject({
      allowed: false,
      context: { action: 'ec2:AcceptAddressTransfer' },
    });
    const why = await explained(answer.headers.get('x-sekisho-decision-id'));
    expect(why).toContain('The authorization of ec2:AcceptAddressTransfer is not mapped');
  });

  test('is AccessDeniedException with 400 in a JSON service', async () => {
    const request = {
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: [
        ['host', '127.0.0.1:4566'],
        ['content-type', 'application/x-amz-json-1.1'],
        ['x-amz-target', 'AmazonSSM.CreateDocument'],
      ] as [string, string][],
      body: Buffer.from('{"Name":"document","Content":"{}"}'),
    };
    const scope = { service: 'ssm', region: 'us-east-1', now: Date.now() };
    const { status, code, body, headers } = await gateway.send(
      signInHeader(request, gateway.root(), scope),
    );
    expect(`${status} ${code}`).toBe('400 AccessDeniedException');
    expect(body).toContain('The authorization of ssm:CreateDocument is not mapped in Sekisho: ');
    const why = await explained(headers.get('x-sekisho-decision-id'));
    expect(why).toContain('ssm:CreateDocument');
  });

  test('is AccessDenied with 403 in a query service', () => {
    const error = new NotMapped('iam:Invented', 'for this test');
    const context = { caller: { kind: 'anonymous' } } as DemandContext;
    const refused = refuseNotMapped(error, { context, protocols: ['aws-query'] });
    expect(refused.error).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringContaining('iam:Invented is not mapped in Sekisho: for this test'),
    });
    expect(refused.decisions).toMatchObject([{ outcome: 'implicitDeny' }]);
  });
});

test('a refusal is explained after a restart, by either id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-refusal-'));
  const settings = { store: 'sqlite' };
  try {
    const first = await startGateway({ folder, settings });
    const alice = await makeUser(first, 'alice');
    const refused = await first.call('iam', { Action: 'GetUser', UserName: 'alice' }, alice);
    await first.stop();
    const second = await startGateway({ folder, settings });
    try {
      const id = refused.headers.get('x-sekisho-decision-id') ?? '';
      const told = /authorization id: ([0-9a-z]+)/.exec(refused.body)?.[1] ?? '';
      for (const name of [id, 'last']) {
        const own = await second.send(ownRequest(second, `/_sekisho/decisions/${name}`));
        expect(own.status).toBe(200);
        expect(JSON.parse(own.body)).toMatchObject({
          id,
          principal: `arn:aws:iam::${account}:user/alice`,
          operation: 'GetUser',
          decisions: [{ action: 'iam:GetUser', outcome: 'implicitDeny' }],
        });
        expect(own.body).not.toContain(alice.secret);
      }
      const details = ownRequest(second, `/authorization-details/${told}`, 'iam');
      expect((await second.send(details)).body).toContain('"evaluatedEffect": "IMPLICIT_DENY"');
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function ownRequest(gateway: TestGateway, rawPath: string, service = 'sekisho') {
  const request = {
    method: 'GET',
    rawPath,
    rawQuery: '',
    headers: [['host', '127.0.0.1:4566']] as [string, string][],
    body: Buffer.alloc(0),
  };
  const scope = { service, region: 'us-east-1', now: Date.now() };
  return signInHeader(request, gateway.root(), scope);
}
