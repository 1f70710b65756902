/** The newest version of every AWS managed policy. */
import { loadJson } from './load-json.ts';
import { unpack } from './packed.ts';

/** What GetPolicy tells of an AWS managed policy. Times are ISO 8601 in UTC. */
export interface ManagedPolicyHeader {
  /** In the `aws` partition: `arn:aws:iam::aws:policy/service-role/…`. */
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  /** `ANPA…`: derived from the ARN; AWS does not publish the real one. */
  readonly id: string;
  readonly defaultVersionId: string;
  readonly createDate: string;
  readonly updateDate: string;
  readonly description?: string;
}

/** A managed policy with its document's text. */
export interface ManagedPolicy extends ManagedPolicyHeader {
  /** Indented by four spaces as AWS writes most of its policies. */
  readonly document: string;
}

/** All AWS managed policies, by ARN. */
export interface ManagedPolicies {
  readonly get: (arn: string) => ManagedPolicy | undefined;
  /** Headers sorted by ARN. */
  readonly list: () => readonly ManagedPolicyHeader[];
}

/** `generated/managed-policies.json`. `documents` are minified, one a line, in the rows' order. */
export interface ManagedPoliciesTable {
  readonly policies: readonly ManagedPolicyRow[];
  readonly documents: string;
}

/** `tail` is the ARN from the path on, without its first slash. */
export type ManagedPolicyRow = readonly [
  tail: string,
  versionId: string,
  createDate: string,
  updateDate: string,
  description?: string,
];

const ARN_START = 'arn:aws:iam::aws:policy/';

let loading: Promise<ManagedPolicies> | undefined;

/** Reads and inflates the policies once (about 5 MB in memory). */
export function loadManagedPolicies(): Promise<ManagedPolicies> {
  loading ??= loadJson<ManagedPoliciesTable>('managed-policies.json').then(open);
  return loading;
}

async function open(table: ManagedPoliciesTable): Promise<ManagedPolicies> {
  const documents = (await unpack(table.documents)).split('\n');
  const headers = table.policies.map(readHeader);
  const positions = new Map(headers.map((header, position) => [header.arn, position]));
  return {
    list: () => headers,
    get: (arn) => {
      const position = positions.get(arn);
      const header = headers[position ?? -1];
      const text = documents[position ?? -1];
      if (header === undefined || text === undefined) return undefined;
      // Unverified: AWS's own white space, which the source of the documents does not keep.
      return { ...header, document: JSON.stringify(JSON.parse(text), null, 4) };
    },
  };
}

function readHeader(row: ManagedPolicyRow): ManagedPolicyHeader {
  const [tail, defaultVersionId, createDate, updateDate, description] = row;
  const arn = `${ARN_START}${tail}`;
  const slash = tail.lastIndexOf('/') + 1;
  return {
    arn,
    name: tail.slice(slash),
    path: `/${tail.slice(0, slash)}`,
    id: deriveId(arn),
    defaultVersionId,
    createDate,
    updateDate,
    ...(description === undefined ? {} : { description }),
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `ANPA` and 17 base32 characters, the same for the same ARN always. */
function deriveId(arn: string): string {
  let id = 'ANPA';
  for (let part = 0; id.length < 21; part++) {
    let hash = Math.imul(0x811c9dc5 ^ part, 0x01000193);
    for (let index = 0; index < arn.length; index++) {
      hash = Math.imul(hash ^ arn.charCodeAt(index), 0x01000193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995) >>> 0;
    for (let shift = 0; shift < 30 && id.length < 21; shift += 5) {
      id += ALPHABET[(hash >>> shift) & 31];
    }
  }
  return id;
}
