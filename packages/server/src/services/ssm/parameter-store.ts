/** Parameters in the store, found by name or ARN. */
import { type Held, RecordFolder } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type { ParameterRecord, ParameterVersion, ValueRecord } from './entities.ts';
import { parameterNotFound, versionNotFound } from './errors.ts';
import { checkName, type ParameterReference, readReference } from './parameter-name.ts';

/** The parameters of an account in a region. */
export class ParameterStore {
  readonly parameters: RecordFolder<ParameterRecord>;
  readonly #context: DemandContext;
  readonly #base: string;

  constructor(context: DemandContext, account = context.account) {
    this.#context = context;
    this.#base = `ssm/${account}/${context.region}/`;
    this.parameters = new RecordFolder(context.runtime.state, `${this.#base}parameter/`);
  }

  values(name: string): RecordFolder<ValueRecord> {
    const folder = `${this.#base}value/${encodeURIComponent(name)}/`;
    return new RecordFolder(this.#context.runtime.state, folder);
  }
}

export interface FoundParameter extends Held<ParameterRecord> {
  readonly store: ParameterStore;
  readonly arn: string;
}

/** The parameter; undefined where there is none. */
export function findParameter(
  { name, account, arn, isHere }: ParameterReference,
  context: DemandContext,
): FoundParameter | undefined {
  // Unverified: parameters of other accounts are seen only where they are shared.
  if (!isHere || account !== context.account) return undefined;
  const store = new ParameterStore(context, account);
  const held = store.parameters.find(name);
  return held === undefined ? undefined : { ...held, store, arn };
}

/** Of a name without a selector. Throws ValidationException, ParameterNotFound. */
export function requireParameter(text: string, context: DemandContext): FoundParameter {
  const reference = readReference(text, context);
  checkName(reference.name);
  const found = findParameter(reference, context);
  if (found === undefined) throw parameterNotFound();
  return found;
}

export function latest({ versions }: ParameterRecord): ParameterVersion {
  const last = versions.at(-1);
  if (last === undefined) throw new Error('a parameter without a version');
  return last;
}

/** The version that a selector names; undefined where there is none. */
export function versionOf(
  record: ParameterRecord,
  selector: string | undefined,
): ParameterVersion | undefined {
  if (selector === undefined) return latest(record);
  return record.versions.find(({ version, labels }) =>
    /^\d+$/.test(selector) ? version === Number(selector) : labels.includes(selector),
  );
}

/** Throws ParameterVersionNotFound. */
export function requireVersion(
  record: ParameterRecord,
  selector: string | undefined,
): ParameterVersion {
  const version = versionOf(record, selector);
  if (version !== undefined) return version;
  const { name } = record;
  throw versionNotFound(
    /^\d+$/.test(selector ?? '')
      ? `version ${selector} of ${name}. Verify the version`
      : `label ${selector} for parameter ${name}. Verify the label`,
  );
}
