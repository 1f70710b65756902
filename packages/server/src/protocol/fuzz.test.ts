/** Arbitrary bytes: parsing gives an input or throws ServiceError, and never anything else. */
import { loadServiceModel } from '@sekisho/catalog';
import * as fc from 'fast-check';
import { assert, property, uint8Array } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type FormParameter, parseForm } from './form.ts';
import type { ProtocolName, WireInput } from './protocol.ts';
import { protocolNamed } from './protocols.ts';
import { type RequestFacts, type RoutedService, Router } from './router.ts';
import { ServiceError } from './service-error.ts';
import { parseQuery } from './testing.contract.ts';
import { validate } from './validate.ts';

const targets: readonly (readonly [ProtocolName, string, string])[] = [
  ['aws-query', 'iam', 'SimulateCustomPolicy'],
  ['aws-query', 'cloudwatch', 'PutMetricData'],
  ['ec2-query', 'ec2', 'RunInstances'],
  ['rest-xml', 's3', 'DeleteObjects'],
  ['rest-xml', 's3', 'PutBucketLifecycleConfiguration'],
  ['rest-json', 's3', 'PutBucketTagging'],
  ['aws-json-1.0', 'cloudwatch', 'PutMetricData'],
  ['rpc-v2-cbor', 'cloudwatch', 'PutMetricData'],
];

const runs = { numRuns: 400 };

function wire(body: Uint8Array, form?: readonly FormParameter[]): WireInput {
  return { query: [], headers: [], header: () => undefined, body, form, labels: new Map() };
}

/** Parses and validates; whatever is thrown must be an answer. */
function parse(
  protocol: ProtocolName,
  model: RoutedService['model'],
  name: string,
  body: Uint8Array,
) {
  const operation = model.operation(name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  try {
    const form = protocol.endsWith('query') ? parseForm(body) : undefined;
    const input = protocolNamed(protocol).parseInput(operation, wire(body, form));
    expect(Object.getPrototypeOf(input)).toBeNull();
    for (const key of Object.keys(input)) expect(operation.input.member(key)).toBeDefined();
    validate(input, operation.input, 'sts');
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    const known = error as ServiceError;
    expect(known.status).toBeGreaterThanOrEqual(400);
    protocolNamed(protocol).writeError(known, { model, requestId: 'r' });
  }
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Texts that are nearly right: pieces of each format in random order. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...['&', '=', '.', 'member', '1', '0', '-1', 'Tags', 'ActionNames', 'Key', '%', '%41', '+'],
      ...['ContextEntries', 'ContextKeyValues', 'TagSpecification', 'MetricData', 'Dimensions'],
      ...['<', '>', '</', '/>', '<Delete>', '</Delete>', '<Object>', '<Key>', '</Key>', '&#', ';'],
      ...['<![CDATA[', ']]>', '<!--', '-->', '<?xml', '<!DOCTYPE', '&amp;', ' a="b"', 'xmlns:'],
      ...['{', '}', '[', ']', ',', ':', '"', '"MetricData"', '"Value"', 'null', 'true', '1e9'],
      ...['\\u', 'd800', '\\"', '__proto__', 'constructor', '\u0000', '\ud83d', '日', ' ', '\n'],
    ),
    { maxLength: 60 },
  )
  .map((parts) => bytesOf(parts.join('')));

describe.each(targets)('%s of %s %s', (protocol, id, name) => {
  let model: RoutedService['model'];
  beforeAll(async () => {
    model = await loadServiceModel(id);
  });

  test('survives arbitrary bytes', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (body) => parse(protocol, model, name, body)),
      runs,
    );
  });

  test('survives texts that are nearly right', () => {
    assert(
      property(pieces, (body) => parse(protocol, model, name, body)),
      runs,
    );
  });

  test('survives JSON and forms of any shape', () => {
    const documents = fc.oneof(
      fc.json().map(bytesOf),
      fc.webQueryParameters().map(bytesOf),
      fc
        .array(fc.tuple(fc.string(), fc.string()))
        .map((pairs) =>
          bytesOf(pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')),
        ),
    );
    assert(
      property(documents, (body) => parse(protocol, model, name, body)),
      runs,
    );
  });
});

describe('the router', () => {
  let router: Router<RoutedService>;
  beforeAll(async () => {
    const s3 = await loadServiceModel('s3');
    const sts = await loadServiceModel('sts');
    const cloudwatch = await loadServiceModel('cloudwatch');
    router = new Router<RoutedService>([
      { model: s3, signingName: 's3', protocols: ['rest-xml'] },
      { model: sts, signingName: 'sts', protocols: ['aws-query'] },
      { model: cloudwatch, signingName: 'monitoring', protocols: ['aws-json-1.0', 'rpc-v2-cbor'] },
    ]);
  });

  test('answers every request without throwing', () => {
    const word = fc.oneof(
      fc.constantFrom('acl', 'list-type', 'uploadId', 'Action', 'Version', 'x-id', 'b', '%', '%zz'),
      fc.webFragments(),
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', '', 'get'),
      path: fc.array(word, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
      query: fc.array(fc.tuple(word, word), { maxLength: 4 }),
      target: fc.option(fc.string(), { nil: undefined }),
      smithy: fc.option(fc.string(), { nil: undefined }),
      signingName: fc.constantFrom(undefined, 's3', 'sts', 'monitoring', 'x'),
      form: fc.option(fc.array(fc.record({ name: word, value: word })), { nil: undefined }),
    });
    assert(
      property(request, ({ method, path, query, target, smithy, signingName, form }) => {
        const headers: Record<string, string | undefined> = {
          'x-amz-target': target,
          'smithy-protocol': smithy,
        };
        const plain = query.map(([name, value]) => `${name}=${value}`.replaceAll(/[%&]/g, ''));
        const facts: RequestFacts = {
          method,
          rawPath: path,
          query: parseQuery(plain.join('&')),
          header: (name) => headers[name],
          form,
          signingName,
        };
        const route = router.identify(facts);
        expect(['operation', 'refused', 'answered']).toContain(route.kind);
        if (route.kind === 'refused') expect(route.error).toBeInstanceOf(ServiceError);
      }),
      runs,
    );
  });
});
