import type { Cluster, Redis } from 'ioredis';

/**
 * Makes commands that are asked for in one turn of the event loop leave in one write to each connection: under load a
 * system call for each would cost more than everything else that a command costs us. Nothing waits for long: the
 * turn ends with the events that have already arrived. Call the answer before each command.
 */
export function createGathering(redis: Redis | Cluster): () => void {
  const connections = 'nodes' in redis ? () => redis.nodes('master') : () => [redis];
  let isHolding = false;

  return () => {
    if (isHolding) return;
    isHolding = true;
    // A connection has no stream before it is made, and another one after it was made again.
    const held = connections().flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
    for (const stream of held) stream.cork();
    setImmediate(() => {
      isHolding = false;
      for (const stream of held) stream.uncork();
    });
  };
}
