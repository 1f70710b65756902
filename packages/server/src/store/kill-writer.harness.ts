/** Writes pairs of records as fast as they are acknowledged, until it is killed; for kill.test.ts. */
import { writeSync } from 'node:fs';
import { SqliteStore } from './sqlite.ts';

const [path = '', cycle = ''] = process.argv.slice(2);
const store = new SqliteStore(path);

/** Each writer commits both halves of a pair in one commit, and says so only afterwards. */
async function write(writer: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const name = `${cycle}-${writer}-${count}`;
    await store.commit([
      { key: `left/${name}`, value: { name, padding: 'x'.repeat(500) } },
      { key: `right/${name}`, value: { name } },
      { key: `last/${writer}`, value: name },
    ]);
    // Synchronous: a line that was written is with the system when the process dies.
    writeSync(1, `${name}\n`);
  }
}

writeSync(1, 'open\n');
await Promise.all([write(0), write(1), write(2)]);
