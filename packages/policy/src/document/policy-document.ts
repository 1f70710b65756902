/** A policy document as parsed: the IAM JSON policy grammar with the position of every element. */

/** Half-open range of UTF-16 offsets in the document's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The two versions of the policy language. Absent in the text means 2008-10-17. */
export type PolicyVersion = '2008-10-17' | '2012-10-17';

/** A parsed policy. `text` is the document byte for byte, so that spans can be shown in it. */
export interface PolicyDocument {
  readonly text: string;
  readonly version: PolicyVersion;
  /** Whether the text names its version. */
  readonly versionGiven: boolean;
  readonly id?: string;
  readonly statements: readonly Statement[];
}

/** One statement. Exactly the elements that the text has are present. */
export interface Statement {
  readonly index: number;
  readonly span: Span;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal?: PrincipalElement;
  readonly notPrincipal?: PrincipalElement;
  readonly action?: StringElement;
  readonly notAction?: StringElement;
  readonly resource?: StringElement;
  readonly notResource?: StringElement;
  readonly condition?: ConditionElement;
}

/** A string or a list of strings; a single string is a list of one. */
export interface StringElement {
  readonly span: Span;
  readonly values: readonly Positioned[];
}

/** A string value and where it stands (quotes included). */
export interface Positioned {
  readonly value: string;
  readonly span: Span;
}

/** The kinds of key in a Principal element. */
export type PrincipalKind = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';

/** Principal or NotPrincipal. `"*"` is `{ any: true, entries: [] }`; `{"AWS":"*"}` is an entry. */
export interface PrincipalElement {
  readonly span: Span;
  readonly any: boolean;
  readonly entries: readonly (Positioned & { readonly kind: PrincipalKind })[];
}

/** The Condition element: operator by operator, key by key, in the order of the text. */
export interface ConditionElement {
  readonly span: Span;
  readonly entries: readonly ConditionEntry[];
}

/** One key under one operator. Booleans and numbers in the text are kept as their JSON text. */
export interface ConditionEntry {
  /** As written, for example `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Positioned[];
  readonly span: Span;
}
