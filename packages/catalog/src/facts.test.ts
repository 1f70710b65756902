/** Tests of the hand-kept facts. */
import { describe, expect, test } from 'vitest';
import {
  DEMAND_RULE_SERVICES,
  loadActionIndex,
  loadContextKeyRules,
  loadDemandRules,
  loadManagedPolicies,
  loadServiceLinkedRoles,
} from './index.ts';

describe('facts', () => {
  test('tell that AddRoleToInstanceProfile passes the role to EC2', async () => {
    const rules = (await loadDemandRules('iam')).operations.get('AddRoleToInstanceProfile');
    expect(rules?.[1]).toMatchObject({
      action: 'iam:PassRole',
      resource: expect.stringContaining('@role(RoleName)'),
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    });
  });

  test('name only actions that exist', async () => {
    const index = await loadActionIndex();
    for (const service of DEMAND_RULE_SERVICES) {
      const { operations } = await loadDemandRules(service);
      expect(operations.size).toBeGreaterThan(0);
      for (const [operation, demands] of operations) {
        for (const { action, none, source } of demands) {
          if (source === 'G') continue;
          if (action === undefined) expect([true, 'grant'], operation).toContain(none);
          else if (!action.includes('{'))
            expect([action, index.actionExists(action)]).toEqual([action, true]);
        }
      }
    }
    expect((await loadDemandRules('no-such-service')).operations.size).toBe(0);
  });

  test('know every global condition key and the ten sensitive ones', async () => {
    const { keys, sensitiveNoWildcards } = await loadContextKeyRules();
    expect(keys.filter((key) => key.scope === 'global')).toHaveLength(59);
    expect(sensitiveNoWildcards.size).toBe(10);
    const { globalConditionKeys } = await loadActionIndex();
    for (const rule of keys) {
      if (rule.scope !== 'global') continue;
      const type = rule.multivalued ? `ArrayOf${rule.type}` : rule.type;
      expect([rule.key, globalConditionKeys.get(rule.key)]).toEqual([rule.key, type]);
    }
  });

  test('name service-linked roles with policies that exist', async () => {
    const roles = await loadServiceLinkedRoles();
    const policies = await loadManagedPolicies();
    expect(roles.get('ecs.amazonaws.com')?.name).toBe('AWSServiceRoleForECS');
    const known = new Set(policies.list().map(({ path, name }) => `${path}${name}`));
    const missing = [...roles.values()].filter(
      ({ policy }) => !known.has(`/aws-service-role/${policy}`),
    );
    expect(missing.map(({ policy }) => policy)).toEqual([]);
  });
});
