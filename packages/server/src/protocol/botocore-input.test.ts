/** Holds request parsing to botocore's protocol cases: what a client serializes, we must read. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationModel } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import {
  type BotocoreCase,
  type BotocoreSuite,
  modelOf,
  typed,
} from './botocore-model.contract.ts';
import { parseForm, parseFormText } from './form.ts';
import type { QueryParameter } from './http.ts';
import type { ProtocolName, Structure } from './protocol.ts';
import { needsForm, Router } from './router.ts';

const folder = join(import.meta.dirname, '../../../../../shared/data/protocols/input');

const files: readonly (readonly [file: string, protocol: ProtocolName])[] = [
  ['query', 'aws-query'],
  ['ec2', 'ec2-query'],
  ['rest-xml', 'rest-xml'],
  ['rest-json', 'rest-json'],
  ['json', 'aws-json-1.1'],
  ['json_1_0', 'aws-json-1.0'],
  ['json_1_0-query-compatible', 'aws-json-1.0'],
  ['smithy-rpc-v2-cbor', 'rpc-v2-cbor'],
  ['smithy-rpc-v2-cbor-query-compatible', 'rpc-v2-cbor'],
  ['smithy-rpc-v2-cbor-non-query-compatible', 'rpc-v2-cbor'],
];

/** Cases about what only a client does. */
function skipReason(each: BotocoreCase): string | undefined {
  if (each.id.includes('HostWithPath'))
    return "skipped: the client's endpoint has a path of its own";
  const isCompressed = Object.keys(each.serialized?.headers ?? {}).includes('Content-Encoding');
  if (each.id.endsWith('QueryPrecedence')) {
    return 'skipped: of two values for one parameter the client sends one';
  }
  if (isCompressed && each.serialized?.body === undefined) {
    return 'skipped: the compressed body is not part of the case';
  }
  return undefined;
}

/** Takes away what the wire does not carry: nulls, and empty collections that leave no trace. */
function carried(expected: Structure, input: Structure): Structure {
  return Object.fromEntries(
    Object.entries(expected).filter(([name, value]) => {
      if (value === null) return false;
      const isEmpty = typeof value === 'object' && !(value instanceof Date) && isEmptyObject(value);
      return name in input || !isEmpty;
    }),
  );
}

function isEmptyObject(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** Takes away what a client adds, and what servers read twice (Smithy: all of the query is mapped). */
function told(input: Structure, expected: Structure, operation: OperationModel): Structure {
  const bound = operation.input.members.flatMap(({ traits }) => traits.httpQuery ?? []);
  const kept: Structure = {};
  for (const { name, traits } of operation.input.members) {
    const value = input[name];
    if (value === undefined) continue;
    const isFilled = traits.idempotencyToken === true || traits.httpPayload === true;
    if (isFilled && !(name in expected)) continue;
    if (traits.httpQueryParams !== true) {
      kept[name] = value;
      continue;
    }
    const wanted = (expected[name] ?? {}) as Structure;
    const rest = Object.entries(value as Structure).filter(
      ([key]) => key in wanted || !bound.includes(key),
    );
    if (name in expected || rest.length > 0) kept[name] = Object.fromEntries(rest);
  }
  return kept;
}

function parseQuery(text: string): QueryParameter[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [rawName = '', rawValue = ''] = part.split('=');
      const [{ name, value } = { name: '', value: '' }] = parseFormText(part);
      return { rawName, rawValue, name, value };
    });
}

/** Sends the case's request through router and parser. */
function read(suite: BotocoreSuite, each: BotocoreCase, protocol: ProtocolName): Structure {
  const { model } = modelOf(suite, each);
  const serialized = each.serialized ?? { uri: '/' };
  const [rawPath = '/', ...rest] = serialized.uri.split('?');
  const headers = Object.entries(serialized.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const header = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const text = serialized.body ?? '';
  const isCbor = protocol === 'rpc-v2-cbor';
  const body = new Uint8Array(Buffer.from(text, isCbor ? 'base64' : 'utf8'));
  const method = serialized.method ?? each.given.http.method;
  const facts = { method, rawPath, query: parseQuery(rest.join('?')), header };
  const form = needsForm(facts) ? parseForm(body) : undefined;
  const router = new Router([{ signingName: 'case', model, protocols: [protocol] }]);
  const isTargeted = protocol.startsWith('aws-json') && header('x-amz-target') === undefined;
  const route = router.identify({
    ...facts,
    form,
    header: (name) =>
      isTargeted && name === 'x-amz-target'
        ? `${model.targetPrefix}.${each.given.name}`
        : header(name),
  });
  if (route.kind !== 'operation') throw new Error(JSON.stringify(route));
  expect(route.protocol.name).toBe(protocol);
  return route.protocol.parseInput(route.operation, {
    query: facts.query,
    headers,
    header,
    body,
    form: route.form,
    labels: route.labels,
  });
}

describe.skipIf(!existsSync(folder))(
  'requests of botocore are read as the parameters they carry',
  () => {
    for (const [file, protocol] of files) {
      const path = join(folder, `${file}.json`);
      const suites: BotocoreSuite[] = existsSync(path)
        ? JSON.parse(readFileSync(path, 'utf8'))
        : [];
      for (const suite of suites) {
        suite.cases.forEach((each, index) => {
          const name = `${file} ${each.id} #${index}`;
          const reason = skipReason(each);
          const title = reason === undefined ? name : `${name} ${reason}`;
          test.skipIf(reason !== undefined)(title, () => {
            const { operation } = modelOf(suite, each);
            const input = read(suite, each, protocol);
            const expected = typed(operation.input, each.params) as Structure;
            expect(told(input, expected, operation)).toEqual(carried(expected, input));
          });
        });
      }
    }
  },
);
