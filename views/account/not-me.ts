import { linkButton, machineWord, notice } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type NotMeProps = { frame: Frame; reference: string; signInHref: string };

/** Everybody is out, the citizen too: what happened, and the one thing to do now. */
export function notMe(text: Text, { frame, reference, signInHref }: NotMeProps): Html {
  const words = text.account.notMe;
  const main = html`<h1>${words.heading}</h1>
${notice({ kind: 'success', content: html`<p>${words.done}</p>` })}
<p>${words.next}</p>
<p class="actions">${linkButton({ label: words.signIn, href: signInHref })}</p>
<p class="quiet">${words.reference(machineWord(reference))}</p>`;
  return layout(text, { frame, heading: words.heading, main });
}
