import { type Asker, isolated, linkButton } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

type ExpiredProps = {
  frame: Frame;
  asker?: Asker | undefined;
  /** Where the organisation starts a sign-in, when it told us. */
  startAgainHref?: string | undefined;
};

export function expired(text: Text, { frame, asker, startAgainHref }: ExpiredProps): Html {
  const words = text.signIn.expired;
  const name = asker === undefined ? undefined : isolated(text, asker.name);
  const main = html`<h1>${words.heading}</h1>
<p>${words.why}</p>
<p>${name === undefined ? words.whatToDoUnknown : words.whatToDo(name)}</p>
${name !== undefined && html`<div class="actions">${linkButton({ label: text.common.backTo(name), href: startAgainHref })}</div>`}`;
  return layout(text, { frame, heading: words.heading, main });
}
