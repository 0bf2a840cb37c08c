import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { OutboundRefused } from '#platform/http/outbound.ts';

/** What came of one attempt. */
export type DeliveryResult = { status: number } | { error: unknown };

type Verdict =
  | { outcome: 'delivered' }
  | { outcome: 'retry'; afterMs: number; reason: string }
  | { outcome: 'dead'; reason: string };

/** From a passing hiccup to a night's outage; the last one repeats until the day is over. */
const BACKOFF = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 1 * HOUR, 4 * HOUR] as const;

/** After a day the relying party's own session has ended as well. */
const GIVE_UP_AFTER = 1 * DAY;

/** OpenID Connect Back-Channel Logout 1.0 section 2.8: 400 means "I do not accept this token". Twice more, in case a deployment was under way. */
const ATTEMPTS_WHEN_REFUSED = 3;

/** @param attempts the one just made included, from 1 */
export function judgeDelivery({
  result,
  attempts,
  owedForMs,
}: {
  result: DeliveryResult;
  attempts: number;
  owedForMs: number;
}): Verdict {
  // 204 is not in the standard, but is what several frameworks answer to an empty response.
  if ('status' in result && (result.status === 200 || result.status === 204)) return { outcome: 'delivered' };
  const reason = reasonOf(result);
  const isRefused = 'status' in result && result.status === 400;
  if (isRefused && attempts >= ATTEMPTS_WHEN_REFUSED) return { outcome: 'dead', reason };
  if (owedForMs >= GIVE_UP_AFTER) return { outcome: 'dead', reason };
  const afterMs = BACKOFF[Math.min(attempts, BACKOFF.length) - 1] ?? BACKOFF[0];
  // The last attempt falls on the end of the day rather than beyond it.
  return { outcome: 'retry', afterMs: Math.min(afterMs, GIVE_UP_AFTER - owedForMs), reason };
}

/** Short and without anything from the other side: a status, or the guard's own word. */
function reasonOf(result: DeliveryResult): string {
  if ('status' in result) return `status ${result.status}`;
  return result.error instanceof OutboundRefused ? result.error.reason : 'failed';
}
