/** The audit log: one JSON line an event, shaped like CloudTrail's, with the decision. */
import type { FileHandle } from 'node:fs/promises';
import type { Caller } from '../authentication/caller.ts';
import type { Clock, Disk } from '../platform/platform.ts';

/** What is known of a request when it is over. */
export interface Event {
  readonly eventTime: string;
  readonly eventId: string;
  readonly requestId: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIpAddress: string;
  /** The VPC endpoint that the request came through. */
  readonly vpcEndpointId?: string;
  readonly vpcEndpointAccountId?: string;
  readonly userAgent: string;
  readonly caller: Caller | undefined;
  readonly recipientAccountId: string;
  readonly readOnly: boolean;
  readonly status: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly decisions: readonly {
    readonly action: string;
    readonly resource: string;
    readonly outcome: string;
    readonly policyType?: string;
    readonly policy?: string;
  }[];
}

/** Where events go. */
export interface EventLog {
  /** Resolves when the line has been handed to the system: at once for mutations, which wait. */
  append(event: Event): Promise<void>;
  close(): Promise<void>;
}

const fileBytesMax = 64 * 1024 * 1024;

/** Reads wait this long for company: one write then takes the lines of many. */
const gatherMilliseconds = 10;
const gatheredLinesMax = 1000;

/** A log file below the data folder; at 64 MiB it is set aside as `.1`. */
export async function openEventLog(disk: Disk, clock: Clock, path: string): Promise<EventLog> {
  let file: FileHandle = await disk.open(path, 'a');
  let size = (await file.stat()).size;
  let pending: string[] = [];
  let writing: Promise<void> | undefined;
  let begin: () => void = () => {};

  const write = async (): Promise<void> => {
    const lines = pending.join('');
    pending = [];
    writing = undefined;
    if (size > fileBytesMax) {
      const full = file;
      await disk.rename(path, `${path}.1`);
      file = await disk.open(path, 'a');
      await full.close();
      size = 0;
    }
    size += Buffer.byteLength(lines);
    await file.appendFile(lines);
  };
  let tail: Promise<void> = Promise.resolve();
  const schedule = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(gatherMilliseconds, resolve);
    begin = () => {
      cancel();
      resolve();
    };
    const before = tail;
    const written = promise.then(() => before).then(write);
    // A failed write fails the mutations that wait for it, not the ones after it.
    tail = written.catch(() => {});
    return written;
  };
  return {
    append(event) {
      pending.push(`${JSON.stringify(toRecord(event))}\n`);
      writing ??= schedule();
      const { length } = pending;
      if (!event.readOnly || length >= gatheredLinesMax) begin();
      return writing;
    },
    async close() {
      begin();
      await tail;
      await file.close();
    },
  };
}

/** For servers that keep nothing. */
export const discardingEventLog: EventLog = {
  append: async () => {},
  close: async () => {},
};

/** CloudTrail's record contents, version 1.11, as far as they apply. */
function toRecord(event: Event): object {
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(event.caller),
    eventTime: event.eventTime,
    eventSource: event.eventSource,
    eventName: event.eventName,
    awsRegion: event.awsRegion,
    sourceIPAddress: event.sourceIpAddress,
    userAgent: printable(event.userAgent),
    errorCode: event.errorCode,
    errorMessage: event.errorMessage,
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    eventType: 'AwsApiCall',
    recipientAccountId: event.recipientAccountId,
    vpcEndpointId: event.vpcEndpointId,
    vpcEndpointAccountId: event.vpcEndpointAccountId,
    httpStatus: event.status,
    decisions: event.decisions,
  };
}

function userIdentity(caller: Caller | undefined): object {
  if (caller === undefined) return { type: 'Unknown' };
  switch (caller.kind) {
    case 'anonymous':
      return { type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL' };
    case 'service':
      return { type: 'AWSService', invokedBy: caller.service };
    case 'web-identity':
      return { type: 'WebIdentityUser', identityProvider: caller.provider };
    default:
      return {
        type: identityType(caller.kind),
        principalId: caller.userId,
        arn: caller.arn,
        accountId: caller.account,
        accessKeyId: caller.accessKeyId,
        userName: caller.kind === 'user' ? caller.userName : undefined,
        sessionContext: sessionContext(caller),
      };
  }
}

function identityType(kind: 'root' | 'user' | 'role-session' | 'federated-user'): string {
  switch (kind) {
    case 'root':
      return 'Root';
    case 'user':
      return 'IAMUser';
    case 'role-session':
      return 'AssumedRole';
    case 'federated-user':
      return 'FederatedUser';
  }
}

function sessionContext(caller: Caller): object | undefined {
  if (!('session' in caller) || caller.session === undefined) return undefined;
  const { session } = caller;
  const issuer =
    caller.kind === 'role-session'
      ? {
          type: 'Role',
          principalId: caller.roleId,
          arn: caller.roleArn,
          accountId: caller.account,
          userName: caller.roleName,
        }
      : undefined;
  return {
    sessionIssuer: issuer,
    attributes: {
      creationDate: `${new Date(session.issuedAt).toISOString().slice(0, 19)}Z`,
      mfaAuthenticated: String(session.multiFactorAt !== undefined),
    },
    sourceIdentity: session.sourceIdentity,
  };
}

/** Terminal control and bidirectional characters do not reach whoever reads the log. */
function printable(text: string): string {
  // JSON escapes C0; C1 and the bidirectional controls are replaced here.
  return text.replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
