import type { Clock } from '#platform/clock.ts';

/** The oldest person whose age was ever verified lived 122 years. */
const EARLIEST = '1890-01-01';

/** An ISO date on which somebody alive can have been born; undefined for any other text, days that do not exist included. */
export function readBirthDate(text: string, clock: Clock): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || time > clock.now() || text < EARLIEST) return undefined;
  // February 30 is read as March 2.
  return new Date(time).toISOString().startsWith(text) ? text : undefined;
}
