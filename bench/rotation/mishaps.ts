import { setTimeout as wait } from 'node:timers/promises';
import type { Latencies } from './latencies.ts';
import type { Node } from './nodes.ts';
import type { Patience } from './patience.ts';

/** What may befall an instance while everything goes on; the fence stops it after 5 s here. */
const mishaps = ['killed', 'stopped', 'cut off', 'ended'] as const;
export type Mishap = (typeof mishaps)[number];

/** Beyond the fence, and long enough that keys turn over meanwhile. */
const AWAY_MS = 7_000;

/** After so long some of many requests have been read, and few answered. */
const HALF_DONE_MS = 15;

/** For answers that were on their way, and a proxy that looks elsewhere again. */
const AFTERWARDS_MS = 1_500;

/** The instance stays away while `meanwhile` lasts. Resolves when it is back. */
export async function befall(
  mishap: Mishap,
  {
    node,
    latencies,
    patience,
    meanwhile,
  }: { node: Node; latencies: Latencies; patience: Patience; meanwhile: () => Promise<void> },
): Promise<void> {
  const disturbing = setInterval(() => latencies.disturb(AFTERWARDS_MS), AFTERWARDS_MS / 2);
  switch (mishap) {
    case 'killed':
      await node.kill();
      await meanwhile();
      await node.start();
      break;
    case 'ended':
      await node.end();
      await meanwhile();
      await node.start();
      break;
    case 'stopped': {
      const asked = patience.askInTheMiddle(node);
      await wait(HALF_DONE_MS);
      node.signal('SIGSTOP');
      await Promise.all([wait(AWAY_MS), meanwhile()]);
      node.signal('SIGCONT');
      await asked;
      break;
    }
    case 'cut off':
      node.link.cut();
      await patience.keepAsking(node, Promise.all([wait(AWAY_MS), meanwhile()]));
      node.link.mend();
  }
  clearInterval(disturbing);
  latencies.disturb(AFTERWARDS_MS);
}
