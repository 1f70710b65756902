/** Short forms of article 001's steps. */
import { stepOf } from '../article-step.ts';
import { type Principal, type Step, type Text, words } from '../step.ts';

/** The user of the article's first JSON. */
export const user: Principal = {
  key: 'user',
  name: { en: 'the user user-name', ja: 'ユーザー user-name' },
};

/** That user, with the role Test1. */
export const session: Principal = { key: 'session', name: { en: 'Test1', ja: 'Test1' } };

/** An article's step outside of instance and task. */
export const step = (
  id: string,
  title: Text,
  command: string | readonly string[],
  more: Partial<Step> = {},
): Step => stepOf(id, 'article', title, command, more);

/** What the article takes for granted. */
export const precondition: typeof step = (id, title, command, more = {}) =>
  step(id, title, command, { part: 'precondition', ...more });

/** What the article only speaks of. */
export const addition: typeof step = (id, title, command, more = {}) =>
  step(id, title, command, { part: 'addition', ...more });

/** `aws sts assume-role`, its credentials becoming those of the principal `key`. */
export const assume = (role: string, key: string): Pick<Step, 'args' | 'learns'> => ({
  args: words(
    `aws sts assume-role --role-arn arn:aws:iam::<account>:role/${role} --role-session-name work`,
  ),
  learns: {
    [`${key}KeyId`]: ['Credentials', 'AccessKeyId'],
    [`${key}Secret`]: ['Credentials', 'SecretAccessKey'],
    [`${key}Token`]: ['Credentials', 'SessionToken'],
  },
});
