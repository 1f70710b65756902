/** Fixes for several refusals at once: each policy is written once, with all that it has to say. */
import { authorize, type Decision, type PolicySet, type PolicySource } from '@sekisho/policy';
import type { Directory } from '../../directory/directory.ts';
import { changesFor, type PolicyFixes, templatesOf, type WrittenPolicy } from './policy-fixes.ts';
import { renderFix } from './render.ts';
import type { Fix } from './template.ts';

/**
 * What would allow all of the requests. Each is decided again with what the ones before it have
 * changed: of two that one change allows, the second asks for none.
 */
export class FixPlan {
  readonly #directory: Directory;
  readonly #written = new Map<string, WrittenPolicy>();
  readonly #taken = new Set<string>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** The policies that this request changes, with all that was to be changed in them before. */
  add(decision: Decision): PolicyFixes {
    const now = decidedWith(decision, this.#written);
    if (now === undefined || now.outcome === 'allow') return { fixes: [], proven: false };
    const { changes, proven } = changesFor(now);
    const written = templatesOf(changes, now, this.#directory, this.#taken);
    for (const policy of written) {
      const known = this.#written.get(policy.key);
      this.#written.set(policy.key, { ...policy, text: known?.text ?? policy.text });
    }
    const fixes = written.map(({ text, template }) => renderFix(text, template));
    return { fixes, proven: proven && fixes.length > 0 };
  }

  /** Every changed policy once. */
  get fixes(): readonly Fix[] {
    return [...this.#written.values()].map(({ text, template }) => renderFix(text, template));
  }
}

/** undefined where the evaluation itself failed: no policy's text would help. */
function decidedWith(
  decision: Decision,
  written: ReadonlyMap<string, WrittenPolicy>,
): Decision | undefined {
  if (decision.failure !== undefined) return undefined;
  const { request, policies } = decision;
  return authorize(request, replaced(policies, decision, written));
}

function replaced(
  policies: PolicySet,
  { request: { principal, resource } }: Decision,
  written: ReadonlyMap<string, WrittenPolicy>,
): PolicySet {
  const all = [...written.values()];
  const one = (source: PolicySource): PolicySource =>
    all.find(({ replaces }) => replaces === keyOf(source))?.source ?? source;
  const owner = 'arn' in principal ? ownerArn(principal) : undefined;
  const added = all.filter(({ addedTo }) => addedTo !== undefined && addedTo === owner);
  const own = all.find(({ resourceOf }) => resourceOf === resource);
  const { boundary, vpcEndpoint } = policies;
  const itsResource = own?.source ?? policies.resource;
  return {
    ...policies,
    identity: [...policies.identity.map(one), ...added.map(({ source }) => source)],
    ...(boundary && { boundary: one(boundary) }),
    ...(vpcEndpoint && { vpcEndpoint: vpcEndpoint.map(one) }),
    ...(itsResource && { resource: itsResource }),
  };
}

/** A policy is known by its ARN, else by whose it is. */
export function keyOf({ arn, name }: PolicySource): string {
  return arn ?? name;
}

/** The ARN of the role or user that identity-based policies hang on. */
export function ownerArn(principal: { readonly arn: string; readonly roleArn?: string }): string {
  return principal.roleArn ?? principal.arn;
}
