/** Amazon Resource Names: the six colon-separated fields. */

/** An ARN's fields; `resource` is everything after the fifth colon. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The six fields of a text, or undefined where it has fewer. The sixth may hold colons. */
export function arnFields(text: string): readonly string[] | undefined {
  const fields: string[] = [];
  let start = 0;
  for (let field = 0; field < 5; field++) {
    const colon = text.indexOf(':', start);
    if (colon < 0) return undefined;
    fields.push(text.slice(start, colon));
    start = colon + 1;
  }
  fields.push(text.slice(start));
  return fields;
}

/**
 * Reads an ARN; undefined for anything that does not begin with `arn:` and have six fields.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function parseArn(text: string): Arn | undefined {
  const fields = arnFields(text);
  if (fields === undefined) return undefined;
  const [prefix, partition = '', service = '', region = '', account = '', resource = ''] = fields;
  if (prefix !== 'arn') return undefined;
  return { partition, service, region, account, resource };
}

/** Whether a text is a twelve-digit account id. */
export function isAccountId(text: string): boolean {
  return /^[0-9]{12}$/.test(text);
}
