/**
 * Instance types: which exist (the API model's own list), and the sizes of the common families.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-specs.html
 */
import { loadServiceModel, type Shape } from '@sekisho/catalog';

/** What an instance type is made of. */
export interface InstanceTypeSize {
  readonly vcpus: number;
  readonly threadsPerCore: number;
  readonly memoryMib: number;
}

let known: ReadonlySet<string> | undefined;

/** Reads the list of types from the catalogue; to be called once before serving. */
export async function loadInstanceTypes(): Promise<void> {
  const model = await loadServiceModel('ec2');
  const shape = model.operation('RunInstances')?.input.member('InstanceType')?.shape;
  known = new Set(enumOf(shape));
}

function enumOf(shape: Shape | undefined): readonly string[] {
  return shape === undefined || !('constraints' in shape) ? [] : (shapeEnum(shape) ?? []);
}

function shapeEnum(shape: Shape): readonly string[] | undefined {
  return shape.kind === 'structure' || shape.kind === 'map' || shape.kind === 'list'
    ? undefined
    : shape.constraints?.enum;
}

/** Every instance type that the API knows, sorted. */
export function instanceTypeNames(): readonly string[] {
  return [...(known ?? [])].sort();
}

export function isInstanceType(name: string): boolean {
  return known?.has(name) ?? false;
}

/** Graviton families end their generation in `g` (`t4g`, `m7gd`); `a1` is the first of them. */
export function architectureOf(name: string): 'x86_64' | 'arm64' {
  const family = name.slice(0, Math.max(0, name.indexOf('.')));
  return family === 'a1' || /^[a-z]+\d+g/.test(family) ? 'arm64' : 'x86_64';
}

/** Types with CPU credits. */
export function isBurstable(name: string): boolean {
  return /^t[1-4][ag]?\./.test(name);
}

/** `unlimited` is the default from t3 on. */
export function defaultCredits(name: string): 'standard' | 'unlimited' {
  return /^t[12]\./.test(name) ? 'standard' : 'unlimited';
}

const burstable: ReadonlyMap<string, readonly [t2: number, later: number, mib: number]> = new Map([
  ['nano', [1, 2, 512]],
  ['micro', [1, 2, 1024]],
  ['small', [1, 2, 2048]],
  ['medium', [2, 2, 4096]],
  ['large', [2, 2, 8192]],
  ['xlarge', [4, 4, 16_384]],
  ['2xlarge', [8, 8, 32_768]],
]);

/** Families whose sizes double: GiB for each vCPU. */
const gibPerVcpu: ReadonlyMap<string, number> = new Map([
  ['c', 2],
  ['m', 4],
  ['r', 8],
]);

const typePattern = /^([a-z]+)(\d+)([a-z]*)\.([a-z0-9]+)$/;

/** The size where a rule tells it; undefined for families that follow none (it is left out then). */
export function sizeOfType(name: string): InstanceTypeSize | undefined {
  const match = typePattern.exec(name);
  if (match === null) return undefined;
  const [, family = '', generation = '', options = '', size = ''] = match;
  const single = options.startsWith('g') || (family === 't' && generation === '2');
  const threadsPerCore = single ? 1 : 2;
  if (family === 't') {
    const row = burstable.get(size);
    if (row === undefined) return undefined;
    const vcpus = generation === '2' ? row[0] : row[1];
    return { vcpus, threadsPerCore, memoryMib: row[2] };
  }
  const gib = gibPerVcpu.get(family);
  // Older and special generations have sizes of their own.
  if (gib === undefined || Number(generation) < 5 || options.includes('z')) return undefined;
  const vcpus = vcpusOf(size);
  return vcpus === undefined ? undefined : { vcpus, threadsPerCore, memoryMib: vcpus * gib * 1024 };
}

function vcpusOf(size: string): number | undefined {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  const match = /^(\d*)xlarge$/.exec(size);
  if (match === null) return undefined;
  return 4 * Number(match[1] === '' ? '1' : match[1]);
}
