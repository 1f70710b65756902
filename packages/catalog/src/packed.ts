/** Packed text: deflated and base64-encoded, opened when it is first needed. */

/** Inflates what `generate/pack.ts` wrote (raw deflate, base64, UTF-8). */
export async function unpack(packed: string): Promise<string> {
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).text();
}
