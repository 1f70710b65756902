/** For tests: the ways in which a signed request is changed after it was signed. */
import type { SignedRequest } from './client-signature.ts';

type Tampering = (signed: SignedRequest) => readonly SignedRequest[];

/** Changes the Authorization header; a change that finds nothing to change is a test's error. */
function authorization(change: (text: string) => string): Tampering {
  return (signed) => [
    {
      ...signed,
      headers: signed.headers.map(([name, value]) => {
        if (name !== 'authorization') return [name, value];
        const changed = change(value);
        if (changed === value) throw new Error('nothing was tampered with');
        return [name, changed];
      }),
    },
  ];
}

const yesterday = (date: string): string =>
  new Date(Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6) - 1))
    .toISOString()
    .slice(0, 10)
    .replaceAll('-', '');

const scope = (field: number, change: (text: string) => string): Tampering =>
  authorization((text) =>
    text.replace(/Credential=([^,]*)/, (_whole, credential: string) => {
      const fields = credential.split('/');
      fields[field] = change(fields[field] ?? '');
      return `Credential=${fields.join('/')}`;
    }),
  );

const nibble = authorization((text) => {
  const last = text.at(-1);
  return `${text.slice(0, -1)}${last === '0' ? '1' : '0'}`;
});

function body(signed: SignedRequest): readonly SignedRequest[] {
  const { body: bytes } = signed;
  // A byte more where there is none to flip.
  if (bytes.length === 0) return [{ ...signed, body: Buffer.from('x') }];
  return [0, bytes.length >> 1, bytes.length - 1].map((at) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return { ...signed, body: copy };
  });
}

const otherMethods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'];

function changedHeaders(signed: SignedRequest): readonly SignedRequest[] {
  return signed.headers.flatMap(([name], at) => {
    if (name === 'authorization') return [];
    const headers = signed.headers.map(([each, value], index): [string, string] => [
      each,
      index === at ? otherValue(name, value) : value,
    ]);
    return [{ ...signed, headers }];
  });
}

/** Still a value of its kind, so that only the signature can tell. */
function otherValue(name: string, value: string): string {
  if (name === 'host') return 'localhost:4566';
  if (name === 'x-amz-date') return value.replace(/\d(?=Z$)/, (digit) => `${9 - Number(digit)}`);
  if (name === 'content-type') return `${value}; x=y`;
  const last = value.at(-1);
  return `${value.slice(0, -1)}${last === 'a' ? 'b' : 'a'}`;
}

/** By what is changed. */
export const tamperings: readonly (readonly [name: string, tamper: Tampering])[] = [
  [
    'the method',
    (signed) =>
      otherMethods
        .filter((method) => method !== signed.method)
        .map((method) => ({ ...signed, method })),
  ],
  [
    'the path',
    (signed) =>
      [`${signed.rawPath}x`, `/x${signed.rawPath}`].map((rawPath) => ({ ...signed, rawPath })),
  ],
  [
    'the query',
    (signed) => [
      { ...signed, rawQuery: [signed.rawQuery, 'x=y'].filter((part) => part !== '').join('&') },
      ...(signed.rawQuery === '' ? [] : [{ ...signed, rawQuery: `${signed.rawQuery}x` }]),
    ],
  ],
  ['a byte of the body', body],
  ['each signed header', changedHeaders],
  [
    'the presence of each signed header',
    (signed) =>
      signed.headers
        .map(([dropped]) => ({
          ...signed,
          headers: signed.headers.filter(([name]) => name !== dropped || name === 'authorization'),
        }))
        .filter(({ headers }) => headers.length < signed.headers.length),
  ],
  ['a nibble of the signature', nibble],
  ['the service of the scope', scope(3, (service) => (service === 's3' ? 'sts' : 's3'))],
  ['the region of the scope', scope(2, () => 'eu-west-1')],
  ['the date of the scope', scope(1, yesterday)],
  [
    'the list of signed headers',
    authorization((text) => text.replace(/(SignedHeaders=[^,]*?)host;/, '$1')),
  ],
  [
    'an x-amz header added after signing',
    (signed) => [{ ...signed, headers: [...signed.headers, ['x-amz-meta-x', 'y']] }],
  ],
  [
    'a second Authorization, Host or date',
    (signed) =>
      ['authorization', 'host', 'x-amz-date'].map((name) => ({
        ...signed,
        headers: signed.headers.flatMap((header) =>
          header[0] === name ? [header, header] : [header],
        ),
      })),
  ],
];
