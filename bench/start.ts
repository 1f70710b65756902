/** Start-up: milliseconds to the first answer, and resident memory when idle. */
import { type Figure, median } from './figures.ts';
import { residentBytes } from './process-usage.ts';
import { type MeasuredServer, startMoto, startSekisho } from './servers.ts';

const rounds = 5;
/** Time for what happens after the start: garbage collection, compilation. */
const idleMilliseconds = 2000;

export async function measureStart(): Promise<readonly Figure[]> {
  const figures = [...(await measure(() => startSekisho(), rounds))];
  figures.push(...(await measure(startMoto, 1)));
  return figures;
}

async function measure(
  start: () => Promise<MeasuredServer | undefined>,
  times: number,
): Promise<readonly Figure[]> {
  const ready: number[] = [];
  const resident: number[] = [];
  let name = '';
  for (let round = 0; round < times; round += 1) {
    const server = await start();
    if (server === undefined) return [];
    name = server.name;
    ready.push(server.readyMilliseconds);
    await new Promise((resolve) => setTimeout(resolve, idleMilliseconds));
    resident.push(residentBytes(server.pid) / 1024 / 1024);
    await server.stop();
  }
  return [
    {
      bench: 'start',
      case: name,
      metric: 'time to first answer',
      value: median(ready),
      unit: 'ms',
    },
    {
      bench: 'start',
      case: name,
      metric: 'resident when idle',
      value: median(resident),
      unit: 'MiB',
    },
  ];
}
