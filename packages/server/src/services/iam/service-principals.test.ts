/** Which names of service principals are taken. */
import { expect, test } from 'vitest';
import { loadServicePrincipals } from './service-principals.ts';

test('names of services, with regions, parts and partitions', async () => {
  const isServicePrincipal = await loadServicePrincipals();
  for (const name of [
    'ec2.amazonaws.com',
    'ec2.amazonaws.com.cn',
    'ecs-tasks.amazonaws.com',
    'lambda.amazonaws.com',
    'edgelambda.amazonaws.com',
    'logs.eu-west-1.amazonaws.com',
    'delivery.logs.amazonaws.com',
    'vpc-flow-logs.amazonaws.com',
    'malware-protection.guardduty.amazonaws.com',
    'eks-fargate-pods.amazonaws.com',
    'alexa-appkit.amazon.com',
  ]) {
    expect([name, isServicePrincipal(name)]).toEqual([name, true]);
  }
});

test('names that are none', async () => {
  const isServicePrincipal = await loadServicePrincipals();
  for (const name of [
    'ec2.amazon.com',
    'ec2.amazonaws.org',
    'x.amazonaws.com',
    'ec2-instances.amazonaws.com',
    'amazonaws.com',
    '.amazonaws.com',
  ]) {
    expect([name, isServicePrincipal(name)]).toEqual([name, false]);
  }
});
