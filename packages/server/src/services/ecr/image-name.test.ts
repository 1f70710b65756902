/** Image names: which of them lead to this server's ECR. */
import { describe, expect, test } from 'vitest';
import { readEcrImage } from './image-name.ts';

const own = { account: '123456789012', region: 'us-east-1' };
const other = { account: '210987654321', region: 'us-west-2' };
const host = '210987654321.dkr.ecr.us-west-2.amazonaws.com';
const digest = `sha256:${'0'.repeat(64)}`;
const read = (image: string) => readEcrImage(image, 'http://127.0.0.1:4566', own);

describe('an image of ECR', () => {
  for (const [image, expected] of [
    [`${host}/team/app:v1`, { ...other, repositoryName: 'team/app', reference: 'v1' }],
    [`${host}/app`, { ...other, repositoryName: 'app', reference: 'latest' }],
    [`${host}/app:v1@${digest}`, { ...other, repositoryName: 'app', reference: digest }],
    [`127.0.0.1:4566/${host}/app:v1`, { ...other, repositoryName: 'app', reference: 'v1' }],
    ['127.0.0.1:4566/app:v1', { ...own, repositoryName: 'app', reference: 'v1' }],
    ['localhost:4566/app', { ...own, repositoryName: 'app', reference: 'latest' }],
  ] as const) {
    test(`is ${image}`, () => {
      expect(read(image)).toEqual(expected);
    });
  }
});

describe('an image that lies elsewhere', () => {
  for (const image of [
    'nginx',
    'library/nginx:1',
    'public.ecr.aws/docker/library/nginx:1',
    '127.0.0.1:5000/app',
    'example.com:4566/app',
    `example.com/${host}/app`,
  ]) {
    test(`is ${image}`, () => {
      expect(read(image)).toBeUndefined();
    });
  }
});
