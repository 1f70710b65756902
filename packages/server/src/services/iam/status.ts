/** The status that a request gives a credential. */
import { invalidInput } from './errors.ts';

/** Nobody can set `Expired`, although the model has it. Throws InvalidInput. */
export function readStatus(status: string): 'Active' | 'Inactive' {
  if (status === 'Active' || status === 'Inactive') return status;
  throw invalidInput(`Operation does not support status ${status}`);
}
