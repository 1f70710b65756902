/** Lists in one header field: comma-separated, quoted where needed (RFC 9110 §5.6). */

/** Splits the field; `dates` have a comma of their own. undefined when a quote is not closed. */
export function splitHeader(text: string, dates: boolean): string[] | undefined {
  if (text === '') return [];
  if (dates) return splitDates(text);
  const parts: string[] = [];
  let at = 0;
  while (at <= text.length) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (text[at] === '"') {
      const quoted = readQuoted(text, at + 1);
      if (quoted === undefined) return undefined;
      parts.push(quoted.value);
      at = quoted.end;
      while (text[at] === ' ') at++;
      if (at < text.length && text[at] !== ',') return undefined;
      at++;
      continue;
    }
    const comma = text.indexOf(',', at);
    const end = comma < 0 ? text.length : comma;
    parts.push(text.slice(at, end).trimEnd());
    at = end + 1;
  }
  return parts;
}

function readQuoted(text: string, start: number): { value: string; end: number } | undefined {
  let value = '';
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at + 1 };
    if (text[at] === '\\') at++;
    value += text[at] ?? '';
  }
  return undefined;
}

function splitDates(text: string): string[] {
  const halves = text.split(',').map((half) => half.trim());
  const dates: string[] = [];
  for (let index = 0; index < halves.length; index += 2) {
    dates.push(`${halves[index]}, ${halves[index + 1] ?? ''}`);
  }
  return dates;
}

/** Joins texts to one field value. */
export function joinHeader(parts: readonly string[], dates: boolean): string {
  if (dates) return parts.join(', ');
  return parts
    .map((part) => (/[",]|^\s|\s$/.test(part) ? `"${part.replaceAll(/["\\]/g, '\\$&')}"` : part))
    .join(', ');
}
