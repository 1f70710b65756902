/**
 * Layers of images come from S3: over a VPC they pass the policy of its endpoint for S3.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
import { authorize, type Decision, type PolicySet } from '@sekisho/policy';
import { networkKeys } from '../information/network-keys.ts';
import { requestKeys } from '../information/request-keys.ts';
import type { HttpRequest, PrivateNetwork } from '../protocol/http.ts';
import { Inventory } from '../services/ec2/inventory.ts';
import { endpointFor } from '../services/ec2/route-choice.ts';
import { layerBucket } from '../services/ecr/layers/layer-url.ts';
import type { GatewayParts } from './parts.ts';
import { isInReach } from './private-network.ts';

const action = 's3:GetObject';

/** The decision on a layer's download; undefined: no endpoint of S3 is on its way. */
export function decideLayer(
  request: HttpRequest,
  key: string,
  parts: GatewayParts,
): Decision | undefined {
  const network = networkOfLayer(request, parts);
  if (network === undefined) return undefined;
  const { region, partition } = network;
  const asked = {
    principal: ecr,
    action,
    resource: `arn:${partition}:s3:::${layerBucket(region)}/${key}`,
    resourceAccount: ecr.account,
    context: [
      ...requestKeys(request, { kind: 'anonymous' }, region, request.receivedAt),
      ...networkKeys(network, action),
    ],
  };
  return authorize(asked, policiesOf(network, parts));
}

/**
 * Whoever has the URL of a layer comes with ECR's own signature. Unverified: which principal that
 * is; what policies could say of it (`aws:PrincipalAccount`, `aws:PrincipalOrgID`) is absent.
 */
const ecr = {
  type: 'role-session',
  account: '000000000000',
  arn: 'arn:aws:sts::000000000000:assumed-role/ecr/layers',
  roleArn: 'arn:aws:iam::000000000000:role/ecr',
  id: 'AROA00000000000000000',
} as const;

/** ECR may read its own bucket. */
const own = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const ownName = 'what ECR may';

function policiesOf(network: PrivateNetwork, { library }: GatewayParts): PolicySet {
  const name = `policy of VPC endpoint ${network.vpcEndpointId}`;
  return {
    identity: [{ document: library.parse(own, ownName), name: ownName }],
    vpcEndpoint: [{ document: library.parse(network.policy, name), name }],
  };
}

/** What came to the registry's endpoint takes, for the layer, that of S3 in the same VPC. */
function networkOfLayer(
  request: HttpRequest,
  { runtime }: GatewayParts,
): PrivateNetwork | undefined {
  const { privateNetwork: network } = request;
  if (network === undefined || isInReach(request, 's3')) return network;
  const { account, region, partition, vpcId, sourceIp } = network;
  const inventory = new Inventory(runtime, { account, region, partition }, request.receivedAt);
  const record = endpointFor({ account, region, vpcId, sourceIp, service: 's3' }, inventory);
  if (record === undefined) return undefined;
  return { ...network, service: 's3', vpcEndpointId: record.id, policy: record.policy };
}
