/** The ARN format of a resource type, as AWS's reference writes it: literal text and variables. */

/** `arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}` in parts. */
export interface ArnFormat {
  /** Texts and variables in turn, beginning and ending with a text. */
  readonly texts: readonly string[];
  readonly variables: readonly string[];
}

/** Variables that come from the endpoint, never from the input. */
const ENDPOINT_VARIABLES: ReadonlySet<string> = new Set(['Partition', 'Region', 'Account']);

export function parseArnFormat(format: string): ArnFormat {
  const pieces = format.split(/\$\{([^}]+)\}/);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0),
    variables: pieces.filter((_, index) => index % 2 === 1),
  };
}

/** The variables that name the resource itself. */
export function ownVariables(format: ArnFormat): readonly string[] {
  return format.variables.filter((variable) => !ENDPOINT_VARIABLES.has(variable));
}

/** Whether an ARN can be one of this type: its texts stand in it in order, variables not empty. */
export function matchesFormat(format: ArnFormat, arn: string): boolean {
  const [first = '', ...others] = format.texts;
  if (!arn.startsWith(first)) return false;
  let position = first.length;
  for (const [index, text] of others.entries()) {
    const last = index === others.length - 1;
    const found = last ? arn.length - text.length : arn.indexOf(text, position + 1);
    if (found <= position || !arn.startsWith(text, found)) return false;
    position = found + text.length;
  }
  return position === arn.length;
}

/** Fills the variables; the callback gives each one's text. */
export function fillFormat(format: ArnFormat, value: (variable: string) => string): string {
  return format.texts
    .map((text, index) => {
      const variable = format.variables[index];
      return variable === undefined ? text : text + value(variable);
    })
    .join('');
}
