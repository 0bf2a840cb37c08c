import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';

/** A date and a time of day. Milliseconds since 1970. */
export function moment({ language, common }: Text, at: number): Html {
  const words = common.dateAndTime(formatDate(language, at), formatTime(language, at));
  return html`<time datetime="${machineTime(at)}">${words}</time>`;
}
