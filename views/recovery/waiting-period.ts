import { button, form } from '../components.ts';
import { formatDate, formatTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type WayProps, wayPage } from './way.ts';

type WaitingPeriodProps = WayProps & {
  /** Milliseconds since 1970. */
  readyAt: number;
  cancelAction: string;
};

export function waitingPeriod(text: Text, { readyAt, cancelAction, ...way }: WaitingPeriodProps): Html {
  const words = text.recovery.waiting;
  const when = text.common.dateAndTime(formatDate(text.language, readyAt), formatTime(text.language, readyAt));
  const content = html`<p><strong>${words.until(when)}</strong></p>
<p>${words.why}</p>
<p>${words.comeBack}</p>
<div class="way-out links">${form({ action: cancelAction, csrf: way.csrf, content: button({ label: words.cancel, kind: 'quiet' }) })}</div>`;
  return wayPage(text, { ...way, heading: words.heading, content });
}
