/** x */
import { test } from 'vitest';
import { openMatrix } from './testing/matrix-world.ts';
test('explore', async () => {
  const t0 = performance.now();
  const world = await openMatrix();
  console.log('open', performance.now() - t0);
  for (const target of world.services) {
    const by = new Map<string, string[]>();
    const t1 = performance.now();
    for (const mode of ['root', 'fresh'] as const) {
      for (const { operation, request } of target.requests) {
        const answer = await world.gateway.send(world.inHeader(target, request, world.keys[mode]));
        const calls = world.takeCalls();
        const key = `${mode} ${answer.status} ${answer.code} called=${calls.length} ${answer.code.startsWith('AccessDenied') && /not mapped/.test(answer.body) ? 'NOT MAPPED' : ''}`;
        by.set(key, [...(by.get(key) ?? []), operation]);
        if (/Valid/.test(answer.code) || answer.status >= 500) console.log(target.name, operation, answer.body.slice(0, 600));
      }
    }
    console.log(target.name, target.requests.length, performance.now() - t1);
    for (const [key, ops] of by) console.log('  ', key, ops.length, ops.slice(0, 12).join(' '));
  }
  console.log(world.gateway.warnings.slice(0, 5));
  await world.gateway.stop();
});
