/** The dotted names of a query-protocol form as a tree: `Tags.member.1.Key` is four levels. */
import type { FormParameter } from '../form.ts';

/** One name part: its own value, and what stands below it. */
export interface ParameterNode {
  value: string | undefined;
  children: Map<string, ParameterNode> | undefined;
}

/** Deeper names than any model has are cut off: they cannot belong to a member. */
const depthMax = 64;

/** Builds the tree. Of a repeated name the first value on the wire counts. */
export function growTree(form: readonly FormParameter[]): ParameterNode {
  const root: ParameterNode = { value: undefined, children: undefined };
  for (const { name, value } of form) plant(root, name, value);
  return root;
}

function plant(root: ParameterNode, name: string, value: string): void {
  let node = root;
  let start = 0;
  for (let depth = 0; depth < depthMax; depth++) {
    const dot = name.indexOf('.', start);
    node = child(node, dot < 0 ? name.slice(start) : name.slice(start, dot));
    if (dot < 0) {
      node.value ??= value;
      return;
    }
    start = dot + 1;
  }
}

function child(node: ParameterNode, part: string): ParameterNode {
  node.children ??= new Map();
  let found = node.children.get(part);
  if (found === undefined) {
    found = { value: undefined, children: undefined };
    node.children.set(part, found);
  }
  return found;
}
