/** A refusal as a line of the decision log: its policies by their text's digest, each text once. */
import { createHash } from 'node:crypto';
import {
  type AuthorizationRequest,
  authorize,
  type ContextValue,
  type Decision,
  type PolicyDocument,
  type PolicySet,
  type PolicySource,
} from '@sekisho/policy';
import type { JournalEntry } from './decision-journal.ts';

/** Puts the digest of the rest in front: a line that was torn or damaged is told from a whole one. */
export function writeLine(record: object): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

const lineForm = /^[0-9a-f]{16} \{/;

/** The JSON text of a whole line, without its end; undefined for any other. */
export function wholeLine(line: string): string | undefined {
  if (!lineForm.test(line)) return undefined;
  const json = line.slice(17);
  return checksum(json) === line.slice(0, 16) ? json : undefined;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A policy's text, once a file; `policy` is its digest. */
export interface PolicyLine {
  readonly policy: string;
  readonly text: string;
}

interface SourceLine {
  readonly policy: string;
  readonly name: string;
  readonly arn?: string;
  readonly principalIds?: readonly (readonly [arn: string, id: string])[];
}

/** A policy set, its policies in either form. */
interface Sources<Source> extends Pick<PolicySet, 'combining' | 'resourceIsTrustPolicy'> {
  readonly identity: readonly Source[];
  readonly resource?: Source;
  readonly boundary?: Source;
  readonly session?: readonly Source[];
  readonly vpcEndpoint?: readonly Source[];
  readonly serviceControl?: readonly (readonly Source[])[];
  readonly resourceControl?: readonly (readonly Source[])[];
}

interface DecisionLine {
  readonly outcome: Decision['outcome'];
  readonly failure?: string;
  readonly request: Omit<AuthorizationRequest, 'context'> & {
    readonly context: readonly (readonly [key: string, value: ContextValue])[];
  };
  readonly policies: Sources<SourceLine>;
}

/** A refusal; the id comes first, so that a line is found without reading it. */
export interface EntryLine extends Omit<JournalEntry, 'decisions'> {
  readonly decisions: readonly DecisionLine[];
}

const digests = new WeakMap<PolicyDocument, string>();

/** Of the text of a document; computed once for each document. */
export function digestOf(document: PolicyDocument): string {
  const known = digests.get(document);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(document.text).digest('base64url');
  digests.set(document, digest);
  return digest;
}

/** The entry to be written, and the documents that it refers to. */
export function toEntryLine(entry: JournalEntry): {
  readonly line: EntryLine;
  readonly documents: readonly PolicyDocument[];
} {
  const documents: PolicyDocument[] = [];
  const source = ({ document, name, arn, principalIds }: PolicySource): SourceLine => {
    documents.push(document);
    return {
      policy: digestOf(document),
      name,
      ...(arn === undefined ? {} : { arn }),
      ...(principalIds === undefined ? {} : { principalIds: [...principalIds] }),
    };
  };
  const { id, decisions, ...rest } = entry;
  const line: EntryLine = {
    id,
    ...rest,
    decisions: decisions.map(({ outcome, failure, request, policies }) => ({
      outcome,
      ...(failure === undefined ? {} : { failure }),
      request: { ...request, context: [...request.context] },
      policies: mapSources(policies, source),
    })),
  };
  return { line, documents };
}

/**
 * The entry with its decisions evaluated again: the same request and policies give the same
 * decision, with its trace. `read` finds a document by its digest; throws when there is none.
 */
export function fromEntryLine(
  line: EntryLine,
  read: (digest: string, name: string) => PolicyDocument,
): JournalEntry {
  const source = ({ policy, principalIds, ...rest }: SourceLine): PolicySource => ({
    ...rest,
    document: read(policy, rest.name),
    ...(principalIds === undefined ? {} : { principalIds: new Map(principalIds) }),
  });
  return {
    ...line,
    decisions: line.decisions.map(({ outcome, failure, request, policies: written }) => {
      const policies = mapSources(written, source);
      if (failure !== undefined) return { outcome, failure, request, policies };
      return authorize(request, policies);
    }),
  };
}

/** The set with each policy mapped; what else it says stays. */
function mapSources<From, To>(set: Sources<From>, map: (source: From) => To): Sources<To> {
  const { identity, resource, boundary, session, vpcEndpoint, ...others } = set;
  const { serviceControl, resourceControl, ...rest } = others;
  const all = (sources: readonly From[]): readonly To[] => sources.map(map);
  return {
    ...rest,
    identity: all(identity),
    ...(resource === undefined ? {} : { resource: map(resource) }),
    ...(boundary === undefined ? {} : { boundary: map(boundary) }),
    ...(session === undefined ? {} : { session: all(session) }),
    ...(vpcEndpoint === undefined ? {} : { vpcEndpoint: all(vpcEndpoint) }),
    ...(serviceControl === undefined ? {} : { serviceControl: serviceControl.map(all) }),
    ...(resourceControl === undefined ? {} : { resourceControl: resourceControl.map(all) }),
  };
}
