import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { checkSameSite } from '#platform/http/csrf.ts';
import { Refusal } from '#platform/http/refusal.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { OperatorHere } from './operator-here.ts';

/** Forms of the console are bound to its session: a page that was shown before the sign-in posts nothing after it. */
export function createConsoleForms({ hash, origin }: { hash: KeyedHash; origin: string }) {
  const tokenFor = ({ sessionKey }: Pick<OperatorHere, 'sessionKey'>) => hash(`console-form:${sessionKey}`);
  return {
    tokenFor,
    /** @throws Refusal cross-site | form-expired */
    check(ctx: Context, here: OperatorHere, presented: string): void {
      checkSameSite(ctx, origin);
      const [a, b] = [Buffer.from(presented), Buffer.from(tokenFor(here))];
      if (a.length !== b.length || !timingSafeEqual(a, b)) throw new Refusal('form-expired', 403);
    },
  };
}

export type ConsoleForms = ReturnType<typeof createConsoleForms>;
