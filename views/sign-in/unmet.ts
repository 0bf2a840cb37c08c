import { type Asker, button, form, isolated, link } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';

export type UnmetProps = {
  frame: Frame;
  csrf: string;
  asker?: Asker | undefined;
  /** What is missing: a passkey, any second step, or a better verified identity. */
  missing: 'passkey' | 'code' | 'identity';
  /** Where going back is posted to. */
  backAction: string;
  accountHref: string;
};

/** Nothing that the citizen could do here would be enough: says what would be, and leads back. */
export function unmet(text: Text, { frame, csrf, asker, missing, backAction, accountHref }: UnmetProps): Html {
  const words = text.signInSteps.unmet;
  const name = asker === undefined ? undefined : isolated(text, asker.name);
  const main = html`<h1>${words.heading}</h1>
${name !== undefined && html`<p>${missing === 'identity' ? words.identity(name) : words.stronger(name)}</p>`}
${missing !== 'identity' && html`<p>${words[missing]}</p>`}
<p>${missing === 'identity' ? words.identityWhatToDo : words.whatToDo}</p>
<p>${link({ label: words.toAccount, href: accountHref })}</p>
${form({
  action: backAction,
  csrf,
  content: html`<div class="actions">${button({ label: name === undefined ? words.backUnnamed : words.back(name) })}</div>`,
})}`;
  return layout(text, { frame, heading: words.heading, main });
}
