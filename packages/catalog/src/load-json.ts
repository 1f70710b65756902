/** Reads the package's generated JSON: the one place that knows where it lies. */

/**
 * Imports a file of `packages/catalog/generated` (the same relative path from `src` and `dist`).
 * Its shape is what our own generator wrote.
 */
export async function loadJson<T>(path: string): Promise<T> {
  const url = new URL(`../generated/${path}`, import.meta.url).href;
  const module: { default: T } = await import(/* @vite-ignore */ url, { with: { type: 'json' } });
  return module.default;
}
