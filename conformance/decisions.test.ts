/** Runs every decision vector under `decisions/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DecisionVector, decideVector, meets } from './decision-vector.ts';

const folder = new URL('./decisions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(files)('%s', (name) => {
  const vectors: DecisionVector[] = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

  test('names every vector once and says where it comes from', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
    expect(vectors.every(({ source }) => source.length > 0)).toBe(true);
  });

  test.each(vectors)('$id is $expect', (vector) => {
    const outcome = decideVector(vector);
    expect(meets(outcome, vector.expect), `answered ${outcome}`).toBe(true);
  });
});
