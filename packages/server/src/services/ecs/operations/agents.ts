/**
 * What the container agent asks besides its registration. Tasks are run by this server itself:
 * what an agent reports of them is acknowledged, and changes nothing.
 */
import type {
  DiscoverPollEndpointRequest,
  DiscoverPollEndpointResponse,
  SubmitAttachmentStateChangesRequest,
  SubmitAttachmentStateChangesResponse,
  SubmitContainerStateChangeRequest,
  SubmitContainerStateChangeResponse,
  SubmitTaskStateChangeRequest,
  SubmitTaskStateChangeResponse,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { telemetryPath } from '../agent-model.ts';
import { findCluster } from '../entities/cluster.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DiscoverPollEndpoint.html */
function discoverPollEndpoint(
  _input: DiscoverPollEndpointRequest,
  { runtime }: OperationContext,
): DiscoverPollEndpointResponse {
  const endpoint = runtime.endpoint();
  return { endpoint: `${endpoint}/`, telemetryEndpoint: `${endpoint}${telemetryPath}` };
}

// Unverified: the word.
const acknowledgment = 'ACCEPT';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitTaskStateChange.html */
function submitTaskStateChange(
  { cluster }: SubmitTaskStateChangeRequest,
  context: OperationContext,
): SubmitTaskStateChangeResponse {
  findCluster(context, cluster);
  return { acknowledgment };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitContainerStateChange.html */
function submitContainerStateChange(
  { cluster }: SubmitContainerStateChangeRequest,
  context: OperationContext,
): SubmitContainerStateChangeResponse {
  findCluster(context, cluster);
  return { acknowledgment };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitAttachmentStateChanges.html */
function submitAttachmentStateChanges(
  { cluster }: SubmitAttachmentStateChangesRequest,
  context: OperationContext,
): SubmitAttachmentStateChangesResponse {
  findCluster(context, cluster);
  return { acknowledgment };
}

export const agentOperations: Readonly<Record<string, Operation>> = {
  DiscoverPollEndpoint: discoverPollEndpoint,
  SubmitAttachmentStateChanges: submitAttachmentStateChanges,
  SubmitContainerStateChange: submitContainerStateChange,
  SubmitTaskStateChange: submitTaskStateChange,
};
