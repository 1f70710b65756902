/** VPC endpoints: a listener each, which stands for the private network of its VPC. */
export { type OpenListener, type PrivateListener, VpcEndpointFleet } from './fleet.ts';
