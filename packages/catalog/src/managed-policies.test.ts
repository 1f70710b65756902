/** Tests of the packed AWS managed policies. */
import { describe, expect, test } from 'vitest';
import { loadManagedPolicies } from './index.ts';

describe('loadManagedPolicies', () => {
  test('gives AmazonECSTaskExecutionRolePolicy its path and six actions', async () => {
    const policies = await loadManagedPolicies();
    const arn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    const policy = policies.get(arn);
    expect(policy).toMatchObject({
      arn,
      name: 'AmazonECSTaskExecutionRolePolicy',
      path: '/service-role/',
      defaultVersionId: 'v1',
      createDate: '2017-11-16T18:48:22Z',
      updateDate: '2017-11-16T18:48:22Z',
    });
    const document: unknown = JSON.parse(policy?.document ?? '');
    expect(document).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'ecr:GetAuthorizationToken',
            'ecr:BatchCheckLayerAvailability',
            'ecr:GetDownloadUrlForLayer',
            'ecr:BatchGetImage',
            'logs:CreateLogStream',
            'logs:PutLogEvents',
          ],
          Resource: '*',
        },
      ],
    });
    expect(policy?.document).toContain('\n    "Version": "2012-10-17",\n');
  });

  test('does not know a policy under another path or name', async () => {
    const policies = await loadManagedPolicies();
    expect(
      policies.get('arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy'),
    ).toBeUndefined();
    expect(policies.get('arn:aws:iam::aws:policy/')).toBeUndefined();
    expect(policies.get('__proto__')).toBeUndefined();
  });

  test('lists headers by ARN with ids that are all different and of the right form', async () => {
    const policies = await loadManagedPolicies();
    const headers = policies.list();
    expect(headers.length).toBeGreaterThan(1500);
    expect(new Set(headers.map((header) => header.id)).size).toBe(headers.length);
    for (const header of headers) {
      expect(header.id).toMatch(/^ANPA[A-Z2-7]{17}$/);
      expect(header.createDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(header.path).toMatch(/^\/([\w-]+\/)*$/);
      const document: unknown = JSON.parse(policies.get(header.arn)?.document ?? '');
      expect(document).toHaveProperty('Statement');
    }
  });
});
