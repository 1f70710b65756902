/** Refusals for `sekisho why` and IAM's authorization ids: kept for 24 hours, bounded in size. */
import type { FileHandle } from 'node:fs/promises';
import type { Decision } from '@sekisho/policy';
import type { PolicyDocuments } from '../directory/policy-documents.ts';
import type { Platform } from '../platform/platform.ts';
import {
  digestOf,
  type EntryLine,
  fromEntryLine,
  type PolicyLine,
  toEntryLine,
  wholeLine,
  writeLine,
} from './decision-record.ts';

/** A refused request and how each of its demands was decided. Never holds a secret. */
export interface JournalEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly account: string;
  /** The caller's ARN, or what kind of caller it is where it has none. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly decisions: readonly Decision[];
}

/** As long as AWS keeps authorization details. */
const keptMilliseconds = 24 * 60 * 60 * 1000;
const rememberedMax = 1000;
/** Two files of this size at most: the older refusals of a flood are lost before their day ends. */
const fileBytesMax = 16 * 1024 * 1024;
/** A refusal that is larger is remembered, not written. */
const lineBytesMax = 1024 * 1024;
/** Of one session: a program that is refused tries again and again. */
const sessionEntriesMax = 200;
const path = 'decisions.log';
const formerPath = `${path}.1`;

/** The last refusals in memory, the ones before them in the data folder. */
export class DecisionJournal {
  readonly #platform: Platform;
  readonly #documents: PolicyDocuments;
  readonly #remembered = new Map<string, JournalEntry>();
  #pending: JournalEntry[] = [];
  #next: Promise<void> | undefined;
  #tail: Promise<void> = Promise.resolve();
  #file: FileHandle | undefined;
  #size = 0;
  /** Digests of the policies that the open file has. */
  readonly #written = new Set<string>();

  constructor(platform: Platform, documents: PolicyDocuments) {
    this.#platform = platform;
    this.#documents = documents;
  }

