/** Names and paths: the rules that IAM states in sentences of its own. */
import { validationError } from './errors.ts';

const nameForm = /^[A-Za-z0-9_+=,.@-]+$/;
// The model's pattern and what was observed: `/`, `/a/`, `/a//b/`; never `//`.
const pathForm = /^(?:\/|\/[!-.0-~][!-~]*\/)$/;
const pathPrefixForm = /^\/[!-~]*$/;

/** Throws ValidationError; `member` is the parameter's name in camel case (`userName`). */
export function checkName(member: string, name: string): void {
  if (nameForm.test(name)) return;
  throw validationError(
    `The specified value for ${member} is invalid. ` +
      'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  );
}

/** Throws ValidationError for what cannot be an access key's id. */
export function checkAccessKeyId(id: string): void {
  if (/^[A-Za-z0-9]+$/.test(id)) return;
  throw validationError(
    'The specified value for accessKeyId is invalid. ' +
      'It must contain only alphanumeric characters.',
  );
}

/** Throws ValidationError for a path that does not begin and end with a slash. */
export function checkPath(path: string | undefined, member = 'path'): void {
  if (path === undefined || pathForm.test(path)) return;
  throw validationError(
    `The specified value for ${member} is invalid. It must begin and end with / and contain ` +
      'only alphanumeric characters and/or / characters.',
  );
}

/** Throws ValidationError for a path prefix that does not begin with a slash. */
export function checkPathPrefix(prefix: string | undefined): void {
  if (prefix === undefined || pathPrefixForm.test(prefix)) return;
  throw validationError(
    'The specified value for pathPrefix is invalid. It must begin with the / character and ' +
      'contain only alphanumeric characters and/or / characters.',
  );
}
