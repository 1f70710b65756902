/** Holds response writing to botocore's protocol cases: what a client must read as `result`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationModel, StructureShape } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import {
  type BotocoreCase,
  type BotocoreSuite,
  modelOf,
  typed,
} from './botocore-model.contract.ts';
import type { HttpResponse } from './http.ts';
import type { ProtocolName, Structure } from './protocol.ts';
import { protocolNamed } from './protocols.ts';
import { outputBindings } from './rest/http-bindings.ts';
import { ServiceError } from './service-error.ts';
import { MillisecondDate } from './timestamp.ts';
import { parseXml, type XmlElement } from './xml/xml-parser.ts';
import { readXmlStructure } from './xml/xml-reader.ts';

const folder = join(import.meta.dirname, '../../../../../shared/data/protocols/output');

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
];

/** Cases about what only a client does, or that JavaScript's numbers cannot hold. */
const skipped: ReadonlyMap<string, string> = new Map([
  ['parses_long_shapes', 'skipped: a long beyond 2^53 is refused, not rounded'],
]);

/** Bodies that no server of ours writes; only the client must bear them. */
const lenient: readonly string[] = [
  'handles_unexpected_json_output',
  'AwsJson10HandlesUnexpectedJsonOutput',
];

interface Message {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

function messageOf(response: HttpResponse): Message {
  const { status, headers, body } = response;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('a stream');
  const bytes = new Uint8Array(Buffer.from(typeof body === 'string' ? Buffer.from(body) : body));
  return { status, headers, body: bytes };
}

function statedMessage(each: BotocoreCase, protocol: ProtocolName): Message {
  const { status_code: status = 200, headers = {}, body = '' } = each.response ?? {};
  const fields = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const encoding = protocol === 'rpc-v2-cbor' ? 'base64' : 'utf8';
  return { status, headers: fields, body: new Uint8Array(Buffer.from(body, encoding)) };
}

/** A client: reads a response by the output's shape. The cases' own responses prove it right. */
function readOutput(
  protocol: ProtocolName,
  operation: OperationModel,
  message: Message,
): Structure {
  const shape = operation.output;
  if (protocol === 'aws-query' || protocol === 'ec2-query') {
    return message.body.length === 0 ? {} : readWrapped(shape, parseXml(message.body));
  }
  const output = protocolNamed(protocol).parseInput(
    { ...operation, input: responseShape(shape) },
    {
      query: [],
      headers: message.headers,
      header: (name) => message.headers.find(([field]) => field === name)?.[1],
      body: message.body,
    },
  );
  const { responseCode } = outputBindings(shape);
  if (responseCode !== undefined) output[responseCode.name] = message.status;
  return output;
}

/** The shape as a response has it: query parameters mean nothing there. */
function responseShape(shape: StructureShape): StructureShape {
  const members = shape.members.map((member) => {
    const { httpQuery: _query, httpLabel: _label, ...traits } = member.traits;
    return { name: member.name, required: member.required, shape: member.shape, traits };
  });
  return { ...shape, members };
}

function readWrapped(shape: StructureShape, root: XmlElement): Structure {
  const result = root.children.find((child) => child.name.endsWith('Result'));
  return readXmlStructure(shape, result ?? root);
}

/** Without what no wire carries: nulls, and collections that were empty when flattened. */
function carried(value: Structure, read: Structure): Structure {
  return Object.fromEntries(
    Object.entries(value).filter(([name, each]) => {
      if (each === null) return false;
      const isEmpty = typeof each === 'object' && !(each instanceof Date) && noKeys(each);
      return name in read || !isEmpty;
    }),
  );
}

function noKeys(value: object | undefined): boolean {
  return value !== undefined && Object.keys(value).length === 0;
}

/** IAM writes whole seconds unless the operation says otherwise: the fractional cases say so. */
function precise(output: Structure): Structure {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      name,
      value instanceof Date && value.getMilliseconds() !== 0 ? new MillisecondDate(value) : value,
    ]),
  );
}

/** The error element or document of a response. */
function checkError(suite: BotocoreSuite, each: BotocoreCase, protocol: ProtocolName): void {
  const { model } = modelOf(suite, each);
  const code = each.errorCode ?? '';
  const shape = model.error(code)?.shape;
  const { message = each.errorMessage, Message = message, ...members } = each.error ?? {};
  const error = new ServiceError(
    code,
    typeof Message === 'string' ? Message : '',
    each.response?.status_code ?? 400,
    [],
    [],
    members,
  );
  const response = protocolNamed(protocol).writeError(error, { model, requestId: 'foo-id' });
  expect(response.status).toBe(each.response?.status_code);
  const written = messageOf(response);
  const text = Buffer.from(written.body).toString('utf8');
  expect(text).toContain(Message ?? '');
  const named = written.headers.some(([, value]) => value.startsWith(code)) || text.includes(code);
  expect(named).toBe(true);
  if (shape === undefined) return;
  if (protocol.endsWith('query') || protocol === 'rest-xml') {
    let element: XmlElement | undefined = parseXml(written.body);
    while (element !== undefined && element.name !== 'Error') element = element.children[0];
    expect(element).toBeDefined();
    if (element === undefined) return;
    const isBody = outputBindings(shape).body;
    const read = readXmlStructure(shape, element, (member) => isBody.has(member));
    const stated = Object.fromEntries(
      Object.entries(members).filter(([name]) => {
        const member = shape.member(name);
        return member !== undefined && isBody.has(member);
      }),
    );
    expect(read).toMatchObject(stated);
  } else {
    const operation = { name: 'x', input: shape, output: shape };
    expect(readOutput(protocol, operation, written)).toMatchObject(members);
  }
}

function checkOutput(suite: BotocoreSuite, each: BotocoreCase, protocol: ProtocolName): void {
  const { model, operation } = modelOf(suite, each);
  const result = typed(operation.output, each.result ?? {}) as Structure;
  if (!lenient.includes(each.id)) {
    const stated = readOutput(protocol, operation, statedMessage(each, protocol));
    expect(carried(stated, {}), 'the client of this test').toEqual(carried(result, {}));
  }
  const output = precise(result);
  const response = protocolNamed(protocol).writeOutput(operation, output, {
    model,
    requestId: 'foo-id',
  });
  const message = messageOf(response);
  // A map of all headers would hold ours too.
  const own = ['content-type', 'x-amzn-requestid'];
  const headers = message.headers.filter(([name]) => !own.includes(name));
  const read = readOutput(protocol, operation, { ...message, headers });
  expect(read).toEqual(carried(result, read));
  expect(response.status).toBe(each.response?.status_code);
}

describe.skipIf(!existsSync(folder))('responses are written as botocore reads them', () => {
  for (const [file, protocol] of files) {
    const path = join(folder, `${file}.json`);
    const suites: BotocoreSuite[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
    for (const suite of suites) {
      suite.cases.forEach((each, index) => {
        const reason = skipped.get(each.id);
        const title = `${file} ${each.id} #${index} ${reason ?? ''}`.trimEnd();
        test.skipIf(reason !== undefined)(title, () => {
          if (each.errorCode === undefined) checkOutput(suite, each, protocol);
          else checkError(suite, each, protocol);
        });
      });
    }
  }
});