  /** Resolves when the system has the refusal, so that it outlives the process. */
  async record(entry: JournalEntry): Promise<void> {
    if (this.#remembered.size >= rememberedMax) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(entry.id, entry);
    this.#pending.push(entry);
    // Whatever is refused while a write is under way goes with the next one.
    this.#next ??= this.#tail.then(() => this.#write());
    await this.#next;
  }

  async find(id: string): Promise<JournalEntry | undefined> {
    const known = this.#remembered.get(id);
    const entry = known ?? (await this.#search((json) => json.startsWith(`{"id":"${id}"`)));
    return entry !== undefined && this.#isKept(entry) ? entry : undefined;
  }

  /** The newest refusal in the account. */
  async last(account: string): Promise<JournalEntry | undefined> {
    let newest: JournalEntry | undefined;
    for (const entry of this.#remembered.values()) if (entry.account === account) newest = entry;
    const own = `"account":"${account}"`;
    newest ??= await this.#search((json) => json.includes(own), account);
    return newest !== undefined && this.#isKept(newest) ? newest : undefined;
  }

  /** The refusals of the sessions of that name in the account, oldest first: what a task was refused. */
  async ofSession(account: string, sessionName: string): Promise<readonly JournalEntry[]> {
    const end = `/${sessionName}`;
    const isOwn = (entry: Pick<JournalEntry, 'account' | 'principal'>): boolean =>
      entry.account === account && entry.principal.endsWith(end);
    const entries = new Map<string, JournalEntry>();
    await this.#tail;
    const isWanted = (json: string): boolean => json.includes(`${end}"`);
    for (const name of [formerPath, path]) {
      const found = await this.#searchFile(name, isWanted, isOwn, sessionEntriesMax);
      for (const entry of found) entries.set(entry.id, entry);
    }
    for (const entry of this.#remembered.values()) if (isOwn(entry)) entries.set(entry.id, entry);
    return [...entries.values()].filter((entry) => this.#isKept(entry)).slice(-sessionEntriesMax);
  }

  async clear(): Promise<void> {
    this.#remembered.clear();
    await this.close();
    await this.#platform.disk.remove(path);
    await this.#platform.disk.remove(formerPath);
  }

  async close(): Promise<void> {
    await this.#next;
    await this.#tail;
    await this.#file?.close();
    this.#file = undefined;
  }

  #isKept({ at }: JournalEntry): boolean {
    return this.#platform.clock.now() - at < keptMilliseconds;
  }

  async #write(): Promise<void> {
    const entries = this.#pending;
    this.#pending = [];
    this.#next = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    try {
      const file = await this.#openFile();
      const lines = entries.map((entry) => this.#linesOf(entry)).join('');
      this.#size += Buffer.byteLength(lines);
      await file.appendFile(lines);
    } catch (error) {
      // The refusal stands all the same: it is remembered, and answered.
      const text = error instanceof Error ? error.message : String(error);
      this.#platform.process.warn(`the decision log cannot be written: ${text}`);
      // Which of these lines, and of their policies, the file has is not known: begin it again.
      await this.#abandonFile();
    } finally {
      resolve();
    }
  }

  async #abandonFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }

  async #openFile(): Promise<FileHandle> {
    const { disk } = this.#platform;
    if (this.#file !== undefined && this.#size < fileBytesMax) return this.#file;
    if (this.#file !== undefined) {
      await this.#file.close();
      this.#file = undefined;
      await disk.rename(path, formerPath);
    }
    this.#written.clear();
    const file = await disk.open(path, 'a');
    this.#size = (await file.stat()).size;
    // What a process that was killed left unfinished must not swallow the first line.
    if (this.#size > 0) await file.appendFile('\n');
    this.#file = file;
    return file;
  }

  #linesOf(entry: JournalEntry): string {
    const { line, documents } = toEntryLine(entry);
    const written = writeLine(line);
    if (written.length > lineBytesMax) return '';
    let lines = '';
    for (const document of documents) {
      const policy = digestOf(document);
      if (this.#written.has(policy)) continue;
      this.#written.add(policy);
      lines += writeLine({ policy, text: document.text } satisfies PolicyLine);
    }
    return lines + written;
  }

  /** The last written refusal whose line `isWanted`, and whose account it is if one is named. */
  async #search(
    isWanted: (json: string) => boolean,
    account?: string,
  ): Promise<JournalEntry | undefined> {
    await this.#tail;
    for (const name of [path, formerPath]) {
      const isOwn = (entry: EntryLine) => account === undefined || entry.account === account;
      const [found] = await this.#searchFile(name, isWanted, isOwn, 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The last `max` lines that are wanted by their text, then by what they say. */
  async #searchFile(
    name: string,
    isWanted: (json: string) => boolean,
    isOwn: (entry: EntryLine) => boolean,
    max: number,
  ): Promise<readonly JournalEntry[]> {
    const file = await this.#openForReading(name);
    if (file === undefined) return [];
    const texts = new Map<string, string>();
    const wanted: EntryLine[] = [];
    for await (const line of file.readLines({ encoding: 'utf8' })) {
      const json = wholeLine(line);
      if (json === undefined) continue;
      // The checksum says that this program wrote the line: it has the form that it gave it.
      if (json.startsWith('{"policy"')) {
        const { policy, text } = JSON.parse(json) as PolicyLine;
        texts.set(policy, text);
      } else if (isWanted(json)) {
        const entry = JSON.parse(json) as EntryLine;
        if (isOwn(entry)) wanted.push(entry);
        if (wanted.length > max) wanted.shift();
      }
    }
    return wanted.map((line) =>
      fromEntryLine(line, (digest, policyName) => {
        return this.#documents.read(texts.get(digest) ?? '', policyName);
      }),
    );
  }

  async #openForReading(name: string): Promise<FileHandle | undefined> {
    try {
      return await this.#platform.disk.open(name, 'r');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
