/** Interned sequences of 32-bit words: equal sequences are stored once (hash-consing). */

/** A sequence being written. Text is packed four characters to a word, one byte each. */
export class WordDraft {
  words = new Int32Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  push(word: number): void {
    this.#reserve(1);
    this.words[this.length++] = word;
  }

  /** Characters beyond U+00FF do not fit: the caller has checked. */
  pushText(text: string): void {
    const size = (text.length + 3) >> 2;
    this.#reserve(size);
    packText(text, this.words, this.length);
    this.length += size;
  }

  copy(source: Int32Array, start: number, count: number): void {
    this.#reserve(count);
    this.words.set(source.subarray(start, start + count), this.length);
    this.length += count;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.words.length) return;
    const grown = new Int32Array(Math.max(this.words.length * 2, this.length + count));
    grown.set(this.words);
    this.words = grown;
  }
}

/** Holds the sequences in one buffer; an offset into it names a sequence. 0 names none. */
export class WordStore {
  words = new Int32Array(1024);
  /** The same memory, for packed text. */
  bytes = new Uint8Array(this.words.buffer);
  /** Sequences stored. */
  count = 0;
  /** The word before each sequence is its length, so that the first offset is 2. */
  #end = 1;
  #index = new Int32Array(512);

  /** Words in use. */
  get size(): number {
    return this.#end;
  }

  /** Bytes of memory held. */
  get bytesHeld(): number {
    return this.words.byteLength + this.#index.byteLength;
  }

  lengthAt(offset: number): number {
    return this.words[offset - 1] ?? 0;
  }

  clear(): void {
    this.words = new Int32Array(1024);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#index = new Int32Array(512);
    this.count = 0;
    this.#end = 1;
  }

  /** The offset of the sequence, stored now or before. */
  intern(draft: WordDraft): number {
    const { words, length } = draft;
    const mask = this.#index.length - 1;
    let slot = hashWords(words, 0, length) & mask;
    for (;;) {
      const offset = this.#index[slot] ?? 0;
      if (offset === 0) break;
      if (this.#equals(offset, words, length)) return offset;
      slot = (slot + 1) & mask;
    }
    const offset = this.#append(words, length);
    this.#index[slot] = offset;
    this.count++;
    if (this.count * 2 > this.#index.length) this.#rehash();
    return offset;
  }

  #equals(offset: number, words: Int32Array, length: number): boolean {
    if (this.words[offset - 1] !== length) return false;
    for (let index = 0; index < length; index++) {
      if (this.words[offset + index] !== words[index]) return false;
    }
    return true;
  }

  #append(words: Int32Array, length: number): number {
    const offset = this.#end + 1;
    if (offset + length > this.words.length) {
      const grown = new Int32Array(Math.max((this.words.length * 5) >> 2, offset + length));
      grown.set(this.words);
      this.words = grown;
      this.bytes = new Uint8Array(grown.buffer);
    }
    this.words[offset - 1] = length;
    this.words.set(words.subarray(0, length), offset);
    this.#end = offset + length;
    return offset;
  }

  #rehash(): void {
    const index = new Int32Array(this.#index.length * 2);
    const mask = index.length - 1;
    for (const offset of this.#index) {
      if (offset === 0) continue;
      let slot = hashWords(this.words, offset, this.lengthAt(offset)) & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = offset;
    }
    this.#index = index;
  }
}

/** Words are also read as bytes, so that their order must be that of the machine. */
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const shift0 = isLittleEndian ? 0 : 24;
const shift1 = isLittleEndian ? 8 : 16;
const shift2 = isLittleEndian ? 16 : 8;
const shift3 = isLittleEndian ? 24 : 0;

/** Which bits of a word its first 0 to 3 characters take. */
export const leadingBits = isLittleEndian
  ? Int32Array.of(0, 0xff, 0xffff, 0xffffff)
  : Int32Array.of(0, -0x1000000, -0x10000, -0x100);

/**
 * Writes a text into words from `start` on, four characters a word. False where a character does
 * not fit a byte. The words behind the text keep what they had.
 */
export function packText(text: string, words: Int32Array, start: number): boolean {
  const { length } = text;
  const whole = length & ~3;
  let all = 0;
  let at = start;
  let index = 0;
  for (; index < whole; index += 4) {
    const first = text.charCodeAt(index);
    const second = text.charCodeAt(index + 1);
    const third = text.charCodeAt(index + 2);
    const fourth = text.charCodeAt(index + 3);
    all |= first | second | third | fourth;
    words[at++] = (first << shift0) | (second << shift1) | (third << shift2) | (fourth << shift3);
  }
  if (index < length) {
    const first = text.charCodeAt(index);
    const second = index + 1 < length ? text.charCodeAt(index + 1) : 0;
    const third = index + 2 < length ? text.charCodeAt(index + 2) : 0;
    all |= first | second | third;
    words[at] = (first << shift0) | (second << shift1) | (third << shift2);
  }
  return all < 256;
}

function hashWords(words: Int32Array, start: number, length: number): number {
  let hash = length;
  for (let index = start; index < start + length; index++) {
    hash = Math.imul(hash ^ (words[index] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
