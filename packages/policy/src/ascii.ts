/** ASCII case folding: the only folding that security decisions may use. */

/** `text` with A–Z lowered and every other character as it is. */
export function foldCase(text: string): string {
  // In ASCII alone lower case is what folding is, and much quicker for long texts.
  if (text.length > 32 && /^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 65 && code <= 90) {
      folded += text.slice(start, index) + String.fromCharCode(code + 32);
      start = index + 1;
    }
  }
  return start === 0 ? text : folded + text.slice(start);
}

/** Whether every character is in the printable ASCII range. */
export function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
