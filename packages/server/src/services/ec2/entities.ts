/** EC2's records as they are stored under `ec2/<account>/<region>/<kind>/<id>`. */
import type { TagList } from '../../directory/records.ts';

/** What the last request set an instance to; what it is now follows from the time since then. */
export type InstanceTarget = 'running' | 'stopped' | 'terminated';

/** The tie between an instance and an instance profile. */
export interface ProfileAssociation {
  /** `iip-assoc-…`. */
  readonly id: string;
  readonly profileArn: string;
  /** `AIPA…`: a profile made anew under the same name is another profile. */
  readonly profileId: string;
  readonly since: number;
}

/** MetadataOptions as they are in effect. */
export interface MetadataOptions {
  readonly httpTokens: 'required' | 'optional';
  readonly httpPutResponseHopLimit: number;
  readonly httpEndpoint: 'enabled' | 'disabled';
  readonly httpProtocolIpv6: 'enabled' | 'disabled';
  readonly instanceMetadataTags: 'enabled' | 'disabled';
}

/** An instance: metadata only, nothing is computed by it. Times are milliseconds since 1970. */
export interface InstanceRecord {
  readonly id: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName?: string;
  readonly launchedAt: number;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly privateIp: string;
  readonly publicIp?: string;
  readonly securityGroupIds: readonly string[];
  readonly networkInterfaceId: string;
  readonly attachmentId: string;
  readonly macAddress: string;
  readonly networkInterfaceDescription?: string;
  readonly volumes: readonly InstanceVolume[];
  readonly target: InstanceTarget;
  /** When the target was set. */
  readonly targetSince: number;
  readonly stateReason?: { readonly code: string; readonly message: string };
  readonly association?: ProfileAssociation;
  readonly metadataOptions: MetadataOptions;
  /** Sealed: user data often carries passwords. Opens to the base64 text of the request. */
  readonly sealedUserData?: string;
  readonly ebsOptimized: boolean;
  readonly monitoring: boolean;
  readonly tenancy: string;
  readonly placementGroup: string;
  readonly capacityReservationPreference: string;
  readonly disableApiTermination: boolean;
  readonly disableApiStop: boolean;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly sourceDestCheck: boolean;
  readonly cpuCredits?: string;
  readonly clientToken?: string;
  readonly tags: TagList;
  readonly networkInterfaceTags: TagList;
}

/** A volume's place on its instance. */
export interface InstanceVolume {
  readonly volumeId: string;
  readonly deviceName: string;
  readonly deleteOnTermination: boolean;
}

export interface VolumeRecord {
  readonly id: string;
  readonly sizeGib: number;
  readonly volumeType: string;
  readonly encrypted: boolean;
  readonly iops?: number;
  readonly throughput?: number;
  readonly snapshotId?: string;
  readonly availabilityZone: string;
  readonly createdAt: number;
  readonly instanceId?: string;
  readonly deviceName?: string;
  readonly deleteOnTermination?: boolean;
  readonly tags: TagList;
}

export interface KeyPairRecord {
  /** `key-…`. */
  readonly id: string;
  readonly name: string;
  readonly type: 'rsa' | 'ed25519';
  readonly fingerprint: string;
  /** OpenSSH text. */
  readonly publicKey: string;
  readonly createdAt: number;
  readonly tags: TagList;
}

/** One rule of a security group. */
export interface SecurityGroupRule {
  /** `sgr-…`. */
  readonly id: string;
  readonly egress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly groupId?: string;
  readonly description?: string;
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly tags: TagList;
}

export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  readonly tenancy: string;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly tags: TagList;
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  readonly defaultForAz: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  readonly tags: TagList;
}

/** An address of an interface endpoint in one of its subnets. */
export interface EndpointInterface {
  /** `eni-…`. */
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly privateIp: string;
  readonly macAddress: string;
}

/** A VPC endpoint. What is of the other type's is empty. */
export interface VpcEndpointRecord {
  readonly id: string;
  readonly type: 'Gateway' | 'Interface';
  readonly vpcId: string;
  /** `com.amazonaws.us-east-1.s3`. */
  readonly serviceName: string;
  /** JSON text. */
  readonly policy: string;
  readonly routeTableIds: readonly string[];
  readonly interfaces: readonly EndpointInterface[];
  readonly securityGroupIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  /** The VPC itself keeps to the gateway endpoint (S3). */
  readonly privateDnsOnlyForInboundResolver?: boolean;
  readonly createdAt: number;
  readonly clientToken?: string;
  readonly tags: TagList;
}

/** A route that somebody made; local and endpoint routes are derived. */
export interface RouteRecord {
  /** A CIDR block, IPv4 or IPv6. */
  readonly destination: string;
  readonly target: 'GatewayId' | 'NatGatewayId' | 'NetworkInterfaceId' | 'InstanceId';
  readonly targetId: string;
}

/** A route table; its VPC's main one is derived until it is written. */
export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  /** Without a subnet: the main association. */
  readonly associations: readonly { readonly id: string; readonly subnetId?: string }[];
  readonly routes: readonly RouteRecord[];
  readonly tags: TagList;
}

export interface InternetGatewayRecord {
  readonly id: string;
  readonly vpcId?: string;
  readonly tags: TagList;
}

/** What a client token was used for, so that the same request makes nothing twice. */
export interface ClientTokenRecord {
  readonly reservationId: string;
  /** SHA-256 of the parameters. */
  readonly parameters: string;
  readonly createdAt: number;
}

/** Account-wide defaults of MetadataOptions; an absent member states no preference. */
export interface MetadataDefaultsRecord {
  readonly httpTokens?: 'required' | 'optional';
  readonly httpPutResponseHopLimit?: number;
  readonly httpEndpoint?: 'enabled' | 'disabled';
  readonly instanceMetadataTags?: 'enabled' | 'disabled';
}

/** A private address in use, kept apart so that two launches cannot take the same one. */
export interface AddressRecord {
  /** The instance, or the VPC endpoint, that has it. */
  readonly instanceId: string;
}

/** What stands for a member of the default network that was deleted. */
export interface DeletedRecord {
  readonly deleted: true;
}

/** Record kinds and the folder of the key that each lies in. */
export interface Ec2RecordKinds {
  readonly instance: InstanceRecord;
  readonly volume: VolumeRecord;
  /** By a hash of the name. */
  readonly 'key-pair': KeyPairRecord;
  readonly 'security-group': SecurityGroupRecord;
  readonly vpc: VpcRecord;
  readonly subnet: SubnetRecord;
  readonly 'vpc-endpoint': VpcEndpointRecord;
  readonly 'route-table': RouteTableRecord;
  readonly 'internet-gateway': InternetGatewayRecord;
  /** By subnet id, colon, address. */
  readonly address: AddressRecord;
  readonly 'client-token': ClientTokenRecord;
  readonly 'metadata-defaults': MetadataDefaultsRecord;
}
