/**
 * The awslogs driver: a container's output, line by line, into a stream of CloudWatch Logs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
import type { Clock } from '../../platform/platform.ts';
import { logs } from './aws-service.ts';
import { type ServiceClient, ServiceFailure } from './service-client.ts';
import { driverText, LaunchFailure } from './stopped-reason.ts';

/** A stream that was checked before its container started. */
export interface LogTarget {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  readonly createGroup: boolean;
}

/** What the driver's options say. Throws LaunchFailure when one is missing. */
export function readLogOptions(
  options: ReadonlyMap<string, string>,
  place: { readonly container: string; readonly taskId: string; readonly runtimeId: string },
): LogTarget {
  const required = (name: string): string => {
    const value = options.get(name);
    if (value !== undefined && value !== '') return value;
    throw new LaunchFailure(
      'ResourceInitializationError: failed to validate logger args: unable to get awslogs driver ' +
        `arguments: ${name} is required`,
    ).because('logs', undefined, { container: place.container, subject: name });
  };
  const region = required('awslogs-region');
  const group = required('awslogs-group');
  const prefix = options.get('awslogs-stream-prefix');
  return {
    region,
    group,
    // Without a prefix, on EC2: the id that the container's engine gave it.
    stream: prefix === undefined ? place.runtimeId : `${prefix}/${place.container}/${place.taskId}`,
    createGroup: options.get('awslogs-create-group') === 'true',
  };
}

/** Creates the stream, and its group when it is absent and may be created. */
export async function createLogStream(
  target: LogTarget,
  client: ServiceClient,
  wrap: (words: string, error: unknown) => LaunchFailure,
): Promise<void> {
  const stream = { logGroupName: target.group, logStreamName: target.stream };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.call(logs, 'CreateLogStream', stream, target.region);
      return;
    } catch (error) {
      if (isCode(error, 'ResourceAlreadyExistsException')) return;
      const isAbsent = isCode(error, 'ResourceNotFoundException');
      if (attempt > 1 || !isAbsent || !target.createGroup) {
        throw wrap(`failed to create Cloudwatch log stream: ${driverText(error)}`, error).because(
          'logs',
          error,
          { subject: target.group },
        );
      }
    }
    await createLogGroup(target, client, wrap);
  }
}

async function createLogGroup(
  target: LogTarget,
  client: ServiceClient,
  wrap: (words: string, error: unknown) => LaunchFailure,
): Promise<void> {
  try {
    await client.call(logs, 'CreateLogGroup', { logGroupName: target.group }, target.region);
  } catch (error) {
    if (isCode(error, 'ResourceAlreadyExistsException')) return;
    throw wrap(`failed to create Cloudwatch log group: ${driverText(error)}`, error).because(
      'logs',
      error,
      { subject: target.group },
    );
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof ServiceFailure && error.code === code;
}

const batchMilliseconds = 200;
/** Limits of PutLogEvents, with room to spare. */
const batchEventsMax = 1000;
const batchBytesMax = 900_000;
const lineBytesMax = 16_384;
/** Beyond that, output is lost: a program that talks faster than it is heard. */
const batchesQueuedMax = 64;

/** Collects output and sends it in order. Lines that are refused are lost, as on AWS. */
export class LogStream {
  readonly #target: LogTarget;
  readonly #client: ServiceClient;
  readonly #clock: Clock;
  readonly #onLoss: (error: unknown) => void;
  readonly #rest = new Map<string, Buffer>();
  #events: { readonly timestamp: number; readonly message: string }[] = [];
  #bytes = 0;
  #queued = 0;
  #sending: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(
    target: LogTarget,
    client: ServiceClient,
    clock: Clock,
    onLoss: (error: unknown) => void,
  ) {
    this.#target = target;
    this.#client = client;
    this.#clock = clock;
    this.#onLoss = onLoss;
  }

  write(chunk: Uint8Array, stream: string): void {
    let rest = Buffer.concat([this.#rest.get(stream) ?? Buffer.alloc(0), chunk]);
    for (;;) {
      const end = rest.indexOf(0x0a);
      if (end < 0 && rest.length <= lineBytesMax) break;
      const cut = end < 0 || end > lineBytesMax ? lineBytesMax : end;
      this.#line(rest.subarray(0, cut));
      rest = rest.subarray(cut === end ? cut + 1 : cut);
    }
    this.#rest.set(stream, rest);
  }

  /** Sends what is left; resolves when all of it was answered. */
  async end(): Promise<void> {
    for (const rest of this.#rest.values()) if (rest.length > 0) this.#line(rest);
    this.#rest.clear();
    this.#flush();
    await this.#sending;
  }

  #line(bytes: Buffer): void {
    const message = bytes.toString('utf8').replace(/\r$/, '');
    // CloudWatch Logs takes no empty message.
    if (message === '') return;
    this.#events.push({ timestamp: this.#clock.now(), message });
    this.#bytes += bytes.length + 26;
    if (this.#events.length >= batchEventsMax || this.#bytes >= batchBytesMax) this.#flush();
    else this.#cancel ??= this.#clock.after(batchMilliseconds, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#events.length === 0) return;
    const logEvents = this.#events;
    this.#events = [];
    this.#bytes = 0;
    if (this.#queued >= batchesQueuedMax) {
      this.#onLoss(new Error('the log events come too fast'));
      return;
    }
    this.#queued += 1;
    const { group, stream, region } = this.#target;
    const input = { logGroupName: group, logStreamName: stream, logEvents };
    this.#sending = this.#sending
      .then(() => this.#client.call(logs, 'PutLogEvents', input, region))
      .then(() => {}, this.#onLoss)
      .finally(() => {
        this.#queued -= 1;
      });
  }
}
