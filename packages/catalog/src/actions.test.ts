/** Tests of the actions against the service authorization reference. */
import { describe, expect, test } from 'vitest';
import { loadActionIndex, loadActions } from './index.ts';

describe('loadActions', () => {
  test('gives PassRole its resource type and condition keys', async () => {
    const iam = await loadActions('iam');
    expect(iam.action('passrole')).toEqual({
      name: 'PassRole',
      accessLevel: 'Write',
      resourceTypes: [{ name: 'role', required: true, conditionKeys: [] }],
      conditionKeys: ['iam:AssociatedResourceArn', 'iam:PassedToService'],
    });
    expect(iam.resourceTypes.get('role')?.arn).toMatch(/^arn:.*:iam::.*:role\/.*RoleNameWithPath/);
    expect(iam.conditionKeys.get('aws:TagKeys')).toBe('ArrayOfString');
    expect(iam.conditionKeys.get('iam:PermissionsBoundary')).toBe('ARN');
  });

  test('knows which actions name no resource', async () => {
    expect((await loadActions('sts')).action('GetCallerIdentity')?.resourceTypes).toEqual([]);
    expect((await loadActions('iam')).action('ListRoles')?.resourceTypes).toEqual([]);
  });

  test('refuses prefixes that AWS does not have', async () => {
    await expect(loadActions('../SOURCES')).rejects.toThrow(RangeError);
    await expect(loadActions('constructor')).rejects.toThrow(RangeError);
  });

  test('can be loaded for every prefix, with the names of the index', async () => {
    const index = await loadActionIndex();
    expect(index.prefixes.length).toBeGreaterThanOrEqual(456);
    for (const prefix of index.prefixes) {
      const { actions } = await loadActions(prefix);
      expect([...actions.values()].map((action) => action.name)).toEqual(index.actionNames(prefix));
    }
  });
});

describe('loadActionIndex', () => {
  test('answers whether an action exists, in any ASCII case', async () => {
    const index = await loadActionIndex();
    expect(index.actionExists('iam:CreateRole')).toBe(true);
    expect(index.actionExists('IAM:createrole')).toBe(true);
    expect(index.actionExists('iam:CreateRöle')).toBe(false);
    // KELVIN SIGN lower-cases to k.
    expect(index.actionExists('\u212Ams:Decrypt')).toBe(false);
    expect(index.actionExists('iam:CreateRole:x')).toBe(false);
    expect(index.actionExists('iam')).toBe(false);
    expect(index.actionExists('')).toBe(false);
    expect(index.serviceName('iam')).toBe('AWS Identity and Access Management (IAM)');
  });

  test('has the 59 global condition keys with their types', async () => {
    const { globalConditionKeys } = await loadActionIndex();
    expect(globalConditionKeys.size).toBe(59);
    expect(globalConditionKeys.get('aws:SourceIp')).toBe('IPAddress');
    expect(globalConditionKeys.get('aws:PrincipalArn')).toBe('ARN');
    expect(globalConditionKeys.get('aws:TagKeys')).toBe('ArrayOfString');
    expect([...globalConditionKeys.values()]).not.toContain('');
  });

  test('lists the services that obey resource control policies', async () => {
    const { resourceControlPolicyServices } = await loadActionIndex();
    for (const prefix of ['s3', 'sts', 'kms', 'sqs', 'secretsmanager', 'ecr', 'dynamodb']) {
      expect(resourceControlPolicyServices.has(prefix)).toBe(true);
    }
    expect(resourceControlPolicyServices.has('iam')).toBe(false);
  });
});
