/** A change to a policy that would help a refused request: data that can be shown and executed. */
import type { PolicySource, PolicyType } from '../request.ts';
import type { StatementJson } from './statement-json.ts';

interface Place {
  readonly policyType: PolicyType;
  /** For SCPs and RCPs: 0 is the organization's root. */
  readonly level?: number;
}

interface InStatement extends Place {
  readonly policy: PolicySource;
  readonly statementIndex: number;
}

/** The elements that a value can be added to. */
export type ValueElement = 'Principal' | 'Action' | 'Resource' | 'Condition';

/** A new statement; without `policy` it stands in a new policy of that type. */
export interface AddStatement extends Place {
  readonly change: 'addStatement';
  readonly policy?: PolicySource;
  readonly statement: StatementJson;
}

/** Further values in one element of a statement that nearly allowed. */
export interface AddValue extends InStatement {
  readonly change: 'addValue';
  readonly element: ValueElement;
  readonly operator?: string;
  readonly key?: string;
  readonly values: readonly string[];
  /**
   * Of Principal: what the values stand in place of, because it means nobody any more. The id of a
   * deleted user or role, or the name itself, bound to one of that name that was deleted (rule P6).
   */
  readonly replaced?: readonly string[];
  /** The statement with the values in it. */
  readonly statement: StatementJson;
}

/** A Deny that spares the request. */
export interface NarrowDeny extends InStatement {
  readonly change: 'narrowDeny';
  readonly statement: StatementJson;
}

/** A Deny that cannot be narrowed: it denies nothing but requests like this one. */
export interface RemoveDeny extends InStatement {
  readonly change: 'removeDeny';
}

/** One change. All changes of a proposal are needed, and together they are enough. */
export type Change = AddStatement | AddValue | NarrowDeny | RemoveDeny;

/** AWS's own managed policies cannot be edited: the change needs a copy of it. */
export function isAwsManaged({ arn }: PolicySource): boolean {
  return arn?.includes(':iam::aws:policy/') ?? false;
}
