/** The style of STYLE.md as a test: room order, sizes, banned words and interfaces, first lines. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Files of the repository: tracked, and new ones that are not ignored. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

interface Source {
  readonly path: string;
  readonly text: string;
}

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });
const exists = (path: string): boolean => {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    return false;
  }
};
const isGenerated = (path: string): boolean =>
  path.includes('/generated/') || path.startsWith('packages/catalog/src/types/');
const sources = files
  .filter((path) => /\.tsx?$/.test(path) && !isGenerated(path) && exists(path))
  .map(read);
const isTest = (path: string): boolean =>
  /\.(?:test|contract|fixture|harness)\.ts$/.test(path) || /\/testing[./]/.test(path);
const production = sources.filter(({ path }) => path.startsWith('packages/') && !isTest(path));

/** Paths for which the check says what is wrong. */
function offenders(
  candidates: readonly Source[],
  check: (source: Source) => string | undefined,
): readonly string[] {
  return candidates.flatMap((source) => {
    const problem = check(source);
    return problem === undefined ? [] : [`${source.path}: ${problem}`];
  });
}

describe('files', () => {
  test('begin with a sentence that says what they are', () => {
    expect(
      offenders(sources, ({ text }) =>
        /^(?:#!.*\n)?\/\*\*/.test(text) ? undefined : 'no first sentence',
      ),
    ).toEqual([]);
  });

  test('have names in kebab-case', () => {
    expect(
      offenders(sources, ({ path }) =>
        /(?:^|\/)[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?\.tsx?$/.test(path) ? undefined : 'its name',
      ),
    ).toEqual([]);
  });

  test('are not longer than 400 lines, tests than 600', () => {
    expect(
      offenders(sources, ({ path, text }) => {
        const lines = text.split('\n').length;
        return lines > (isTest(path) ? 600 : 400) ? `${lines} lines` : undefined;
      }),
    ).toEqual([]);
  });

  test('say nothing of machines, left-over work or vague nouns', () => {
    const words = /\b(?:TODO|FIXME|XXX|HACK)\b|(?:^|[^\w.~-])\/(?:work|farm|root)\/[a-z.]/m;
    const names = /(?:^|[/-])(?:util|utils|helper|helpers|common|manager|misc)(?:[./-]|$)/;
    expect(
      offenders(sources, ({ path, text }) => {
        if (names.test(path)) return 'its name says nothing';
        if (path === 'tools/tidy.test.ts') return undefined;
        return words.exec(text)?.[0];
      }),
    ).toEqual([]);
  });

  test('export by name, one by one', () => {
    const banned = /^export (?:\*|type \*|default)/m;
    expect(
      offenders(
        sources.filter(({ path }) => !path.endsWith('.config.ts')),
        ({ text }) => banned.exec(text)?.[0],
      ),
    ).toEqual([]);
  });
});

describe('imports', () => {
  const allowedPackages: Readonly<Record<string, readonly string[]>> = {
    policy: [],
    catalog: [],
    analysis: ['policy', 'catalog'],
    server: ['policy', 'catalog', 'analysis'],
    console: ['policy', 'analysis'],
    sekisho: ['policy', 'catalog', 'analysis', 'server'],
  };
  const imports = (text: string): readonly string[] =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');

  test('cross package borders only in the allowed direction', () => {
    expect(
      offenders(production, ({ path, text }) => {
        const own = path.split('/')[1] ?? '';
        const wrong = imports(text).find((name) => {
          const other = /^@sekisho\/([a-z]+)/.exec(name)?.[1];
          return other !== undefined && other !== own && !allowedPackages[own]?.includes(other);
        });
        return wrong === undefined ? undefined : `imports ${wrong}`;
      }),
    ).toEqual([]);
  });

  test('of policy, catalog and analysis stay free of Node', () => {
    const pure = production.filter(({ path }) =>
      /^packages\/(?:policy|catalog|analysis)\/src\//.test(path),
    );
    expect(
      offenders(pure, ({ text }) => imports(text).find((name) => name.startsWith('node:'))),
    ).toEqual([]);
  });

  const rooms = [
    'platform',
    'store',
    'directory',
    'protocol',
    'authentication',
    'information',
    'services',
    'endpoints',
    'gateway',
  ];

  test('of a room of the server come from rooms to its left', () => {
    const server = production.filter(({ path }) => path.startsWith('packages/server/src/'));
    expect(
      offenders(server, ({ path, text }) => {
        const room = rooms.indexOf(path.split('/')[3] ?? '');
        if (room < 0) return undefined;
        const wrong = imports(text).find((name) => {
          if (!name.startsWith('.')) return false;
          const target = join(dirname(path), name).split('/')[3] ?? '';
          return rooms.indexOf(target) > room;
        });
        return wrong === undefined ? undefined : `imports ${wrong}`;
      }),
    ).toEqual([]);
  });
});

describe('what must never happen', () => {
  const bannedOutsidePlatform =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(?:Timeout|Interval)\(|\bfetch\(|'node:(?:fs|child_process|dns|https)/;

  test('clock, randomness, disk, network are used through the platform only', () => {
    const guarded = production.filter(
      ({ path }) =>
        path.startsWith('packages/server/src/') &&
        !path.startsWith('packages/server/src/platform/') &&
        path !== 'packages/server/src/store/sqlite.ts',
    );
    const withoutTypes = (text: string): string => text.replaceAll(/^import type .*$/gm, '');
    expect(
      offenders(guarded, ({ text }) => bannedOutsidePlatform.exec(withoutTypes(text))?.[0]),
    ).toEqual([]);
  });

  test('the proofs are made in their own rooms only', () => {
    expect(
      offenders(production, ({ path, text }) => {
        const inside = (allowed: string): boolean =>
          path.startsWith(`packages/server/src/${allowed}`);
        if (/\bproveAuthenticated\(/.test(text) && !inside('authentication/')) {
          return 'makes Authenticated';
        }
        if (/\bproveAuthorized\(/.test(text) && !inside('gateway/enforce.ts')) {
          return inside('services/service.ts') ? undefined : 'makes Authorized';
        }
        return undefined;
      }),
    ).toEqual([]);
  });

  test('no any, no evaluation of text, no patterns from variables in the policy language', () => {
    const banned = /:\s*any\b|\bas any\b|<any>|\beval\(|\bnew Function\(|@ts-(?:ignore|nocheck)/;
    expect(offenders(production, ({ text }) => banned.exec(text)?.[0])).toEqual([]);
    const policy = production.filter(({ path }) => path.startsWith('packages/policy/'));
    expect(offenders(policy, ({ text }) => /\bRegExp\(/.exec(text)?.[0])).toEqual([]);
  });

  test('the lock file names no addresses', () => {
    expect(read('package-lock.json').text).not.toMatch(/"resolved": "https?:/);
  });
});

describe('generated files', () => {
  test('say so in their first lines', () => {
    const generated = files.filter((path) => isGenerated(path) && /\.[jt]s$/.test(path)).map(read);
    expect(
      offenders(generated, ({ text }) =>
        /generated/i.test(text.slice(0, 300)) ? undefined : 'no header',
      ),
    ).toEqual([]);
  });
});

describe('documentation', () => {
  test('every English page has its Japanese page', () => {
    const english = files.filter((path) => path.startsWith('docs/en/'));
    const missing = english
      .map((path) => path.replace('docs/en/', 'docs/ja/'))
      .filter((path) => !files.includes(path));
    expect(missing).toEqual([]);
  });
});
