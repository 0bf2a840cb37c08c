import { button, form, type HiddenField } from './components.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import type { Text } from './text/text.ts';

type AutoSubmitProps = { frame: Frame; action: string; hidden: readonly HiddenField[] };

/** Posts fields on to another address: by itself with script, by the button without. Needs script-src 'self'. */
export function autoSubmit(text: Text, { frame, action, hidden }: AutoSubmitProps): Html {
  const words = text.signIn.goingOn;
  const main = html`<h1>${words.heading}</h1>
<p>${words.whatToDo}</p>
${form({ action, hidden, id: 'auto-submit', content: html`<div class="actions">${button({ label: words.submit })}</div>` })}`;
  return layout(text, { frame, heading: words.heading, main, scripts: ['/assets/auto-submit.js'] });
}
