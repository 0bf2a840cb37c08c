import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { StateStore } from '#platform/state-store.ts';

/**
 * How long the longest chain of questions to the store is in which each waits for the answer before it: what a request
 * pays when the store is far away. Questions asked together count once. What the provider asks by itself, on no request,
 * is nobody's wait and is not counted.
 */
export function countTrips({ store, server, onCluster = false }: Counted) {
  let longest = 0;
  let commands = 0;
  const waitedFor = new AsyncLocalStorage<true>();
  server.prependListener('request', () => waitedFor.enterWith(true));

  async function after<Answer>(trips: number, ask: () => Promise<Answer>): Promise<Answer> {
    if (waitedFor.getStore() === undefined) return ask();
    const mine = longest + trips;
    commands += 1;
    const answer = await ask();
    // No answer is there before everything that needs none of them has been asked.
    await turn();
    await turn();
    longest = Math.max(longest, mine);
    return answer;
  }

  const { read, write, claim, remove, addToIndex, listIndex, removeFromIndex } = store;
  Object.assign(store, {
    read: (key, options) => {
      const hops = Math.max(0, ...(options?.follow ?? []).map((path) => path.length));
      return after(onCluster ? 1 + hops : 1, () => read(key, options));
    },
    write: (...asked) => after(1, () => write(...asked)),
    claim: (...asked) => after(1, () => claim(...asked)),
    remove: (...asked) => after(1, () => remove(...asked)),
    addToIndex: (...asked) => after(1, () => addToIndex(...asked)),
    listIndex: (...asked) => after(1, () => listIndex(...asked)),
    removeFromIndex: (...asked) => after(1, () => removeFromIndex(...asked)),
  } satisfies Partial<StateStore>);

  return {
    /** Of one step, from nothing under way to nothing under way. */
    async during(step: () => Promise<unknown>): Promise<{ trips: number; commands: number }> {
      longest = 0;
      commands = 0;
      await waitedFor.run(true, step);
      return { trips: longest, commands };
    },
  };
}

type Counted = { store: StateStore; server: Server; onCluster?: boolean };
