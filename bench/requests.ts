/** Requests per CPU second of the server's process, SigV4 verified, enforcement on; moto beside it. */
import { type Case, prepareCases } from './cases.ts';
import { type Figure, median } from './figures.ts';
import { runLoad } from './load.ts';
import { cpuSeconds } from './process-usage.ts';
import { type MeasuredServer, startMoto, startSekisho } from './servers.ts';

const connections = 8;
const warmUpMilliseconds = 1500;
const roundMilliseconds = 2000;
const rounds = 5;

export async function measureRequests(): Promise<readonly Figure[]> {
  const sekisho = await measureServer(await startSekisho());
  const moto = await startMoto();
  if (moto === undefined) return sekisho;
  const beside = await measureServer(moto);
  const ratios = sekisho.flatMap((figure): Figure[] => {
    const name = figure.case.replace('sekisho ', '');
    const other = beside.find((each) => each.case === `moto ${name}`);
    if (other === undefined || figure.metric !== other.metric) return [];
    const value = figure.value / other.value;
    return [{ bench: 'requests', case: name, metric: 'sekisho / moto', value, unit: 'times' }];
  });
  return [...sekisho, ...beside, ...ratios];
}

async function measureServer(server: MeasuredServer): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  try {
    for (const each of await prepareCases(server)) {
      const figure = await measureCase(server, each, connections).catch(async (error: unknown) => {
        if (server.name === 'sekisho') throw error;
        // moto answers 500 to some operations when they come at the same time.
        await each.renew?.();
        return await measureCase(server, each, 1);
      });
      process.stderr.write(`measured ${figure.case}: ${Math.round(figure.value)}\n`);
      figures.push(figure);
    }
  } finally {
    await server.stop();
  }
  return figures;
}

async function measureCase(
  server: MeasuredServer,
  measured: Case,
  sockets: number,
): Promise<Figure> {
  const load = async (milliseconds: number): Promise<number> => {
    const { next } = measured;
    const result = await runLoad({ port: server.port, connections: sockets, milliseconds, next });
    const { answered, refused, firstRefusal } = result;
    if (refused > 0) throw new Error(`${server.name} ${measured.name}: ${firstRefusal}`);
    return answered;
  };
  await load(warmUpMilliseconds);
  await measured.renew?.();
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = cpuSeconds(server.pid);
    const answered = await load(roundMilliseconds);
    values.push(answered / (cpuSeconds(server.pid) - before));
    await measured.renew?.();
  }
  return {
    bench: 'requests',
    case: `${server.name} ${measured.name}`,
    metric: 'requests per CPU second',
    value: median(values),
    unit: '1/s',
  };
}
