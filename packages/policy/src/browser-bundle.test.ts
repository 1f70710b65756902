/** The library as a browser gets it: one script without Node, small, and it decides. */
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const bytesMax = 60 * 1024;

interface Bundler {
  readonly rolldown: (options: object) => Promise<{
    readonly generate: (options: object) => Promise<{
      readonly output: readonly { readonly code?: string; readonly imports?: readonly string[] }[];
    }>;
    readonly close: () => Promise<void>;
  }>;
}

/** The bundler comes with Vitest; its name is not a dependency of ours. */
async function findBundler(): Promise<Bundler | undefined> {
  const name = 'rolldown';
  try {
    return (await import(/* @vite-ignore */ name)) as Bundler;
  } catch {
    return undefined;
  }
}

test('003-8: is less than 60 kB gzipped and works without Node', async (context) => {
  const bundler = await findBundler();
  if (bundler === undefined) return context.skip('no bundler is installed');
  const input = fileURLToPath(new URL('./index.ts', import.meta.url));
  const bundle = await bundler.rolldown({ input, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife', name: 'policy', minify: true });
  await bundle.close();
  const [script] = output;
  const code = script?.code ?? '';
  expect(output).toHaveLength(1);
  expect(script?.imports).toEqual([]);
  expect(code).not.toContain('node:');
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`@sekisho/policy: ${code.length} bytes minified, ${size} gzipped`);
  expect(size).toBeLessThan(bytesMax);
  // Nothing but the language: neither process nor Buffer nor require.
  const sandbox = createContext({});
  runInContext(`${code};globalThis.policy = policy`, sandbox);
  const outcome: unknown = runInContext(
    `const { document } = policy.parsePolicyDocument(JSON.stringify({
       Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }));
     const principal = { type: 'user', account: '111122223333',
       arn: 'arn:aws:iam::111122223333:user/a', id: 'AIDA' };
     const ask = (action) => policy.authorize(
       { principal, action, resource: 'arn:aws:s3:::b/k', context: [] },
       { identity: [{ name: 'p', document }] });
     [ask('s3:GetObject').outcome, policy.explain(ask('ec2:Run'), { language: 'ja' }).length > 1]
       .join()`,
    sandbox,
  );
  expect(outcome).toBe('allow,true');
});
