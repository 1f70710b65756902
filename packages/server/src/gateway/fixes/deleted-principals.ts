/** A trust policy as AWS takes it: without the unique ids of users and roles that were deleted. */
import { isPrincipalId } from '@sekisho/policy';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The document without what is left of deleted principals, which match nobody: AWS would refuse it
 * with `Invalid principal in policy`. A statement that names nobody else goes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function withoutDeletedPrincipals(document: object): object {
  if (!isObject(document)) return document;
  const statements = [document['Statement']].flat().flatMap((statement: unknown) => {
    const principal = isObject(statement) ? statement['Principal'] : undefined;
    if (!isObject(statement) || !isObject(principal)) return [statement];
    const named = [principal['AWS'] ?? []].flat();
    const alive = named.filter((name) => typeof name !== 'string' || !isPrincipalId(name));
    if (alive.length === named.length) return [statement];
    const { AWS: _, ...others } = principal;
    const kept = alive.length === 0 ? others : { ...principal, AWS: oneOrAll(alive) };
    return Object.keys(kept).length === 0 ? [] : [{ ...statement, Principal: kept }];
  });
  return { ...document, Statement: statements };
}

function oneOrAll(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}
