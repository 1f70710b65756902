/** What happens when nobody takes what the command prints: `| head -1`, a full disk. */

let lost: Error | undefined;

/** From now on a stream that cannot be written is no crash. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error) => {
      lost ??= error;
    });
  }
}

/** Why output was lost; undefined as long as none was. */
export function lostOutput(): Error | undefined {
  return lost;
}
