/** Reading lines and counted bytes from a stream without holding more than a line. */

/** A pull reader over byte pieces as they arrive. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** Bytes up to `\r\n` (not included) as Latin-1; undefined at the end or beyond `bytesMax`. */
  async line(bytesMax: number): Promise<string | undefined> {
    let text = '';
    for (;;) {
      if (!(await this.#fill())) return undefined;
      const end = this.#piece.indexOf(0x0a, this.#at);
      const stop = end === -1 ? this.#piece.length : end + 1;
      if (text.length + stop - this.#at > bytesMax) return undefined;
      text += Buffer.from(this.#piece.subarray(this.#at, stop)).toString('latin1');
      this.#at = stop;
      if (end !== -1) return text.endsWith('\r\n') ? text.slice(0, -2) : undefined;
    }
  }

  /** At least one and at most `count` bytes; undefined at the end. */
  async some(count: number): Promise<Uint8Array | undefined> {
    if (!(await this.#fill())) return undefined;
    const part = this.#piece.subarray(this.#at, this.#at + count);
    this.#at += part.length;
    return part;
  }

  /** Whether nothing is left. */
  async atEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#piece.length) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#piece = next.value;
      this.#at = 0;
    }
    return true;
  }
}
