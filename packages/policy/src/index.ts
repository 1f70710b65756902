/** The public interface of the policy language and its decision point. */
export type * from './document/policy-document.ts';
export type * from './request.ts';
