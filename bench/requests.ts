/** Requests per CPU second of the server's process, SigV4 verified, enforcement on; moto beside it. */
import { type Case, prepareCases } from './cases.ts';
import { type Figure, median } from './figures.ts';
import { runLoad } from './load.ts';
import { cpuSeconds } from './process-usage.ts';
import { type MeasuredServer, startMoto, startSekisho } from './servers.ts';

const connections = 8;
const warmUpMilliseconds = 1500;
const roundMilliseconds = 1500;
const rounds = 7;

/** A server with its cases. */
interface Runner {
  readonly server: MeasuredServer;
  readonly cases: readonly Case[];
}

/** Both servers run all the time and take turns: what else the machine does falls on both. */
export async function measureRequests(): Promise<readonly Figure[]> {
  const servers = [await startSekisho()];
  try {
    const moto = await startMoto();
    if (moto !== undefined) servers.push(moto);
    const runners: Runner[] = [];
    for (const server of servers) runners.push({ server, cases: await prepareCases(server) });
    const figures: Figure[] = [];
    for (const { name } of runners[0]?.cases ?? []) {
      figures.push(...(await measureCase(name, runners)));
    }
    return figures;
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function measureCase(name: string, runners: readonly Runner[]): Promise<readonly Figure[]> {
  const turns = runners.flatMap(({ server, cases }) => {
    const found = cases.find((each) => each.name === name);
    return found === undefined ? [] : [new Turns(server, found)];
  });
  for (const turn of turns) await turn.warmUp();
  for (let round = 0; round < rounds; round += 1) for (const turn of turns) await turn.measure();
  const figures = turns.map((turn) => turn.figure());
  for (const figure of figures) {
    process.stderr.write(`measured ${figure.case}: ${Math.round(figure.value)}\n`);
  }
  const [own, other] = figures;
  if (own === undefined || other === undefined) return figures;
  const value = own.value / other.value;
  const ratio = { bench: 'requests', case: name, metric: 'sekisho / moto', value, unit: 'times' };
  return [...figures, ratio];
}

/** One server's turns at one case. */
class Turns {
  readonly #server: MeasuredServer;
  readonly #measured: Case;
  readonly #values: number[] = [];
  #connections = connections;

  constructor(server: MeasuredServer, measured: Case) {
    this.#server = server;
    this.#measured = measured;
  }

  async measure(): Promise<void> {
    const before = cpuSeconds(this.#server.pid);
    const answered = await this.#load(roundMilliseconds);
    const used = cpuSeconds(this.#server.pid) - before;
    await this.#measured.renew?.();
    if (answered !== undefined) this.#values.push(answered / used);
  }

  async warmUp(): Promise<void> {
    await this.#load(warmUpMilliseconds);
    await this.#measured.renew?.();
  }

  /** How many were answered; undefined when an answer was no success and the round does not count. */
  async #load(milliseconds: number): Promise<number | undefined> {
    const { name, next } = this.#measured;
    const { port } = this.#server;
    const sockets = this.#connections;
    const result = await runLoad({ port, connections: sockets, milliseconds, next });
    if (result.refused === 0) return result.answered;
    // moto answers 500 to some operations when they come at the same time.
    if (this.#server.name === 'sekisho' || sockets === 1) {
      throw new Error(`${this.#server.name} ${name}: ${result.firstRefusal}`);
    }
    this.#connections = 1;
    return undefined;
  }

  figure(): Figure {
    return {
      bench: 'requests',
      case: `${this.#server.name} ${this.#measured.name}`,
      metric: 'requests per CPU second',
      value: median(this.#values),
      unit: '1/s',
    };
  }
}
