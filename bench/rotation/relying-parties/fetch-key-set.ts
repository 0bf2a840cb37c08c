import type { JsonWebKey } from 'node:crypto';
import { Pool } from 'undici';

export type KeySetAnswer = {
  status: number;
  body: string;
  /** From Cache-Control; 0 when it says nothing. */
  maxAgeMs: number;
  keys: readonly (JsonWebKey & { kid?: string; alg?: string })[];
};

export type FetchKeySet = (options?: { onlyFirst?: boolean }) => Promise<KeySetAnswer>;

/** Longer, and the proxy in front would have asked another instance. */
const PATIENCE_MS = 2_500;
/** An instance that failed is asked last for as long. */
const PAUSE_MS = 500;

/** `/jwks` through what stands in front of the instances. Each relying party is used to another one first. */
export function createKeySetSource(origins: readonly string[]) {
  const backends = origins.map((origin) => ({
    awayUntil: 0,
    pool: new Pool(origin, { connections: 8, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS }),
  }));
  const counts = { fetches: 0, failed: 0, unanswered: 0 };

  async function ask(backend: (typeof backends)[number]): Promise<KeySetAnswer> {
    try {
      const { statusCode, headers, body } = await backend.pool.request({ method: 'GET', path: '/jwks' });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`/jwks: ${statusCode}`);
      const maxAge = /max-age=(\d+)/.exec(String(headers['cache-control']))?.[1] ?? '0';
      return { status: statusCode, body: text, maxAgeMs: Number(maxAge) * 1000, keys: JSON.parse(text).keys };
    } catch (error) {
      backend.awayUntil = performance.now() + PAUSE_MS;
      counts.failed += 1;
      throw error;
    }
  }

  return {
    counts,
    /** @throws when no instance answers */
    fetchFor:
      (index: number): FetchKeySet =>
      async ({ onlyFirst = false } = {}) => {
        counts.fetches += 1;
        const first = index % backends.length;
        const inTurn = [...backends.slice(first), ...backends.slice(0, first)];
        const now = performance.now();
        const ready = inTurn.filter(({ awayUntil }) => awayUntil <= now);
        for (const backend of onlyFirst ? inTurn.slice(0, 1) : [...ready, ...inTurn]) {
          const answer = await ask(backend).catch(() => undefined);
          if (answer !== undefined) return answer;
        }
        if (!onlyFirst) counts.unanswered += 1;
        throw new Error('nobody answers /jwks');
      },
    close: () => Promise.all(backends.map(({ pool }) => pool.destroy())),
  };
}

export type KeySetSource = ReturnType<typeof createKeySetSource>;
