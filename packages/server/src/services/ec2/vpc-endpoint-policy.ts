/**
 * The policy of a VPC endpoint: full access unless another was put.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
import { parsePolicyDocument, positionOf } from '@sekisho/policy';
import { ec2Error } from './errors.ts';

/** What a new endpoint has, as AWS writes it. */
export const fullAccess =
  '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';

const policyLengthMax = 20_480;

/** The text as it is stored. Throws InvalidPolicyDocument; its texts but one are unverified. */
export function readEndpointPolicy(text: string): string {
  if (text.length > policyLengthMax) {
    throw invalid(`The policy is longer than ${policyLengthMax} characters.`);
  }
  const { document, error } = parsePolicyDocument(text);
  if (document === undefined) {
    const { line, column } = positionOf(text, error.span?.start ?? 0);
    throw invalid(`Syntax error at position (${line},${column})`);
  }
  for (const { principal, notPrincipal, effect, resource, notResource } of document.statements) {
    if (principal === undefined && notPrincipal === undefined) {
      throw invalid('Missing required field Principal');
    }
    if (effect === 'Allow' && notPrincipal !== undefined) {
      throw invalid('Allow with NotPrincipal is not allowed');
    }
    if (resource === undefined && notResource === undefined) {
      throw invalid('Missing required field Resource');
    }
  }
  return text;
}

function invalid(reason: string): Error {
  return ec2Error('InvalidPolicyDocument', `The Policy Document is not valid. ${reason}`);
}
