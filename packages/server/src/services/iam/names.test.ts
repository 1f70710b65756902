/** Names and paths that IAM refuses in sentences of its own. */
import { expect, test } from 'vitest';
import { checkAccessKeyId, checkName, checkPath, checkPathPrefix } from './names.ts';

test('names hold letters, digits and +=,.@_-', () => {
  expect(() => checkName('userName', 'A-z0_9+=,.@-')).not.toThrow();
  for (const name of ['', 'a b', 'a/b', 'ü', 'a\n', 'a:b', '__proto__/']) {
    expect(() => checkName('userName', name)).toThrow(
      'The specified value for userName is invalid. It must contain only alphanumeric ' +
        'characters and/or the following: +=,.@_-',
    );
  }
});

test('paths begin and end with a slash', () => {
  for (const path of [undefined, '/', '/a/', '/a//b/', '/test//double/', '/!~/', '/a.b@c/']) {
    expect(() => checkPath(path)).not.toThrow();
  }
  for (const path of ['', '//', 'a', 'a/', '/a', '/a b/', '/a\u007f/', '/a\n/', '/ü/', '/a/\n']) {
    expect(() => checkPath(path)).toThrow(
      'The specified value for path is invalid. It must begin and end with / and contain only ' +
        'alphanumeric characters and/or / characters.',
    );
  }
});

test('path prefixes begin with a slash', () => {
  for (const prefix of [undefined, '/', '/a', '/a/b/']) {
    expect(() => checkPathPrefix(prefix)).not.toThrow();
  }
  for (const prefix of ['', 'a', '/a b', '/ü']) {
    expect(() => checkPathPrefix(prefix)).toThrow(
      'The specified value for pathPrefix is invalid. It must begin with the / character and ' +
        'contain only alphanumeric characters and/or / characters.',
    );
  }
});

test('access key ids are alphanumeric', () => {
  expect(() => checkAccessKeyId('AKIAEXAMPLEEXAMPLE12')).not.toThrow();
  expect(() => checkAccessKeyId('AKIA_EXAMPLE/EXAMPLE')).toThrow(
    'The specified value for accessKeyId is invalid. It must contain only alphanumeric characters.',
  );
});
