import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { cast } from '../cast.ts';
import { basicAuthorization } from '../exchange.ts';
import type { Node } from './nodes.ts';
import { ISSUER } from './site.ts';
import type { Issued } from './traffic.ts';

/**
 * Clients that no proxy saves: they ask one instance and wait until it answers, however long it was away. What a stopped
 * instance says when it wakes up, and what one says that lost its database, only they hear.
 */
export type Patience = {
  counts: { answered: number; fenced: number; unanswered: number; wrong: string[] };
  /** Many at once, so that some are half done in the next moment. Resolves when all are answered. */
  askInTheMiddle(node: Node): Promise<void>;
  keepAsking(node: Node, until: Promise<unknown>): Promise<void>;
};

const AT_ONCE = 24;
const EVERY_MS = 100;
const PATIENCE_MS = 20_000;

const answerShape = z.object({ access_token: z.string() });

export function createPatience(onIssued: (issued: Issued) => void): Patience {
  const counts: Patience['counts'] = { answered: 0, fenced: 0, unanswered: 0, wrong: [] };

  async function ask({ name, origin }: Node): Promise<void> {
    try {
      const answer = await fetch(`${origin}/token`, {
        method: 'POST',
        headers: {
          ...basicAuthorization(cast.relyingParties.machine, cast.clientSecret),
          'x-forwarded-proto': new URL(ISSUER).protocol.slice(0, -1),
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          resource: cast.resources.es256,
          scope: cast.resourceScope,
        }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const body = await answer.text();
      if (answer.status === 503 && answer.headers.has('retry-after')) {
        counts.fenced += 1;
        return;
      }
      if (answer.status !== 200) {
        counts.wrong.push(`${name}: ${answer.status} ${body.slice(0, 120)}`);
        return;
      }
      counts.answered += 1;
      onIssued({
        token: answerShape.parse(JSON.parse(body)).access_token,
        kind: 'access',
        node: name,
        receivedAt: Date.now(),
      });
    } catch {
      counts.unanswered += 1;
    }
  }

  return {
    counts,
    async askInTheMiddle(node) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => ask(node)));
    },
    async keepAsking(node, until) {
      let isOver = false;
      const over = until.finally(() => {
        isOver = true;
      });
      const asked: Promise<void>[] = [];
      while (!isOver) {
        asked.push(ask(node));
        await wait(EVERY_MS);
      }
      await Promise.all([over, ...asked]);
    },
  };
}
