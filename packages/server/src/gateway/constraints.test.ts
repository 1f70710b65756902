/** Every constraint of every written operation of IAM and STS, broken over the wire. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIamService } from '../services/iam/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { type BrokenInput, brokenInputs, toParameters } from './testing/broken-values.ts';
import { sampleStructure } from './testing/sample-input.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
});

/** Members whose constraints do not say all that is wanted of them. */
const preferred = new Map<string, unknown>([
  ['RoleArn', `arn:aws:iam::${account}:role/sample`],
  ['PolicyArn', `arn:aws:iam::${account}:policy/sample`],
]);

const written = [await createIamService(), await createStsService()].flatMap((service) =>
  [...service.operations.keys()].map((name) => {
    const { input } = service.model.operation(name) ?? { input: undefined };
    return {
      id: service.id as 'iam' | 'sts',
      name,
      broken: input === undefined ? [] : brokenInputs(input, preferred),
    };
  }),
);

/** What AWS says of the fault: IAM leaves the value out, STS tells it unless it is a secret. */
function sentence(id: string, { path, clause, value, inList, sensitive }: BrokenInput): string {
  const told = inList || Array.isArray(value) ? '' : `Value '${value}' `;
  const echo = id === 'iam' || sensitive ? 'Value ' : value === null ? 'Value null ' : told;
  const all = inList ? 'Member must satisfy constraint: [' : clause;
  return `${echo}at '${path}' failed to satisfy constraint: ${all}`;
}

function toXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

describe.each(written.filter(({ broken }) => broken.length > 0))(
  '$id:$name',
  ({ id, name, broken }) => {
    test('answers each broken constraint with its own sentence', async () => {
      for (const fault of broken) {
        const parameters = Object.fromEntries(toParameters(fault.input, ''));
        const { status, code, body } = await gateway.call(id, { ...parameters, Action: name });
        const what = `${fault.path}: ${fault.clause}`;
        expect([what, status, code]).toEqual([what, 400, 'ValidationError']);
        expect(body, what).toMatch(/<Message>\d+ validation errors? detected: /);
        expect(body, what).toContain(toXml(sentence(id, fault)));
        expect(body, what).toContain(toXml(fault.clause));
        expect(body, what).not.toContain('[object');
        const places = [...body.matchAll(/ at '([^']*)' failed to satisfy/g)].map(([, at]) => at);
        expect(new Set(places), what).toEqual(new Set([fault.path]));
      }
    });
  },
);

describe('names and paths, whose patterns IAM states in sentences of its own', async () => {
  const { operations, model } = await createIamService();
  const shapes = new Set([
    'accessKeyIdType',
    'existingUserNameType',
    'groupNameType',
    'instanceProfileNameType',
    'pathPrefixType',
    'pathType',
    'policyNameType',
    'roleNameType',
    'userNameType',
  ]);
  // The name of a service is none, and this one knows no device of a kind that it would answer.
  const others = new Set(['CreateServiceLinkedRole AWSServiceName', 'GetMFADevice UserName']);
  const cases = [...operations.keys()].flatMap((name) => {
    const input = model.operation(name)?.input;
    const named = input?.members.filter(({ shape }) => shapes.has(shape.name)) ?? [];
    return named.map((member) => ({ name, member: member.name, input }));
  });

  test.each(cases.filter(({ name, member }) => !others.has(`${name} ${member}`)))(
    '$name refuses a $member before it looks anything up',
    async ({ name, member, input }) => {
      const right = input === undefined ? {} : sampleStructure(input, preferred);
      const broken = { ...right, [member]: 'A B!'.repeat(member === 'AccessKeyId' ? 4 : 1) };
      const parameters = Object.fromEntries(toParameters(broken, ''));
      const { status, code, body } = await gateway.call('iam', { ...parameters, Action: name });
      expect([status, code]).toEqual([400, 'ValidationError']);
      const told = member.slice(0, 1).toLowerCase() + member.slice(1);
      expect(body).toContain(`<Message>The specified value for ${told} is invalid. It must `);
    },
  );

  test('are more than a hundred', () => {
    expect(cases.length).toBeGreaterThan(100);
  });
});

test('thousands of faults are tried', () => {
  const faults = written.flatMap(({ broken }) => broken);
  expect(faults.length).toBeGreaterThan(1000);
  expect(new Set(faults.map(({ clause }) => clause.replace(/\d+|\[.*|pattern: .*/g, '')))).toEqual(
    new Set([
      'Member must not be null',
      'Member must have length greater than or equal to ',
      'Member must have length less than or equal to ',
      'Member must have value greater than or equal to ',
      'Member must have value less than or equal to ',
      'Member must satisfy regular expression ',
      'Member must satisfy enum value set: ',
    ]),
  );
});
