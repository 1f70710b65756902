/** What must not be printed: secrets and what `::add-mask::` names, in the forms they may take. */
export class Masks {
  #values: readonly string[] = [];

  /** Masks the text, each of its lines, and how they look in JSON, URLs and base64. */
  add(secret: string): void {
    const lines = secret.split(/\r?\n/).filter((line) => line.trim() !== '');
    const forms = [secret, ...lines].flatMap((text) => [
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text),
      Buffer.from(text).toString('base64'),
    ]);
    const known = new Set([...this.#values, ...forms]);
    known.delete('');
    // Longest first: a secret that contains another one goes as a whole.
    this.#values = [...known].sort((left, right) => right.length - left.length);
  }

  apply(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, '***'), text);
  }
}
