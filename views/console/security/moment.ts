import { formatDate, formatTime, machineTime } from '../../dates.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';

/** Day and time, as people read them and as machines do. */
export function moment({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${formatDate(language, at)} ${formatTime(language, at)}</time>`;
}
