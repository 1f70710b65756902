/** For tests: an input that passes an operation's modelled validation, made from its shapes. */
import type { Constraints, Member, Shape, StructureShape } from '@sekisho/catalog';
import { matchesPattern } from '../../protocol/pattern.ts';

/** Values that the caller chooses, by member name. */
export type Preferred = ReadonlyMap<string, unknown>;

/** Required members only, and those that are preferred. */
export function sampleStructure(
  shape: StructureShape,
  preferred: Preferred,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (member.required) input[member.name] = sampleMember(member, preferred);
  }
  return input;
}

function sampleMember(member: Member, preferred: Preferred): unknown {
  const { kind } = member.shape;
  const hasNames = kind === 'structure' || kind === 'map';
  const names = [member.name, member.shape.name];
  const wanted = hasNames ? undefined : names.map((name) => preferred.get(name)).find(Boolean);
  const constraints = 'constraints' in member.shape ? member.shape.constraints : undefined;
  if (typeof wanted === 'string' && !fits(wanted, constraints ?? {})) {
    return sampleShape(member.shape, preferred);
  }
  return wanted ?? sampleShape(member.shape, preferred);
}

function sampleShape(shape: Shape, preferred: Preferred): unknown {
  switch (shape.kind) {
    case 'structure': {
      const { union, members } = shape;
      const [first] = members;
      if (union === true && first !== undefined) {
        return { [first.name]: sampleMember(first, preferred) };
      }
      return sampleStructure(shape, preferred);
    }
    case 'list':
      return Array.from({ length: Math.max(1, shape.constraints?.min ?? 1) }, () =>
        sampleMember(shape.member, preferred),
      );
    case 'map':
      return {
        [String(sampleShape(shape.key.shape, preferred))]: sampleMember(shape.value, preferred),
      };
    case 'string':
      return sampleText(shape.constraints ?? {});
    case 'boolean':
      return true;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return Math.max(1, shape.constraints?.min ?? 1);
    case 'timestamp':
      return new Date(Date.UTC(2026, 0, 2));
    case 'blob':
      return Buffer.from('x'.repeat(Math.max(1, shape.constraints?.min ?? 1)));
    case 'document':
      return {};
  }
}

/** Texts of many forms: the first that a pattern takes is used. */
const candidates: readonly string[] = [
  'sample',
  'SAMPLE1',
  '123456',
  'v1',
  'abcdefabcdef',
  'AKIAIOSFODNN7EXAMPLE',
  'arn:aws:iam::123456789012:role/sample',
  'https://example.com/sample',
  'task/aws-service-role/sample',
  '-----BEGIN CERTIFICATE-----',
  '12345678-1234-1234-1234-123456789012',
  'us-east-1',
  'AWS:sample',
  'sha256:0123456789abcdef',
  'i-0123456789abcdef0',
  'mi-0123456789abcdef0',
  'mw-0123456789abcdef0',
  'oi-0123456789ab',
  'arn:aws:ssm:us-east-1:123456789012:opsmetadata/sample',
];

function fits(text: string, { min, max, pattern }: Constraints): boolean {
  const isLong = text.length >= (min ?? 0) && text.length <= (max ?? Number.POSITIVE_INFINITY);
  return isLong && (pattern === undefined || matchesPattern(pattern, text));
}

function sampleText(constraints: Constraints): string {
  const { min, max, enum: values } = constraints;
  if (values?.[0] !== undefined) return values[0];
  const lengths = [min ?? 1, max ?? 20].filter((length) => length > 0 && length < 10_000);
  const padded = lengths.flatMap((length) =>
    ['a', 'A', '1', '{'].map((each) => each.repeat(length)),
  );
  return [...candidates, ...padded].find((text) => fits(text, constraints)) ?? 'sample';
}
