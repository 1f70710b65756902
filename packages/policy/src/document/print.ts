/** Policies as AWS prints them back. */
import { isAccountId } from '../arn.ts';
import type {
  ConditionElement,
  PolicyDocument,
  PrincipalElement,
  Statement,
  StringElement,
} from './policy-document.ts';

/** How the principals of a printed policy are named. */
export interface PrintOptions {
  /** The ARN or, when its user or role has been deleted, the unique id that stands for it now. */
  readonly nameOfPrincipal?: (arn: string) => string;
  /** Partition of account principals; default `aws`. */
  readonly partition?: string;
}

/**
 * A trust policy as GetRole and CreateRole print it: compact JSON, keys in AWS's order, account
 * principals as the ARN of their root.
 *
 * Unverified: lists of one are printed as the string alone; Sid stands first.
 */
export function printTrustPolicy(document: PolicyDocument, options: PrintOptions = {}): string {
  return JSON.stringify({
    Version: document.version,
    ...(document.id === undefined ? {} : { Id: document.id }),
    Statement: document.statements.map((statement) => printedStatement(statement, options)),
  });
}

function printedStatement(statement: Statement, options: PrintOptions): object {
  const { sid, effect, principal, notPrincipal, action, notAction, condition } = statement;
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principal && { Principal: printedPrincipal(principal, options) }),
    ...(notPrincipal && { NotPrincipal: printedPrincipal(notPrincipal, options) }),
    ...(action && { Action: printedStrings(action) }),
    ...(notAction && { NotAction: printedStrings(notAction) }),
    ...(condition && condition.entries.length > 0
      ? { Condition: printedCondition(condition) }
      : {}),
  };
}

function printedPrincipal(element: PrincipalElement, options: PrintOptions): unknown {
  if (element.any) return '*';
  const byKind = new Map<string, string[]>();
  for (const { kind, value } of element.entries) {
    const shown = kind === 'AWS' ? printedAwsPrincipal(value, options) : value;
    append(byKind, kind, [shown]);
  }
  return toObject(byKind);
}

function printedAwsPrincipal(value: string, options: PrintOptions): string {
  if (isAccountId(value)) return `arn:${options.partition ?? 'aws'}:iam::${value}:root`;
  return options.nameOfPrincipal?.(value) ?? value;
}

function printedStrings(element: StringElement): string | readonly string[] {
  return oneOrAll(element.values.map(({ value }) => value));
}

function printedCondition(condition: ConditionElement): object {
  const operators = new Map<string, Map<string, string[]>>();
  for (const { operator, key, values } of condition.entries) {
    const keys = operators.get(operator) ?? new Map<string, string[]>();
    operators.set(operator, keys);
    append(
      keys,
      key,
      values.map(({ value }) => value),
    );
  }
  return Object.fromEntries([...operators].map(([operator, keys]) => [operator, toObject(keys)]));
}

function append(lists: Map<string, string[]>, key: string, values: readonly string[]): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [...values]);
  else list.push(...values);
}

function toObject(lists: ReadonlyMap<string, readonly string[]>): object {
  return Object.fromEntries([...lists].map(([key, values]) => [key, oneOrAll(values)]));
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** A document as IAM puts it on the wire: percent-encoded by RFC 3986 (`*` is `%2A`, `~` kept). */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
