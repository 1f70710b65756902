/** Stored policy documents, parsed once for each text: the one reader of every room. */
import { type PolicyDocument, parsePolicyDocument } from '@sekisho/policy';

/** A policy that applies cannot be read: the decision must be a denial, never go on without it. */
export class PolicyUnreadable extends Error {
  constructor(name: string, reason: string) {
    super(`${name} cannot be read: ${reason}`);
    this.name = 'PolicyUnreadable';
  }
}

const documentsMax = 20_000;

/** Bounded: beyond `documentsMax` documents the cache starts anew. */
export class PolicyDocuments {
  readonly #documents = new Map<string, PolicyDocument>();

  /** The document; `name` is told when it cannot be read. Throws PolicyUnreadable. */
  read(text: string, name: string): PolicyDocument {
    const known = this.#documents.get(text);
    if (known !== undefined) return known;
    const { document, error } = parsePolicyDocument(text);
    if (document === undefined) throw new PolicyUnreadable(name, error.message);
    if (this.#documents.size >= documentsMax) this.#documents.clear();
    this.#documents.set(text, document);
    return document;
  }
}
