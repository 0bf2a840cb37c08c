import { findFreePort } from '#tests/support/ports.ts';
import { type RunningProcess, startProcess } from '#tests/support/processes.ts';
import { type Link, layLink } from './link.ts';
import type { Timing } from './timing.ts';

const repository = new URL('../..', import.meta.url).pathname;
const STARTS = 10;
const pressedInstance = new URL('instance.ts', import.meta.url).pathname;

/** One of the instances that serve the run, and everything that may befall it. */
export type Node = {
  name: string;
  origin: string;
  start(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** SIGTERM: it drains and ends. */
  end(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Between it and its database. */
  link: Link;
  close(): Promise<void>;
};

export async function createNode(
  name: string,
  { environment, timing }: { environment: Record<string, string>; timing: Timing },
): Promise<Node> {
  const port = await findFreePort();
  const link = await layLink(environment.DATABASE_URL ?? '');
  const args = timing === 'production' ? ['src/main.ts'] : [pressedInstance, timing];
  let running: RunningProcess | undefined;

  async function end(): Promise<void> {
    const ending = running;
    running = undefined;
    // A stopped process would sleep through its SIGTERM.
    ending?.signal('SIGCONT');
    await ending?.stop();
  }

  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    link,
    async start() {
      running = await asOrchestrated(() =>
        startProcess({
          command: process.execPath,
          args,
          cwd: repository,
          env: { ...environment, DATABASE_URL: link.url, PANJEREH_PORT: String(port) },
          ready: /"msg":"ready"/,
          readyWithin: 60_000,
        }),
      );
      tellOfErrors(name, running);
    },
    async kill() {
      const killed = running;
      running = undefined;
      killed?.signal('SIGKILL');
      await killed?.exited;
    },
    end,
    signal: (signal) => running?.signal(signal),
    async close() {
      await end();
      link.close();
    },
  };
}

/** On a machine so busy that a start takes longer than the pressed fence, an instance refuses to begin; it is started again. */
async function asOrchestrated(start: () => Promise<RunningProcess>): Promise<RunningProcess> {
  for (let attempt = 1; attempt < STARTS; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (!String(error).includes('RingStale')) throw error;
    }
  }
  return start();
}

/** A failure in the figures has its reason there; only at the end, so that nothing is read while it is measured. */
function tellOfErrors(name: string, { exited, output }: RunningProcess): void {
  void exited.then(() => {
    const wrong = output()
      .split('\n')
      .filter((line) => line.includes('"level":"error"') || (line !== '' && !line.startsWith('{')));
    for (const line of wrong.slice(0, 3)) process.stderr.write(`${name}: ${line.slice(0, 600)}\n`);
    if (wrong.length > 3) process.stderr.write(`${name}: and ${wrong.length - 3} more like these\n`);
  });
}
