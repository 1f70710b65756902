/** The private network's side of the gateway: listeners of VPC endpoints, and what they reach. */
import type { OpenListener } from '../endpoints/vpc-endpoint/index.ts';
import type { Clock } from '../platform/platform.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { isServedThrough } from '../services/ec2/endpoint-services.ts';
import { type Answer, listen } from './listen.ts';

const loopback = '127.0.0.1';

/** A VPC endpoint is deleted at once: requests under way are cut. */
const closeMilliseconds = 0;

/** Listeners that can be asked for before the gateway is able to answer. */
export function createPrivateListeners(clock: Clock): {
  readonly open: OpenListener;
  /** Tells what answers; to be called once, before the first request. */
  readonly answer: (answer: Answer) => void;
} {
  let answer: Answer | undefined;
  return {
    answer: (given) => {
      answer = given;
    },
    open: async (networkOf) => {
      const listener = await listen({ host: loopback, port: 0, clock }, async (request) => {
        const privateNetwork = networkOf();
        if (privateNetwork === undefined || answer === undefined) return gone;
        return await answer({ ...request, privateNetwork });
      });
      return { port: listener.port, close: () => listener.close(closeMilliseconds) };
    },
  };
}

const gone = { status: 503, headers: [['Connection', 'close'] as const], body: '' };

/** Whether a request that came through a VPC endpoint may ask that service of this server. */
export function isInReach({ privateNetwork }: HttpRequest, serviceId: string): boolean {
  return privateNetwork === undefined || isServedThrough(privateNetwork.service, serviceId);
}

/** Throws ServiceError when the endpoint does not stand for the service; on AWS nothing answers. */
export function checkReach(request: HttpRequest, serviceId: string): void {
  if (isInReach(request, serviceId)) return;
  const { vpcEndpointId, service } = request.privateNetwork ?? {};
  throw new ServiceError(
    'MisdirectedRequest',
    `The VPC endpoint ${vpcEndpointId} stands for ${service} and for no other service.`,
    421,
  );
}
