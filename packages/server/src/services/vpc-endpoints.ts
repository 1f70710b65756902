/** VPC endpoints as services and launchers see them: the private way from a VPC to a service. */
import type { PrivateNetwork } from '../protocol/http.ts';

/** A call that somebody inside a VPC wants to make. */
export interface VpcCall {
  /** The account that owns the VPC. */
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** Decides which gateway endpoints are in reach: by the route table of this subnet. */
  readonly subnetId?: string;
  /** The service as endpoint service names end: `s3`, `ecr.api`, `ecr.dkr`, `logs`, `ssm`, … */
  readonly service: string;
  /** The caller's private address: what `aws:VpcSourceIp` will say. */
  readonly sourceIp: string;
}

/** Where such a call goes. */
export interface VpcEndpointAccess {
  readonly vpcEndpointId: string;
  /**
   * `http://127.0.0.1:PORT`, no slash at its end: a port of this caller alone. Every request on it
   * comes, for the server, from `sourceIp` in the VPC, whatever its headers say; so the address
   * cannot be claimed by whoever was not given the port.
   */
  readonly url: string;
  /** The variable that tells SDKs and the CLI of it: `AWS_ENDPOINT_URL_S3`; the registry has none. */
  readonly variable?: string;
  /** For requests that are answered without a socket (`HttpRequest.privateNetwork`). */
  readonly network: PrivateNetwork;
  /** Closes the port; to be called when the caller is gone. The endpoint's end closes it too. */
  readonly close: () => Promise<void>;
}

/** The endpoints of this server that listen. */
export interface VpcEndpoints {
  /**
   * The way through the endpoint that the call would take on AWS: an interface endpoint with private
   * DNS in the VPC, or a gateway endpoint in the subnet's route table. undefined: no endpoint takes
   * it, and it goes to the public endpoint (`runtime.endpoint()`). Rejects when the endpoint that
   * takes it has no listener.
   */
  readonly access: (call: VpcCall) => Promise<VpcEndpointAccess | undefined>;
  /** `http://127.0.0.1:PORT` of the endpoint, for callers that are nobody in particular. */
  readonly urlOf: (account: string, id: string) => Promise<string | undefined>;
  /** For people and commands: id, url, service, VPC; undefined when the account has none of that id. */
  readonly describe: (account: string, id: string) => Promise<object | undefined>;
}
