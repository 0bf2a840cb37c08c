import { linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

/** The day is over, or this is another device. */
export function gone(text: Text, { frame, beginHref }: { frame: Frame; beginHref: string }): Html {
  const words = text.enrolment.gone;
  const main = html`<h1>${words.heading}</h1>
<p>${words.why}</p>
<div class="actions">${linkButton({ label: words.begin, href: beginHref })}</div>`;
  return layout(text, { frame, heading: words.heading, main });
}
