/** The guard: a shell that ends our programs when we can't any more (SIGKILL, a crash). */
import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+<group>` and `-<group>` until its input ends, which happens with us however we end, and
 * kills the groups that are left. Signals to us don't reach it: it has a session of its own.
 */
const script = `trap '' HUP INT TERM
groups=' '
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in
      *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;;
    esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done`;

/** The process groups that must not outlive us. */
export class ProcessGuard {
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;

  get groups(): ReadonlySet<number> {
    return this.#groups;
  }

  add(group: number): void {
    this.#groups.add(group);
    if (this.#shell === undefined) this.#start();
    else this.#tell(`+${group}`);
  }

  delete(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`-${group}`);
  }

  #start(): void {
    const shell = spawn('/bin/sh', ['-c', script], {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell = shell;
    // One that has ended, or never began, is replaced with the next program.
    const gone = (): void => {
      if (this.#shell === shell) this.#shell = undefined;
    };
    shell.once('error', gone);
    shell.once('exit', gone);
    shell.stdin.on('error', gone);
    shell.unref();
    for (const group of this.#groups) this.#tell(`+${group}`);
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}
