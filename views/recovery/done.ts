import { linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type DoneProps = {
  frame: Frame;
  kind: keyof Text['recovery']['done']['kinds'];
  signInHref: string;
};

/** Nobody is signed in by a recovery: the first use of what was set is the sign-in that follows. */
export function done(text: Text, { frame, kind, signInHref }: DoneProps): Html {
  const words = text.recovery.done;
  const main = html`<h1>${words.heading}</h1>
<p>${words.kinds[kind]}</p>
<p>${words.told}</p>
<div class="actions">${linkButton({ label: words.signIn, href: signInHref })}</div>`;
  return layout(text, { frame, heading: words.heading, main });
}
