/** Demands of IAM operations where the generic rule is wrong: none so far. */
import type { DemandRule } from '../service.ts';

export const authorization: Readonly<Record<string, DemandRule>> = {};
