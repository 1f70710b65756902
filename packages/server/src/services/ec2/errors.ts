/** EC2's errors in EC2's words; status 400 unless said. */
import { ServiceError } from '../../protocol/service-error.ts';

/** An EC2 client error. */
export function ec2Error(code: string, message: string, status = 400): ServiceError {
  return new ServiceError(code, message, status);
}

export function missingParameter(name: string): ServiceError {
  return ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
}

export function invalidParameterValue(message: string): ServiceError {
  return ec2Error('InvalidParameterValue', message);
}

export function malformedId(kind: string, id: string, prefix: string): ServiceError {
  return ec2Error(`${kind}.Malformed`, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

export function unknownInstances(ids: readonly string[]): ServiceError {
  const text =
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`;
  return ec2Error('InvalidInstanceID.NotFound', text);
}

export function unknownKeyPair(name: string): ServiceError {
  return ec2Error('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
}

export function unknownSecurityGroup(id: string): ServiceError {
  return ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}

export function unknownSubnet(id: string): ServiceError {
  return ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
}

export function unknownVpc(id: string): ServiceError {
  return ec2Error('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}

// Unverified: the text.
export function unknownVpcEndpoint(id: string): ServiceError {
  return ec2Error('InvalidVpcEndpointId.NotFound', `The Vpc Endpoint Id '${id}' does not exist`);
}

// Unverified: the text.
export function unknownRouteTable(id: string): ServiceError {
  return ec2Error('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`);
}

// Unverified: the text.
export function unknownInternetGateway(id: string): ServiceError {
  return ec2Error(
    'InvalidInternetGatewayID.NotFound',
    `The internetGateway ID '${id}' does not exist`,
  );
}

export function unknownVolume(id: string): ServiceError {
  return ec2Error('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
}

export function unknownNetworkInterface(id: string): ServiceError {
  return ec2Error(
    'InvalidNetworkInterfaceID.NotFound',
    `The networkInterface ID '${id}' does not exist`,
  );
}

export function unknownAssociation(id: string): ServiceError {
  return ec2Error(
    'InvalidAssociationID.NotFound',
    `An invalid association-id of '${id}' was given`,
  );
}

/** The answer to DryRun when the caller may. */
export function dryRunOperation(): ServiceError {
  return ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
