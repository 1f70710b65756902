/** Names in task definitions: images, secrets, environment files, and who gets which variable. */
import { expect, test } from 'vitest';
import { containerEnvironment } from './container-environment.ts';
import { readLines } from './environment-files.ts';
import { readImageReference } from './image-reference.ts';
import { readValueFrom } from './value-from.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const place = { endpoint: 'http://127.0.0.1:4566', account: '123456789012', region: 'eu-west-1' };

test.each([
  ['nginx', 'elsewhere', 'docker.io/library/nginx:latest'],
  ['team/app:1', 'elsewhere', 'docker.io/team/app:1'],
  ['public.ecr.aws/x/y', 'elsewhere', 'public.ecr.aws/x/y:latest'],
  ['127.0.0.1:5000/a', 'loopback', '127.0.0.1:5000/a:latest'],
  ['localhost/a/b:2', 'loopback', 'localhost/a/b:2'],
  ['127.0.0.1.evil.example/a', 'elsewhere', '127.0.0.1.evil.example/a:latest'],
  [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:t',
    'ecr',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:t',
  ],
  [
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:t@${digest}`,
    'ecr',
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@${digest}`,
  ],
])('the image %s lies %s', (image, kind, name) => {
  const reference = readImageReference(image, place);
  expect(reference?.registry.kind).toBe(kind);
  expect(reference?.name).toBe(name);
});

test.each([
  ['127.0.0.1:4566/app:v1', '123456789012', 'eu-west-1', 'app'],
  ['localhost:4566/app', '123456789012', 'eu-west-1', 'app'],
  [
    '127.0.0.1:4566/210987654321.dkr.ecr.us-west-2.amazonaws.com/a/b:t',
    '210987654321',
    'us-west-2',
    'a/b',
  ],
])('%s lies in this server’s registry', (image, account, region, repository) => {
  const reference = readImageReference(image, place);
  expect(reference).toMatchObject({
    registry: { kind: 'ecr', account, region },
    host: `${account}.dkr.ecr.${region}.amazonaws.com`,
    repository,
  });
  expect(readImageReference('127.0.0.1:5000/app', place)?.registry.kind).toBe('loopback');
});

test.each(['', 'A', 'a:', 'a:b:c', 'a@sha256:1', 'x.y/../z', 'x.y/a b', 'x.y/a?b', 'http://x/y'])(
  '%o is no image',
  (image) => {
    expect(readImageReference(image, place)).toBeUndefined();
  },
);

const arn = 'arn:aws:secretsmanager:eu-west-1:1:secret:n-AbCdEf';

test.each([
  ['/a/b', { kind: 'parameter', region: 'here', name: '/a/b' }],
  [
    'arn:aws:ssm:x:1:parameter/a',
    { kind: 'parameter', region: 'x', name: 'arn:aws:ssm:x:1:parameter/a' },
  ],
  [arn, { kind: 'secret', region: 'eu-west-1', secretId: arn }],
  [`${arn}:k::`, { kind: 'secret', region: 'eu-west-1', secretId: arn, jsonKey: 'k' }],
  [
    `${arn}::AWSPREVIOUS:`,
    { kind: 'secret', region: 'eu-west-1', secretId: arn, versionStage: 'AWSPREVIOUS' },
  ],
  [`${arn}:::v`, { kind: 'secret', region: 'eu-west-1', secretId: arn, versionId: 'v' }],
  [`${arn}:k`, undefined],
  [`${arn}:k:`, undefined],
  [`${arn}:k::v:x`, undefined],
  ['arn:aws:s3:::b/x', undefined],
])('valueFrom %s', (valueFrom, expected) => {
  expect(readValueFrom(valueFrom, 'here')).toEqual(expected);
});

test('environment files have a variable a line', () => {
  expect([...readLines('# c\r\nA=1\nB=x=y\n\n=no\nnone\nA=2\n')]).toEqual([
    ['A', '2'],
    ['B', 'x=y'],
  ]);
});

test('what is nearer to the task wins, and what ECS puts in wins over all', () => {
  const environment = containerEnvironment({
    definition: {
      environment: [
        { name: 'B', value: 'definition' },
        { name: 'C', value: 'definition' },
        { name: 'AWS_REGION', value: 'eu-west-1' },
        { name: 'INJECTED', value: 'definition' },
        { name: 'A=B', value: 'x' },
        { name: 'ZERO', value: 'x\0' },
      ],
      secrets: [{ name: 'S', valueFrom: 'p' }],
    },
    override: { environment: [{ name: 'C', value: 'override' }] },
    image: new Map([['Env', ['A=image', 'B=image', 'F=image']]]),
    files: new Map([
      ['F', 'file'],
      ['B', 'file'],
    ]),
    secrets: new Map([['p', 'secret']]),
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    clients: new Map([['AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:2']]),
    injected: new Map([['INJECTED', 'ecs']]),
  });
  expect(Object.fromEntries(environment)).toEqual({
    A: 'image',
    B: 'definition',
    C: 'override',
    F: 'file',
    S: 'secret',
    INJECTED: 'ecs',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:2',
  });
});
