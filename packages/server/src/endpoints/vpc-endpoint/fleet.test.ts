/** The fleet of VPC endpoints: what cannot listen is never walked around. */
import { expect, test } from 'vitest';
import { createEc2Service } from '../../services/ec2/index.ts';
import { account, region, Workload } from '../../services/workload.fixture.ts';
import { VpcEndpointFleet } from './fleet.ts';

test('T39 a listener is not opened without limit, nor is its endpoint passed by', async () => {
  const workload = await Workload.open(await createEc2Service());
  const warnings: string[] = [];
  const { platform } = workload.runtime;
  const runtime = {
    ...workload.runtime,
    platform: {
      ...platform,
      process: { ...platform.process, warn: (line: string) => warnings.push(line) },
    },
  };
  let opened = 0;
  const open = async () => {
    opened += 1;
    return { port: 10_000 + opened, close: async () => {} };
  };
  const fleet = new VpcEndpointFleet(open, 1);
  await fleet.start(runtime);
  const { Vpcs } = await workload.call<{ Vpcs: { VpcId: string }[] }>('ec2:DescribeVpcs');
  const VpcId = Vpcs[0]?.VpcId ?? '';
  for (const service of ['ecr.api', 'logs']) {
    await workload.call('ec2:CreateVpcEndpoint', {
      VpcId,
      ServiceName: `com.amazonaws.${region}.${service}`,
      VpcEndpointType: 'Interface',
    });
  }
  expect(opened).toBe(1);
  expect(warnings.join()).toContain('1 listeners at most');
  const call = { account, region, vpcId: VpcId, sourceIp: '172.31.0.10' };
  expect((await fleet.access({ ...call, service: 'ecr.api' }))?.url).toContain('127.0.0.1');
  await expect(fleet.access({ ...call, service: 'logs' })).rejects.toThrow('no listener for vpce-');
  expect(await fleet.access({ ...call, service: 'ssm' })).toBeUndefined();
  await fleet.close();
});
