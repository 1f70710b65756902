/** How a registry is addressed: every form leads to the same repository. */
import { describe, expect, test } from 'vitest';
import { proxyEndpoint, readRepositoryAddress, repositoryUri } from './registry-address.ts';

const registry = { account: '123456789012', region: 'us-west-2' };

const reached = (host: string | undefined, secure = false) =>
  ({
    http: { header: (name: string) => (name === 'host' ? host : undefined), secure },
    runtime: { endpoint: () => 'http://127.0.0.1:4566' },
  }) as unknown as Parameters<typeof proxyEndpoint>[1];

describe('a repository is found', () => {
  for (const [host, path, address] of [
    ['123456789012.dkr.ecr.us-west-2.amazonaws.com', 'team/app', { ...registry, name: 'team/app' }],
    ['123456789012.dkr.ecr.us-west-2.localhost', 'app', { ...registry, name: 'app' }],
    ['123456789012.dkr-ecr.us-west-2.on.aws', 'app', { ...registry, name: 'app' }],
    [
      '127.0.0.1',
      '123456789012.dkr.ecr.us-west-2.amazonaws.com/team/app',
      { ...registry, name: 'team/app' },
    ],
    ['127.0.0.1', 'team/app', { name: 'team/app' }],
    ['localhost', 'app', { name: 'app' }],
    ['127.0.0.1', '12345.dkr.ecr.us-west-2.amazonaws.com/app', undefined],
  ] as const) {
    test(`at ${host}/${path}`, () => {
      expect(readRepositoryAddress(host, path)).toEqual(address ?? { name: path });
    });
  }
});

describe('what is told to clients', () => {
  const repository = { ...registry, name: 'app' };
  const aws = '123456789012.dkr.ecr.us-west-2.amazonaws.com';

  test('leads back to where they reached us', () => {
    for (const host of ['127.0.0.1:4566', 'localhost:4566', 'build.example:80']) {
      expect(repositoryUri(repository, reached(host))).toBe(`${host}/${aws}/app`);
      expect(proxyEndpoint(registry, reached(host))).toBe(`http://${host}`);
      expect(proxyEndpoint(registry, reached(host, true))).toBe(`https://${host}`);
    }
    expect(repositoryUri(repository, reached(undefined))).toBe(`127.0.0.1:4566/${aws}/app`);
  });

  test('is AWS’s own where AWS’s names lead here', () => {
    const context = reached('api.ecr.us-west-2.amazonaws.com');
    expect(repositoryUri(repository, context)).toBe(`${aws}/app`);
    expect(proxyEndpoint(registry, context)).toBe(`https://${aws}`);
  });

  test('is read back to the same repository', () => {
    for (const host of ['127.0.0.1:4566', 'api.ecr.us-west-2.amazonaws.com']) {
      const [first = '', ...rest] = repositoryUri(repository, reached(host)).split('/');
      const name = first.replace(/:\d+$/, '');
      expect(readRepositoryAddress(name, rest.join('/'))).toEqual(repository);
    }
  });
});
