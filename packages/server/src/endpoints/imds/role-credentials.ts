/**
 * The credentials of an instance's role: EC2 assumes the role, the trust policy deciding each time.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
import { ServiceError } from '../../protocol/service-error.ts';
import { ec2Arn } from '../../services/ec2/arn.ts';
import type { NamedRole } from '../../services/ec2/instance-profile.ts';
import type { Credentials, Runtime } from '../../services/service.ts';
import { metadataTime, printMetadataJson } from './metadata-json.ts';
import type { MetadataView } from './metadata-view.ts';

/** Unverified: six hours, renewed when an hour old; the guide promises five minutes of overlap. */
export const credentialSeconds = 6 * 3600;
export const renewalMilliseconds = 3_600_000;

/** Which version of the metadata service handed the credentials out. */
export type RoleDelivery = '1.0' | '2.0';

interface Delivered {
  readonly credentials: Credentials;
  readonly obtainedAt: number;
  /** The role's unique id and trust policy, the address: credentials of old ones are not served. */
  readonly basis: string;
}

/** Assumes the role of one instance, and keeps the credentials until they are to be renewed. */
export class RoleCredentials {
  readonly #runtime: Runtime;
  /** Credentials of the two versions differ in `ec2:RoleDelivery`. */
  readonly #delivered = new Map<RoleDelivery, Delivered>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The document that clients read, whether the role could be assumed or not. */
  document(role: NamedRole, view: MetadataView, delivery: RoleDelivery): string {
    try {
      const { credentials, obtainedAt } = this.#credentials(role, view, delivery);
      return printMetadataJson([
        ['Code', 'Success'],
        ['LastUpdated', metadataTime(obtainedAt)],
        ['Type', 'AWS-HMAC'],
        ['AccessKeyId', credentials.accessKeyId],
        ['SecretAccessKey', credentials.secretAccessKey],
        ['Token', credentials.sessionToken],
        ['Expiration', metadataTime(credentials.expiresAt)],
      ]);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return notAssumable(role, this.#runtime.platform.clock.now());
    }
  }

  #credentials(role: NamedRole, view: MetadataView, delivery: RoleDelivery): Delivered {
    const now = this.#runtime.platform.clock.now();
    const basis = this.#basis(role, view);
    const kept = this.#delivered.get(delivery);
    if (kept?.basis === basis && now < kept.obtainedAt + renewalMilliseconds) return kept;
    const { instance, place } = view;
    const credentials = this.#runtime.assumeRoleAsService({
      service: 'ec2.amazonaws.com',
      roleArn: role.arn,
      sessionName: instance.id,
      sessionSeconds: credentialSeconds,
      // EC2 sends neither aws:SourceArn nor aws:SourceAccount.
      context: [],
      contextKeys: [
        ['ec2:RoleDelivery', delivery],
        ['ec2:SourceInstanceArn', ec2Arn(place, 'instance', instance.id)],
        ['aws:Ec2InstanceSourceVpc', instance.vpcId],
        ['aws:Ec2InstanceSourcePrivateIPv4', instance.privateIp],
      ],
    });
    const delivered = { credentials, obtainedAt: now, basis };
    this.#delivered.set(delivery, delivered);
    return delivered;
  }

  /**
   * AWS serves kept credentials until they are to be renewed even when the trust policy no longer
   * allows the role to be assumed; here a changed trust policy is asked at once (the closed side).
   */
  #basis(role: NamedRole, { instance, place }: MetadataView): string {
    const record = this.#runtime.directory.find(place.account, 'role', role.name)?.record;
    return JSON.stringify([
      role.id,
      record?.trustPolicy,
      record?.trustPrincipalIds,
      instance.vpcId,
    ]);
  }
}

/** Unverified: the text is not documented word for word. */
function notAssumable(role: NamedRole, now: number): string {
  return printMetadataJson([
    ['Code', 'AssumeRoleUnauthorizedAccess'],
    [
      'Message',
      `EC2 cannot assume the role ${role.name}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
    ],
    ['LastUpdated', metadataTime(now)],
  ]);
}
