/**
 * The metadata service of one instance (IMDS): what each request is answered.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
 */
import type { Runtime } from '../../services/service.ts';
import { MetadataTokens, tokenSecondsMax } from './metadata-token.ts';
import { MetadataDirectory, type MetadataNode, metadataTree } from './metadata-tree.ts';
import { type InstanceKey, type MetadataView, viewInstance } from './metadata-view.ts';
import { RoleCredentials, type RoleDelivery } from './role-credentials.ts';

/** What the listener hands over; header values as they came, each header's own list. */
export interface MetadataRequest {
  readonly method: string;
  readonly target: string;
  readonly header: (name: string) => readonly string[];
}

export interface MetadataResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
}

const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
const tokenHeader = 'x-aws-ec2-metadata-token';

/** The dated versions are aliases of the latest one. */
const versions: readonly string[] = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  '2011-01-01',
  '2011-05-01',
  '2012-01-12',
  '2014-02-25',
  '2014-11-05',
  '2015-10-20',
  '2016-04-19',
  '2016-06-30',
  '2016-09-02',
  '2018-03-28',
  '2018-08-17',
  '2018-09-24',
  '2019-10-01',
  '2020-10-27',
  '2021-01-03',
  '2021-03-23',
  '2021-07-15',
  '2022-09-24',
  '2024-04-11',
  'latest',
];

/** Answers the requests of one instance; reads its records at every request. */
export class InstanceMetadata {
  readonly #runtime: Runtime;
  readonly #key: InstanceKey;
  readonly #tokens: MetadataTokens;
  readonly #credentials: RoleCredentials;

  constructor(runtime: Runtime, key: InstanceKey) {
    this.#runtime = runtime;
    this.#key = key;
    this.#tokens = new MetadataTokens(runtime.platform.clock, runtime.platform.random);
    this.#credentials = new RoleCredentials(runtime);
  }

  answer(request: MetadataRequest): MetadataResponse {
    if (!isOwnHost(request.header('host'))) return refusal(403);
    // No metadata client runs in a page: an Origin means that somebody's page is asking.
    if (request.header('origin').length > 0) return refusal(403);
    const view = viewInstance(this.#runtime, this.#key);
    if (view === undefined) return refusal(404);
    if (view.instance.metadataOptions.httpEndpoint === 'disabled') return refusal(403);
    const segments = readPath(request.target);
    if (segments === undefined) return refusal(400);
    if (segments[1] === 'api') return this.#answerToken(segments, request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'GET, HEAD');
    return this.#answerItem(segments, request, view);
  }

  #answerToken(segments: readonly string[], request: MetadataRequest): MetadataResponse {
    if (segments[2] !== 'token' || segments.length > 3) return refusal(404);
    if (request.method === 'OPTIONS') return { ...refusal(200, 'OPTIONS, PUT'), body: '' };
    if (request.method !== 'PUT') return refusal(405, 'OPTIONS, PUT');
    // A proxy in between would hand the token to whoever made it ask.
    if (request.header('x-forwarded-for').length > 0) return refusal(403);
    if (segments[0] !== 'latest') return refusal(403);
    const seconds = readSeconds(request.header(ttlHeader));
    if (seconds === undefined) return refusal(400);
    // The hop limit is the IP TTL of this answer on AWS; on a loopback address there are no hops.
    const headers: MetadataResponse['headers'] = [
      ['Content-Type', 'text/plain'],
      ['X-Aws-Ec2-Metadata-Token-Ttl-Seconds', String(seconds)],
    ];
    return { status: 200, headers, body: this.#tokens.issue(seconds) };
  }

  #answerItem(
    segments: readonly string[],
    request: MetadataRequest,
    view: MetadataView,
  ): MetadataResponse {
    const given = request.header(tokenHeader);
    const required = view.instance.metadataOptions.httpTokens === 'required';
    if (given.length === 0 && required) return refusal(401);
    const left = given.length === 1 ? this.#tokens.secondsLeft(given[0] ?? '') : undefined;
    // A token that is no good is refused even where none is needed.
    if (given.length > 0 && left === undefined) return refusal(401);
    const node = this.#find(segments, view, left === undefined ? '1.0' : '2.0');
    if (node === undefined) return refusal(404);
    return found(node, view, left);
  }

  #find(
    segments: readonly string[],
    view: MetadataView,
    delivery: RoleDelivery,
  ): MetadataNode | undefined {
    const [version, ...rest] = segments;
    if (version === undefined) return versions.join('\n');
    if (!versions.includes(version)) return undefined;
    let node: MetadataNode | undefined = metadataTree(view, this.#runtime, (current) => {
      const { profile } = current;
      if (profile === undefined || profile === 'missing' || profile.role === undefined) return '';
      return this.#credentials.document(profile.role, current, delivery);
    });
    for (const segment of rest) {
      if (!(node instanceof MetadataDirectory)) return undefined;
      node = node.children.get(segment);
    }
    return node;
  }
}

function found(
  node: MetadataNode,
  view: MetadataView,
  tokenSecondsLeft: number | undefined,
): MetadataResponse {
  const raw = node instanceof Uint8Array;
  const body =
    node instanceof MetadataDirectory ? node.listing() : typeof node === 'function' ? node() : node;
  return {
    status: 200,
    headers: [
      ['Content-Type', raw ? 'application/octet-stream' : 'text/plain'],
      ['Accept-Ranges', raw ? 'bytes' : 'none'],
      ['Last-Modified', new Date(view.instance.launchedAt).toUTCString()],
      ...(tokenSecondsLeft === undefined
        ? []
        : [['X-Aws-Ec2-Metadata-Token-Ttl-Seconds', String(tokenSecondsLeft)] as const]),
    ],
    body,
  };
}

const hostPattern =
  /^(localhost|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?$/;

/** An address or localhost: a name would be somebody's who points it here (DNS rebinding). */
function isOwnHost(hosts: readonly string[]): boolean {
  return hosts.length === 1 && hostPattern.test(hosts[0] ?? '');
}

/** The segments of the path, decoded; undefined when it cannot be read. */
function readPath(target: string): readonly string[] | undefined {
  const [path = ''] = target.split('?', 1);
  if (!path.startsWith('/')) return undefined;
  try {
    // Clients that join an endpoint and a path carelessly send `//latest/…`.
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function readSeconds(values: readonly string[]): number | undefined {
  const [text = ''] = values;
  if (values.length !== 1 || !/^\d{1,6}$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds >= 1 && seconds <= tokenSecondsMax ? seconds : undefined;
}

const reasons: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
]);

/** Unverified: the page's text; that it is a small XHTML page is known. */
function refusal(status: number, allow?: string): MetadataResponse {
  const title = `${status} - ${reasons.get(status) ?? 'Error'}`;
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
\t"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>${title}</title>
 </head>
 <body>
  <h1>${title}</h1>
 </body>
</html>
`;
  const headers: MetadataResponse['headers'] = [['Content-Type', 'text/html']];
  return {
    status,
    headers: allow === undefined ? headers : [...headers, ['Allow', allow]],
    body,
  };
}
