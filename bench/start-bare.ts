import { once } from 'node:events';
import { z } from 'zod';
import { SERVER_CORE, spawnPinned, stopProcess } from './processes.ts';
import type { Side } from './side.ts';
import { noStores } from './side.ts';

const readyMessage = z.object({ ready: z.number() });
const filledMessage = z.object({
  filled: z.object({
    sessionCookies: z.array(z.string()),
    refreshTokens: z.array(z.string()),
  }),
});

export async function startBare({
  name,
  citizens,
  nodeOptions = [],
}: {
  name: string;
  citizens: number;
  nodeOptions?: readonly string[];
}): Promise<Side> {
  const child = spawnPinned([...nodeOptions, new URL('bare.ts', import.meta.url).pathname], {
    core: SERVER_CORE,
    withIpc: true,
  });
  const { ready: port } = readyMessage.parse((await once(child, 'message'))[0]);
  child.send({ fill: citizens });
  const { filled } = filledMessage.parse((await once(child, 'message'))[0]);
  const origin = `http://127.0.0.1:${port}`;
  return {
    name,
    origin,
    issuer: origin,
    proxyHeaders: {},
    pid: child.pid,
    ...filled,
    // The yardstick’s form takes any name.
    nationalCodes: Array.from({ length: citizens }, (_, index) => `citizen-${index}`),
    readStores: async () => noStores,
    stop: () => stopProcess(child),
  };
}
