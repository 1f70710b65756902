/** The condition keys that a policy refers to: in conditions and in policy variables. */
import { foldCase } from '../ascii.ts';
import { readOperator } from '../condition/operators.ts';
import type { PolicyDocument, Statement } from '../document/policy-document.ts';
import { parseTemplate } from '../variable.ts';

/** Each key once, whatever its case, as first written. */
export function contextKeysOf(documents: readonly PolicyDocument[]): readonly string[] {
  const keys = new Map<string, string>();
  const note = (key: string): void => {
    if (!keys.has(foldCase(key))) keys.set(foldCase(key), key);
  };
  for (const document of documents) {
    for (const statement of document.statements) {
      for (const { key } of statement.condition?.entries ?? []) note(key);
      for (const value of textsWithVariables(statement)) {
        for (const part of parseTemplate(value, document.version)) {
          if (part.kind === 'variable') note(part.key);
        }
      }
    }
  }
  return [...keys.values()];
}

/** Values in which variables are replaced (rules V6 and M7). */
function textsWithVariables({ resource, notResource, condition }: Statement): readonly string[] {
  const compared = (condition?.entries ?? []).filter(({ operator }) => {
    const use = readOperator(operator);
    return use?.kind === 'compare' && use.operator.variables;
  });
  return [
    ...[resource, notResource].flatMap((element) => element?.values ?? []),
    ...compared.flatMap(({ values }) => values),
  ].map(({ value }) => value);
}
