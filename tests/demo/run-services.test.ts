import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findTakenPort } from '../../demo/start/ports.ts';
import { runServices } from '../../demo/start/run.ts';
import type { Service } from '../../demo/start/service.ts';
import { listen } from './spoiling-provider.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-start-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A real process that answers on a free port; `onceUp` is what it does once it listens. */
async function service(name: string, { onceUp = '' }: { onceUp?: string } = {}): Promise<Service> {
  const port = await freePort();
  const script = join(folder, `${name}.mjs`);
  const listening = `import { createServer } from 'node:http';
    createServer((request, response) => response.end('ok')).listen(${port}, '127.0.0.1', () => { ${onceUp} });`;
  await writeFile(script, listening);
  const readyUrl = `http://127.0.0.1:${port}/`;
  return { name, args: [script], readyUrl, logFile: join(folder, `${name}.log`), readyWithinMs: 10_000 };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

describe('the processes of the demo', () => {
  test('all run until the end is asked for, and then none is left', async () => {
    const services = [await service('one'), await service('two')];
    const asked = new AbortController();
    let wasUp: boolean[] = [];
    const end = await runServices({
      services,
      stopAsked: asked.signal,
      onReady: () => {
        void Promise.all(services.map(({ readyUrl }) => isUp(readyUrl))).then((up) => {
          wasUp = up;
          asked.abort();
        });
      },
    });
    expect(end).toEqual({ outcome: 'stopped' });
    expect(wasUp).toEqual([true, true]);
    expect(await Promise.all(services.map(({ readyUrl }) => isUp(readyUrl)))).toEqual([false, false]);
  });

  test('all stop when one dies, and its last words are shown', async () => {
    const services = [
      await service('one'),
      await service('two', { onceUp: "console.error('the disk is full'); process.exit(3);" }),
    ];
    const end = await runServices({ services, onReady: () => {}, stopAsked: new AbortController().signal });
    expect(end.outcome).toBe('failed');
    expect(end.outcome === 'failed' && end.reason).toMatch(/two ended.*the disk is full/s);
    expect(await isUp(services[0]?.readyUrl ?? '')).toBe(false);
  });

  test('one that is never ready ends them all', async () => {
    const late = { ...(await service('late')), readyUrl: 'http://127.0.0.1:9/', readyWithinMs: 300 };
    const end = await runServices({ services: [late], onReady: () => {}, stopAsked: new AbortController().signal });
    expect(end.outcome === 'failed' && end.reason).toContain('late was not ready within 0.3 s');
  });

  test('a port that another program holds is named', async () => {
    const server = createServer();
    const port = await listen(server);
    const free = await freePort();
    expect(await findTakenPort([free, port])).toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await findTakenPort([free, port])).toBeUndefined();
  });
});
