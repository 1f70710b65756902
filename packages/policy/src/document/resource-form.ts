/** The form that IAM asks of Resource values in identity-based policies. */

/** Partition names, of AWS's own list of partitions. */
const partitions: ReadonlySet<string> = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
]);

const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/**
 * S3 resources that belong to a region.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const regionalS3Paths = ['accesspoint/', 'job/', 'storage-lens', 'access-grants/'];

/** AWS's text for a value whose form is wrong; undefined when it is right. */
export function resourceFormProblem(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const fields = resource.split(':');
  if (fields.length === 1) return `Resource ${resource} must be in ARN format or "*".`;
  const [, partition = '', service, region = ''] = fields;
  if (!partitions.has(partition) && partition !== '*') {
    const rest = [0, 1, 2].map((index) => fields[index + 2] ?? '*');
    const last = fields.length > 5 ? fields.slice(5).join(':') : '*';
    const shown = ['arn', partition, ...rest, last].join(':');
    return `Partition "${partition}" is not valid for resource "${shown}".`;
  }
  if (service === undefined || /[*?]/.test(service)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  const path = fields.slice(5).join(':');
  if (service === 'iam') return iamProblem(resource, region, path);
  if (service === 's3' && region !== '' && !isRegionalS3Path(path)) {
    return `Resource ${resource} can not contain region information.`;
  }
  return undefined;
}

function iamProblem(resource: string, region: string, path: string): string | undefined {
  if (region !== '') return `IAM resource ${resource} cannot contain region information.`;
  if (path === '*' || path === 'root') return undefined;
  if (iamPaths.some((start) => path.startsWith(start))) return undefined;
  return `IAM resource path must either be "*", root, or start with ${iamPaths.join(', ')}.`;
}

function isRegionalS3Path(path: string): boolean {
  return path === '*' || regionalS3Paths.some((start) => path.startsWith(start));
}

/** Whether the legacy parser refuses the value: too few fields around an empty one. */
export function failsLegacyParsing(resource: string): boolean {
  const fields = resource.split(':');
  return fields[2] === '' || (fields.length < 6 && resource.includes('::'));
}
