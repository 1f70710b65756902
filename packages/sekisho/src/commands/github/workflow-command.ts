/**
 * Workflow commands in what a step prints: `::name key=value,key=value::text`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

/** A command, its escapes undone. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly text: string;
}

const form = /^\s*::([a-zA-Z][\w-]*)(?: +([^\n]*?))?::(.*)$/;

/** undefined for a line that is none. */
export function readWorkflowCommand(line: string): WorkflowCommand | undefined {
  const [, name, properties = '', text = ''] = form.exec(line) ?? [];
  if (name === undefined) return undefined;
  return {
    name: name.toLowerCase(),
    properties: new Map(
      properties.split(',').flatMap((pair) => {
        const at = pair.indexOf('=');
        if (at <= 0) return [];
        return [[pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))] as const];
      }),
    ),
    text: unescapeText(text),
  };
}

function unescapeText(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeText(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
