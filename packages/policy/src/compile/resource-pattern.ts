/** Values of Resource and NotResource, written as words that can be compared quickly. */
import { foldCase } from '../ascii.ts';
import type { PolicyVersion } from '../document/policy-document.ts';
import { parseTemplate, type TemplatePart, templateFields } from '../variable.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { prepareTemplate, type Template } from './template.ts';
import { tokensOf } from './wildcard-tokens.ts';
import type { WordDraft } from './word-store.ts';

/** What a policy's place decides about its statements: rules M6, M8 and P11. */
export type StatementPlace =
  | 'identity'
  | 'serviceControl'
  | 'resource'
  | 'vpcEndpoint'
  | 'resourceControl';

/**
 * How a pattern is written; the first word is the kind, with the service from bit 4 on.
 *
 * exact, prefix: size, bytes, start of the sixth field, text. The first five fields are literal.
 * fields: size, the end of each of six fields, text. template: size, number of the template.
 * sequence: size, bytes, start of the sixth field, how that is compared, text. Each of the first
 * five fields is a lone `*` or has none, so that one pass from left to right tells.
 *
 * The service is that of `arn:aws:s3:::*`, which alone matches a call without a resource (M5).
 */
export const patternKinds = { exact: 0, prefix: 1, fields: 2, template: 3, sequence: 4 } as const;

/** How the sixth field of a sequence is compared; `?` counts as literal in it. */
export const sixthKinds = { literal: 0, prefix: 1, wildcards: 2 } as const;

/** A pattern with variables, or with characters that do not fit a byte. */
export interface ResourceTemplate {
  /** Undefined: five fields that match nothing (rule M7). */
  readonly fixed: readonly Int32Array[] | undefined;
  readonly sixth: Template;
}

/** What the writing of patterns shares: numbers of services and templates. */
export class ResourcePatterns {
  readonly #keys: ConditionKeys;
  readonly #services = new Map<string, number>();
  readonly #templateNumbers = new Map<string, number>();
  readonly templates: ResourceTemplate[] = [];

  constructor(keys: ConditionKeys) {
    this.#keys = keys;
  }

  /** From 1 on. */
  serviceNumber(service: string): number {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    this.#services.set(service, this.#services.size + 1);
    return this.#services.size;
  }

  /**
   * `everything` and `nothing` are not written. `spares`: what matches is spared from a Deny, which
   * a short ARN may not do (Unverified: rule M6 has one source).
   */
  write(
    value: string,
    version: PolicyVersion,
    { place, spares }: { readonly place: StatementPlace; readonly spares: boolean },
    draft: WordDraft,
  ): 'everything' | 'nothing' | 'written' {
    if (/^\*+$/.test(value)) return 'everything';
    const fields = templateFields(parseTemplate(value, version));
    const sixth = fields[5];
    const fixed = fixedTexts(fields.slice(0, 5));
    if (sixth === undefined) {
      if (fixed === undefined || spares || !isShortAllowed(value, place)) return 'nothing';
      const lacking = new Array<string>(6 - fixed.length).fill('*');
      return this.#writeFields([...fixed, ...lacking], undefined, draft);
    }
    const unnamed = fixed && unnamedService(fixed);
    if (fixed === undefined || sixth.some(({ kind }) => kind !== 'text')) {
      if (fixed === undefined && sixth.every(({ kind }) => kind === 'text')) return 'nothing';
      return this.#writeTemplate(`${version} ${value}`, fixed, sixth, unnamed, draft);
    }
    const text = sixth.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    return this.#writeFields([...fixed, text], text === '*' ? unnamed : undefined, draft);
  }

  #writeFields(
    fields: readonly string[],
    unnamed: string | undefined,
    draft: WordDraft,
  ): 'written' {
    const whole = fields.join(':');
    if (!/^[\0-\xff]*$/.test(whole)) {
      const parts: TemplatePart[] = [{ kind: 'text', text: fields[5] ?? '' }];
      return this.#writeTemplate(`2008 ${whole}`, fields.slice(0, 5), parts, unnamed, draft);
    }
    const service = unnamed === undefined ? 0 : this.serviceNumber(unnamed);
    const head = fields.slice(0, 5).join(':');
    const sixth = fields[5] ?? '';
    const body = withoutLastStars(sixth);
    if (fields.slice(0, 5).some((field) => field.includes('*') && field !== '*')) {
      return writeFields(fields, service, draft);
    }
    if (/[*?]/.test(head) || /[*?]/.test(body)) return writeSequence(head, sixth, service, draft);
    const text = `${head}:${body}`;
    const kind = body === sixth ? patternKinds.exact : patternKinds.prefix;
    draft.push(kind | (service << 4));
    draft.push(4 + ((text.length + 3) >> 2));
    draft.push(text.length);
    draft.push(head.length + 1);
    draft.pushText(text);
    return 'written';
  }

  #writeTemplate(
    key: string,
    fixed: readonly string[] | undefined,
    sixth: readonly TemplatePart[],
    unnamed: string | undefined,
    draft: WordDraft,
  ): 'written' {
    let number = this.#templateNumbers.get(key);
    if (number === undefined) {
      number = this.templates.length;
      this.#templateNumbers.set(key, number);
      this.templates.push({
        fixed: fixed?.map(tokensOf),
        sixth: prepareTemplate(sixth, this.#keys),
      });
    }
    const service = unnamed === undefined ? 0 : this.serviceNumber(unnamed);
    draft.push(patternKinds.template | (service << 4));
    draft.push(3);
    draft.push(number);
    return 'written';
  }
}

function fixedTexts(fields: readonly (readonly TemplatePart[])[]): string[] | undefined {
  const texts: string[] = [];
  for (const field of fields) {
    let text = '';
    for (const part of field) {
      if (part.kind !== 'text') return undefined;
      text += part.text;
    }
    texts.push(text);
  }
  return texts;
}

function unnamedService([prefix, partition, service, region, account]: readonly string[]):
  | string
  | undefined {
  const isWhole = prefix === 'arn' && partition !== '' && region === '' && account === '';
  return isWhole && service !== undefined ? foldCase(service) : undefined;
}

function isShortAllowed(value: string, place: StatementPlace): boolean {
  if (place === 'resource' || place === 'vpcEndpoint') return /[*?]/.test(value);
  return place !== 'serviceControl' || value.endsWith('*');
}

function withoutLastStars(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 42) end--;
  return text.slice(0, end);
}

function writeSequence(head: string, sixth: string, service: number, draft: WordDraft): 'written' {
  const pattern = sixth.replace(/\*+/g, '*');
  const isPrefix = pattern.indexOf('*') === pattern.length - 1 && pattern !== '';
  const text = `${head}:${isPrefix ? pattern.slice(0, -1) : pattern}`;
  draft.push(patternKinds.sequence | (service << 4));
  draft.push(5 + ((text.length + 3) >> 2));
  draft.push(text.length);
  draft.push(head.length + 1);
  if (isPrefix) draft.push(sixthKinds.prefix);
  else draft.push(pattern.includes('*') ? sixthKinds.wildcards : sixthKinds.literal);
  draft.pushText(text);
  return 'written';
}

function writeFields(fields: readonly string[], service: number, draft: WordDraft): 'written' {
  const texts = fields.map((field) => field.replace(/\*+/g, '*'));
  const text = texts.join('');
  draft.push(patternKinds.fields | (service << 4));
  draft.push(8 + ((text.length + 3) >> 2));
  let end = 0;
  for (const field of texts) {
    end += field.length;
    draft.push(end);
  }
  draft.pushText(text);
  return 'written';
}
