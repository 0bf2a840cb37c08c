import type { Cluster, Redis } from 'ioredis';
import type { Fields, StateRecord } from './state-store.ts';

/** Redis does not tell an absent hash from an empty one, and neither does the contract. */
export function fieldsFrom(answer: Fields): Fields | undefined {
  for (const _ in answer) return answer;
  return undefined;
}

/** Reads what the script `FOLLOW_LINKS` answers: a flat record, then joined path and flat record in turn. */
export function recordFrom([root, ...links]: readonly (string | string[])[]): StateRecord | undefined {
  if (!Array.isArray(root)) return undefined;
  const linked: StateRecord['linked'] = {};
  for (let at = 0; at < links.length; at += 2) {
    const [path, record] = [links[at], links[at + 1]];
    if (typeof path === 'string' && Array.isArray(record)) linked[path] = unflatten(record);
  }
  return { fields: unflatten(root), linked };
}

/** One hop at a time, all links of a hop at once: the next key is known only when the record before it is here. */
export async function followOnCluster({
  redis,
  gather,
  fields,
  follow,
}: {
  redis: Redis | Cluster;
  gather(): void;
  fields: Fields;
  follow: readonly (readonly string[])[];
}): Promise<StateRecord['linked']> {
  const linked: StateRecord['linked'] = {};
  const deepest = Math.max(0, ...follow.map((path) => path.length));
  for (let depth = 1; depth <= deepest; depth += 1) {
    const hops = new Map<string, string>();
    for (const path of follow.filter((one) => one.length >= depth)) {
      const from = depth === 1 ? fields : linked[path.slice(0, depth - 1).join('>')];
      const key = from?.[path[depth - 1] ?? ''];
      if (key !== undefined) hops.set(path.slice(0, depth).join('>'), key);
    }
    gather();
    await Promise.all(
      [...hops].map(async ([path, key]) => {
        const record = fieldsFrom(await redis.hgetall(key));
        if (record !== undefined) linked[path] = record;
      }),
    );
  }
  return linked;
}

function unflatten(flat: readonly string[]): Fields {
  const fields: Fields = {};
  for (let at = 0; at < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1] ?? '';
  return fields;
}
