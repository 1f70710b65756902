/** The server's explanation of a token, as far as it is shown. */
import { strangeAnswer } from '../../mistakes.ts';

/** A sentence in both languages. */
export interface Sentence {
  readonly en: string;
  readonly ja: string;
}

export interface Explanation {
  readonly role: string;
  readonly allowed: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly status: number };
  readonly token: {
    readonly verified: boolean;
    readonly claims?: Readonly<Record<string, string | number>>;
  };
  readonly causes: readonly (Sentence & { readonly code: string; readonly advice?: Sentence })[];
  readonly comparisons: readonly Comparison[];
  readonly change?: {
    readonly removed: readonly string[];
    readonly added: readonly string[];
    readonly policyDocument: string;
    readonly strangersRefused: boolean;
  };
}

export interface Comparison {
  readonly statement: number;
  readonly sid?: string;
  readonly operator: string;
  readonly key: string;
  readonly values?: readonly string[];
  readonly matched: boolean;
  readonly patterns: readonly {
    readonly value: string;
    readonly matched: boolean;
    readonly character?: number;
  }[];
}

/** Throws CommandError when the server answers something else. */
export function readExplanation(answer: unknown): Explanation {
  if (isExplanation(answer)) return answer;
  throw strangeAnswer();
}

function isExplanation(value: unknown): value is Explanation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'causes' in value &&
    Array.isArray(value.causes) &&
    'comparisons' in value &&
    Array.isArray(value.comparisons)
  );
}
