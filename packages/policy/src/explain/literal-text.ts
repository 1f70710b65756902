/** Text of a request written into a policy so that it means only itself. */
import type { PolicyVersion } from '../document/policy-document.ts';

/**
 * `*`, `?` and `$` as `${*}`, `${?}` and `${$}` (rule V3). Version 2008-10-17 has no way to write
 * them: there the text stands as it is.
 */
export function literalText(text: string, version: PolicyVersion): string {
  if (version !== '2012-10-17') return text;
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}

/**
 * An ARN for the Resource element, where only the sixth field may hold variables (rule M7). The
 * `instance/*` of what is yet to be made stands as AWS's pages write it; an object's key does not.
 */
export function literalArn(arn: string, version: PolicyVersion): string {
  const fields = arn.split(':');
  if (fields.length < 6) return literalText(arn, version);
  const isNew = fields[2] !== 's3' && /^[a-z-]+\/\*$/.test(fields[5] ?? '') && fields.length === 6;
  if (isNew) return arn;
  const resource = literalText(fields.slice(5).join(':'), version);
  return [...fields.slice(0, 5), resource].join(':');
}
