/** Whether a credential scope and its date fit the service that the request was routed to. */
import { refuse } from '../authentication-error.ts';
import type { Claim } from './claim.ts';
import { terminator } from './credential.ts';
import type { ServiceRules } from './service-rules.ts';

/** Throws the service's error unless region, service, terminator and date are right. */
export function checkScope(claim: Claim, rules: ServiceRules): void {
  const { region, service, terminator: last, date } = claim.credential;
  const regionIsRight =
    rules.region === undefined ? rules.isRegion(region) : region === rules.region;
  const isRight = regionIsRight && service === rules.signingName && last === terminator;
  if (isRight && date === claim.timestamp.slice(0, 8)) return;
  if (rules.isS3) throw wrongS3Scope(claim, regionIsRight, rules);
  const sentences = [
    ...(regionIsRight ? [] : ['Credential should be scoped to a valid region. ']),
    ...(service === rules.signingName
      ? []
      : [`Credential should be scoped to correct service: '${rules.signingName}'. `]),
    ...(last === terminator
      ? []
      : [`Credential should be scoped with a valid terminator: '${terminator}'.`]),
  ];
  const wrongDate =
    'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.';
  const message = sentences.length === 0 ? wrongDate : sentences.join('');
  throw refuse(rules.family, { reason: 'scope', message });
}

function wrongS3Scope(claim: Claim, regionIsRight: boolean, rules: ServiceRules): Error {
  const inQuery = claim.place === 'query';
  const prefix = inQuery
    ? 'Error parsing the X-Amz-Credential parameter'
    : 'The authorization header is malformed';
  const reason = inQuery ? 'scope-query' : 'scope';
  const { region, service, terminator: last, date } = claim.credential;
  const expected = rules.region ?? rules.defaultRegion;
  if (!regionIsRight) {
    const message = `${prefix}; the region '${region}' is wrong; expecting '${expected}'`;
    return refuse('s3', { reason, message, details: [['Region', expected]] });
  }
  if (service !== rules.signingName) {
    const belongs = `This endpoint belongs to "${rules.signingName}".`;
    return refuse('s3', {
      reason,
      message: `${prefix}; incorrect service "${service}". ${belongs}`,
    });
  }
  // Unverified: the two texts that follow.
  if (last !== terminator) {
    const uses = `This endpoint uses "${terminator}".`;
    return refuse('s3', { reason, message: `${prefix}; incorrect terminator "${last}". ${uses}` });
  }
  const differs = `This date is not the same as X-Amz-Date: "${claim.timestamp.slice(0, 8)}".`;
  return refuse('s3', {
    reason,
    message: `${prefix}; Invalid credential date "${date}". ${differs}`,
  });
}
