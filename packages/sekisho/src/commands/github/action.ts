/**
 * JavaScript actions in a local folder: `OWNER/NAME` or `OWNER/NAME@REF` below it.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { optional, type Step, type Texts } from './workflow.ts';
import { WorkflowError } from './workflow-error.ts';
import { readYaml, type YamlNode } from './yaml-node.ts';

/** An action ready to run. */
export interface Action {
  /** As the step writes it. */
  readonly uses: string;
  /** `OWNER/NAME`; '' of an action in the workspace. */
  readonly repository: string;
  readonly ref: string;
  readonly folder: string;
  /** Declared inputs with their defaults, where they have one. */
  readonly inputs: ReadonlyMap<string, string | undefined>;
  readonly main: string;
  readonly pre?: string;
  readonly preIf?: string;
  readonly post?: string;
  readonly postIf?: string;
}

/** Where actions are looked for. */
export interface ActionFolders {
  readonly actions?: string;
  readonly workspace: string;
}

const remote = /^([\w.-]+)\/([\w.-]+)((?:\/[\w.-]+)*)@([\w./-]+)$/;

/** `OWNER/NAME` of a step's `uses`; undefined of any other kind. */
export function repositoryOf(uses: string): string | undefined {
  const [, owner, name] = remote.exec(uses) ?? [];
  return owner === undefined ? undefined : `${owner}/${name}`;
}

/** Throws WorkflowError, naming what is not supported or not there. */
export function loadAction(step: Step & { readonly uses: string }, folders: ActionFolders): Action {
  const { uses } = step;
  const place = `${step.place}.uses`;
  if (uses.startsWith('docker://')) {
    throw new WorkflowError(place, `${uses}: container actions are not supported`);
  }
  const found = uses.startsWith('./')
    ? { folder: resolve(folders.workspace, uses), repository: '', ref: '' }
    : findRemote(uses, place, folders.actions);
  const file = ['action.yml', 'action.yaml']
    .map((name) => join(found.folder, name))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new WorkflowError(place, `${uses}: there is no action.yml in ${found.folder}`);
  }
  const action = readAction(readYaml(readFileSync(file, 'utf8'), file), `${place}: ${uses}`);
  for (const script of [action.main, action.pre, action.post]) {
    if (script === undefined || existsSync(join(found.folder, script))) continue;
    throw new WorkflowError(place, `${uses}: there is no ${script} in ${found.folder}`);
  }
  return { uses, ...found, ...action };
}

function findRemote(
  uses: string,
  place: string,
  actions: string | undefined,
): Pick<Action, 'folder' | 'repository' | 'ref'> {
  const [, owner = '', name = '', path = '', ref = ''] = remote.exec(uses) ?? [];
  const segments = [owner, name, ...path.split('/').slice(1)];
  if (owner === '' || segments.some((segment) => /^\.+$/.test(segment))) {
    throw new WorkflowError(
      place,
      `${uses}: expected OWNER/NAME@REF, OWNER/NAME/PATH@REF or ./PATH`,
    );
  }
  const repository = `${owner}/${name}`;
  const candidates =
    actions === undefined
      ? []
      : [join(actions, owner, `${name}@${ref.replaceAll('/', '_')}`), join(actions, owner, name)];
  const folder = candidates.find((each) => existsSync(each));
  if (folder === undefined) {
    const where = actions === undefined ? 'no folder is given with --actions' : `not in ${actions}`;
    const advice = `put it there as ${repository}, or leave the step out with --skip ${repository}`;
    throw new WorkflowError(place, `${uses}: the action is not here (${where}); ${advice}`);
  }
  return { folder: join(folder, path), repository, ref };
}

function readAction(
  root: YamlNode,
  place: string,
): Omit<Action, 'uses' | 'folder' | 'repository' | 'ref'> {
  const runs = root.at('runs');
  const using = runs.at('using').text() ?? '';
  if (!/^node\d+$/.test(using)) {
    throw new WorkflowError(place, `actions that run with '${using}' are not supported`);
  }
  const inputs = new Map<string, string | undefined>();
  for (const [name, input] of root.at('inputs').members()) {
    inputs.set(name, input.at('default').text());
  }
  const main = runs.at('main').text();
  if (main === undefined) throw new WorkflowError(place, 'the action has no runs.main');
  return {
    inputs,
    main,
    ...optional('pre', runs.at('pre').text()),
    ...optional('preIf', runs.at('pre-if').text()),
    ...optional('post', runs.at('post').text()),
    ...optional('postIf', runs.at('post-if').text()),
  };
}

/** Every input by its declared name, templates not yet filled in: what the step gives, else defaults. */
export function inputsOf({ inputs }: Action, given: Texts): Texts {
  const found = new Map<string, string>();
  for (const [name, value] of inputs) if (value !== undefined) found.set(name, value);
  for (const [name, value] of given) {
    const declared = [...inputs.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
    found.set(declared ?? name, value);
  }
  return found;
}

/** `role-to-assume` → `INPUT_ROLE-TO-ASSUME`, as the toolkit reads it. */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
