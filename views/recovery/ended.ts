import { linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type EndedProps = {
  frame: Frame;
  why: 'cancelled' | 'stopped' | 'no-account' | 'deceased' | 'already-changed' | 'not-possible';
  beginHref: string;
  enrolHref: string;
};

export function ended(text: Text, { frame, why, beginHref, enrolHref }: EndedProps): Html {
  const words = text.recovery.ended[why];
  const { again, enrol } = text.recovery.ended;
  const main = html`<h1>${words.heading}</h1>
<p>${words.why}</p>
<div class="actions">${
    why === 'no-account'
      ? linkButton({ label: enrol, href: enrolHref })
      : linkButton({ label: again, href: beginHref, kind: 'secondary' })
  }</div>`;
  return layout(text, { frame, heading: words.heading, main });
}

/** Out of time, or begun on another device. */
export function gone(text: Text, { frame, beginHref }: { frame: Frame; beginHref: string }): Html {
  const words = text.recovery.gone;
  const main = html`<h1>${words.heading}</h1>
<p>${words.why}</p>
<div class="actions">${linkButton({ label: text.recovery.ended.again, href: beginHref })}</div>`;
  return layout(text, { frame, heading: words.heading, main });
}
