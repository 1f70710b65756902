/** The shells of `run:` steps, with the arguments that GitHub gives them. */

const shells: ReadonlyMap<string, readonly string[]> = new Map([
  ['bash', ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}']],
  ['sh', ['sh', '-e', '{0}']],
  ['python', ['python', '{0}']],
]);

/** Without a shell of its own a step runs in bash, without pipefail. */
const standard: readonly string[] = ['bash', '-e', '{0}'];

/** `bash`, `sh`, `python`, or a command with `{0}` where the script's file goes. */
export function isShell(shell: string): boolean {
  return shells.has(shell) || shell.split(/\s+/).includes('{0}');
}

/** The program and its arguments that run the script's file. */
export function shellCommand(shell: string | undefined, file: string): readonly string[] {
  const known = shell === undefined ? standard : shells.get(shell);
  const words = known ?? (shell ?? '').split(/\s+/);
  return words.map((word) => (word === '{0}' ? file : word));
}
