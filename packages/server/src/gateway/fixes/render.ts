/** Changes written as AWS CLI commands, Terraform blocks and CloudFormation resources. */
import type { Fix, FixTemplate, TemplateEntry, TemplateValue, Text } from './template.ts';

/** The change in its three forms. */
export function renderFix(text: Text, template: FixTemplate): Fix {
  return {
    text,
    cli: renderCommand(template),
    terraform: renderTerraform(template.terraform),
    cloudFormation: renderCloudFormation(template.cloudFormation),
  };
}

/** `aws iam put-role-policy --role-name R …`, for a POSIX shell. */
function renderCommand({ command, options }: FixTemplate): string {
  if (command === '') return '';
  const parts = options.map(([name, value]) => `--${name}${shellValue(value)}`);
  return [`aws ${command}`, ...parts].join(' \\\n  ');
}

function shellValue(value: TemplateValue): string {
  if (value === true) return '';
  if (Array.isArray(value)) return value.map((one: string) => ` ${shellWord(one)}`).join('');
  if (typeof value === 'object' && 'json' in value) {
    return ` ${shellWord(JSON.stringify(value.json))}`;
  }
  return ` ${shellWord(String(value))}`;
}

/** Quoted where a shell would read it otherwise. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function renderTerraform({ type, name, arguments: given }: FixTemplate['terraform']): string {
  if (type === '') return '';
  const lines = hclEntries(given, 1);
  return [`resource ${hclText(type)} ${hclText(name)} {`, ...lines, '}'].join('\n');
}

function hclEntries(entries: readonly TemplateEntry[], depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const lines: string[] = [];
  let pairs: (readonly [name: string, value: string])[] = [];
  for (const [name, value] of entries) {
    if (typeof value !== 'object' || !('block' in value)) {
      const isJson = typeof value === 'object' && 'json' in value;
      const written = isJson ? `jsonencode(${hclJson(value.json, depth)})` : hclJson(value, depth);
      pairs.push([name, written]);
      continue;
    }
    lines.push(...aligned(pairs, indent), `${indent}${name} {`);
    lines.push(...hclEntries(value.block, depth + 1), `${indent}}`);
    pairs = [];
  }
  return [...lines, ...aligned(pairs, indent)];
}

/** As `terraform fmt` writes them: the `=` of neighbours of one line each stand below each other. */
function aligned(
  pairs: readonly (readonly [name: string, value: string])[],
  indent: string,
): readonly string[] {
  const lines: string[] = [];
  let group: (readonly [string, string])[] = [];
  const flush = (): void => {
    const width = Math.max(0, ...group.map(([name]) => name.length));
    for (const [name, value] of group) lines.push(`${indent}${name.padEnd(width)} = ${value}`);
    group = [];
  };
  for (const pair of pairs) {
    const [name, value] = pair;
    if (!value.includes('\n')) group.push(pair);
    else {
      flush();
      lines.push(...`${indent}${name} = ${value}`.split('\n'));
    }
  }
  flush();
  return lines;
}

/** JSON values as HCL: objects with `=`, texts without templates. */
function hclJson(value: unknown, depth: number): string {
  if (typeof value === 'string') return hclText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const indent = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  if (Array.isArray(value)) {
    const items = value.map((one: unknown) => hclJson(one, depth + 1));
    if (value.every((one) => typeof one === 'string')) return `[${items.join(', ')}]`;
    return `[\n${items.map((item) => `${indent}${item},\n`).join('')}${end}]`;
  }
  const pairs = Object.entries(value).map(([name, member]) => {
    const key = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : hclText(name);
    return [key, hclJson(member, depth + 1)] as const;
  });
  return `{\n${aligned(pairs, indent).join('\n')}\n${end}}`;
}

/** `${` and `%{` begin templates in HCL. */
function hclText(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (mark) => mark + mark);
}

function renderCloudFormation({ type, name, properties }: FixTemplate['cloudFormation']): string {
  if (type === '') return '';
  return [
    'Resources:',
    `  ${name}:`,
    `    Type: ${type}`,
    '    Properties:',
    ...properties.flatMap((entry) => yamlEntry(entry, 3)),
  ].join('\n');
}

function yamlEntry([name, value]: TemplateEntry, depth: number): readonly string[] {
  if (typeof value === 'object' && 'block' in value) {
    const inner = value.block.flatMap((entry) => yamlEntry(entry, depth + 1));
    return [`${'  '.repeat(depth)}${name}:`, ...inner];
  }
  const json: unknown = typeof value === 'object' && 'json' in value ? value.json : value;
  return yamlMember(name, json, depth);
}

function yamlMember(name: string, value: unknown, depth: number): readonly string[] {
  const start = `${'  '.repeat(depth)}${yamlText(name)}:`;
  if (typeof value !== 'object' || value === null) return [`${start} ${yamlScalar(value)}`];
  return [start, ...yamlLines(value, depth + 1)];
}

function yamlLines(value: object, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, member]) => yamlMember(name, member, depth));
  }
  return value.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [`${indent}- ${yamlScalar(item)}`];
    const [first = '', ...rest] = yamlLines(item, depth + 1);
    return [`${indent}- ${first.trimStart()}`, ...rest];
  });
}

function yamlScalar(value: unknown): string {
  return typeof value === 'string' ? yamlText(value) : String(value);
}

/** A date as a plain YAML scalar would not be text: `Version` is always quoted. */
function yamlText(text: string): string {
  const isWord = /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(text);
  return isWord && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
