/** What a step prints, line by line: workflow commands are carried out, the rest is shown. */
import { readWorkflowCommand, type WorkflowCommand } from './workflow-command.ts';

/** What commands change. */
export interface StepEffects {
  readonly outputs: Map<string, string>;
  readonly state: Map<string, string>;
  readonly mask: (value: string) => void;
  readonly show: (line: string) => void;
  readonly isDebug: boolean;
}

const annotations: ReadonlyMap<string, string> = new Map([
  ['notice', 'Notice'],
  ['warning', 'Warning'],
  ['error', 'Error'],
]);
/** For GitHub's own pages: without effect here. */
const silent: ReadonlySet<string> = new Set(['echo', 'add-matcher', 'remove-matcher']);

/** Takes the lines of one step. */
export class StepLog {
  readonly #effects: StepEffects;
  /** Commands are plain text until this one comes. */
  #resumedBy: string | undefined;
  /** Set by a command that GitHub refuses: the step fails. */
  failure: string | undefined;

  constructor(effects: StepEffects) {
    this.#effects = effects;
  }

  line(line: string): void {
    const command = readWorkflowCommand(line);
    if (command === undefined) this.#effects.show(line);
    else if (this.#resumedBy === undefined) this.#obey(command, line);
    else if (command.name === this.#resumedBy) this.#resumedBy = undefined;
    else this.#effects.show(line);
  }

  #obey({ name, properties, text }: WorkflowCommand, line: string): void {
    const { outputs, state, mask, show, isDebug } = this.#effects;
    const annotation = annotations.get(name);
    if (annotation !== undefined) {
      for (const each of text.split('\n')) show(`${annotation}: ${each}`);
      return;
    }
    switch (name) {
      case 'add-mask':
        mask(text);
        return;
      case 'set-output':
        outputs.set(properties.get('name') ?? '', text);
        return;
      case 'save-state':
        state.set(properties.get('name') ?? '', text);
        return;
      case 'stop-commands':
        this.#resumedBy = text.toLowerCase();
        return;
      case 'debug':
        if (isDebug) show(`##[debug]${text}`);
        return;
      case 'group':
        show(`▾ ${text}`);
        return;
      case 'endgroup':
        return;
      case 'set-env':
      case 'add-path':
        this.failure = `The \`${name}\` command is disabled. Please upgrade to using Environment Files.`;
        return;
      default:
        if (!silent.has(name)) show(line);
    }
  }
}
