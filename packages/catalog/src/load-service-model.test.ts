/** Tests of the service models against what AWS's documentation says of the operations. */
import { describe, expect, test } from 'vitest';
import { loadServiceModel, SERVICE_IDS } from './index.ts';
import type { Member, StructureShape } from './shape.ts';

async function input(service: string, operation: string): Promise<StructureShape> {
  const found = (await loadServiceModel(service)).operation(operation);
  if (found === undefined) throw new Error(`${operation} is missing`);
  return found.input;
}

function member(structure: StructureShape, name: string): Member {
  const found = structure.member(name);
  if (found === undefined) throw new Error(`${structure.name}.${name} is missing`);
  return found;
}

describe('loadServiceModel', () => {
  test('knows each service by our id and refuses others', async () => {
    for (const id of SERVICE_IDS) expect((await loadServiceModel(id)).id).toBe(id);
    expect(() => loadServiceModel('__proto__')).toThrow(RangeError);
  });

  test('gives the namespace, version and service shape of IAM', async () => {
    const iam = await loadServiceModel('iam');
    expect(iam.apiVersion).toBe('2010-05-08');
    expect(iam.xmlNamespace).toBe('https://iam.amazonaws.com/doc/2010-05-08/');
    expect((await loadServiceModel('cloudwatch')).targetPrefix).toBe(
      'GraniteServiceVersion20100801',
    );
    expect(iam.operationNames.length).toBeGreaterThanOrEqual(176);
    expect(iam.operation('toString')).toBeUndefined();
  });

  test('lists CreateRole members in model order with what is required and constrained', async () => {
    const shape = await input('iam', 'CreateRole');
    expect(shape.members.map(({ name, required }) => (required ? `${name}!` : name))).toEqual([
      'Path',
      'RoleName!',
      'AssumeRolePolicyDocument!',
      'Description',
      'MaxSessionDuration',
      'PermissionsBoundary',
      'Tags',
    ]);
    expect(member(shape, 'RoleName').shape).toMatchObject({
      kind: 'string',
      constraints: { min: 1, max: 64 },
    });
    expect(member(shape, 'MaxSessionDuration').shape).toMatchObject({
      kind: 'integer',
      constraints: { min: 3600, max: 43200 },
    });
    const tags = member(shape, 'Tags').shape;
    if (tags.kind !== 'list' || tags.member.shape.kind !== 'structure') throw new Error('Tags');
    expect(member(tags.member.shape, 'Key').shape).toMatchObject({
      constraints: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
    });
    expect(tags.constraints).toEqual({ max: 50 });
  });

  test('binds PutObject to headers, path and payload', async () => {
    const s3 = await loadServiceModel('s3');
    expect(s3.operation('PutObject')?.http).toEqual({
      method: 'PUT',
      uri: '/{Bucket}/{Key+}',
      code: 200,
    });
    expect(s3.operation('ListBuckets')?.http?.uri).toBe('/');
    expect(s3.operation('GetBucketLocation')?.http?.uri).toBe('/{Bucket}?location');
    const shape = await input('s3', 'PutObject');
    expect(member(shape, 'Bucket').traits.httpLabel).toBe(true);
    expect(member(shape, 'ACL').traits.httpHeader).toBe('x-amz-acl');
    expect(member(shape, 'Metadata').traits.httpPrefixHeaders).toBe('x-amz-meta-');
    expect(member(shape, 'Expires').shape.kind).toBe('timestamp');
    expect(member(shape, 'Body')).toMatchObject({ traits: { httpPayload: true } });
    expect(member(shape, 'Body').shape).toMatchObject({ kind: 'blob', streaming: true });
  });

  test('names RunInstances members as the EC2 query protocol writes them', async () => {
    const shape = await input('ec2', 'RunInstances');
    expect(member(shape, 'DryRun').traits.ec2QueryName).toBe('DryRun');
    expect(member(shape, 'IamInstanceProfile').traits).toMatchObject({
      ec2QueryName: 'IamInstanceProfile',
      xmlName: 'iamInstanceProfile',
    });
    expect(member(shape, 'SecurityGroupIds').traits.xmlName).toBe('SecurityGroupId');
  });

  test('knows numbers with a fraction in CloudWatch', async () => {
    const data = member(await input('cloudwatch', 'PutMetricData'), 'MetricData').shape;
    if (data.kind !== 'list' || data.member.shape.kind !== 'structure') throw new Error('list');
    expect(member(data.member.shape, 'Value').shape.kind).toBe('double');
    const values = member(data.member.shape, 'Values').shape;
    expect(values.kind === 'list' && values.member.shape.kind).toBe('double');
  });

  test('gives errors by code and by name with their status', async () => {
    const iam = await loadServiceModel('iam');
    expect(iam.error('NoSuchEntity')).toEqual({
      name: 'NoSuchEntityException',
      code: 'NoSuchEntity',
      status: 404,
      fault: 'Sender',
    });
    expect(iam.error('DeleteConflictException')?.status).toBe(409);
    expect(iam.error('EntityAlreadyExists')?.status).toBe(409);
    expect(iam.error('LimitExceeded')?.status).toBe(409);
    expect(iam.error('MalformedPolicyDocument')?.status).toBe(400);
    expect(iam.error('ServiceFailure')).toMatchObject({ status: 500, fault: 'Receiver' });
    expect((await loadServiceModel('s3')).error('NotFound')?.status).toBe(404);
    expect((await loadServiceModel('sts')).error('IDPRejectedClaim')?.status).toBe(403);
  });

  test('follows shapes that contain themselves', async () => {
    for (const id of SERVICE_IDS) {
      const model = await loadServiceModel(id);
      for (const name of model.operationNames) {
        const operation = model.operation(name);
        for (const part of operation?.input.members ?? []) expect(part.shape.name).not.toBe('');
        for (const part of operation?.output.members ?? []) expect(part.shape.name).not.toBe('');
      }
    }
  });
});
