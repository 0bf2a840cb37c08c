import { link, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type EndedProps = {
  frame: Frame;
  why: 'deceased' | 'account-exists' | 'not-possible' | 'cancelled';
  beginHref: string;
  signInHref: string;
  recoverHref: string;
};

/** Over without an account: why, and what to do now. */
export function ended(text: Text, { frame, why, beginHref, signInHref, recoverHref }: EndedProps): Html {
  const words = text.enrolment.ended[why];
  const { signIn, recover } = text.enrolment.ended;
  const hasAccount = why === 'account-exists';
  const main = html`<h1>${words.heading}</h1>
<p>${words.why}</p>
<p>${words.whatToDo}</p>
<div class="actions">${hasAccount ? linkButton({ label: signIn, href: signInHref }) : linkButton({ label: text.enrolment.gone.begin, href: beginHref, kind: 'secondary' })}</div>
${hasAccount && html`<p class="way-out">${link({ label: recover, href: recoverHref })}</p>`}`;
  return layout(text, { frame, heading: words.heading, main });
}
