import { button, form, type HiddenField, isolated, machineWord, notice, whoIsAsking } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';

type DeviceConfirmProps = {
  frame: Frame;
  action: string;
  /** The library's `xsrf` and `user_code`, and `confirm` where it asks for it. */
  hidden: readonly HiddenField[];
  userCode: string;
  name: InBothLanguages;
};

export function deviceConfirm(text: Text, { frame, action, hidden, userCode, name }: DeviceConfirmProps): Html {
  const words = text.device.confirm;
  const main = html`<h1>${words.heading}</h1>
${whoIsAsking({ sentence: words.asks(isolated(text, name)) })}
<p>${words.sameCode}</p>
<p class="device-code">${machineWord(userCode)}</p>
${notice({ kind: 'warning', content: html`<p>${words.warning}</p>` })}
${form({
  action,
  hidden,
  content: html`<div class="actions actions-pair">${button({ label: words.allow })}
${button({ label: words.abort, name: 'abort', value: 'yes', kind: 'secondary' })}</div>`,
})}`;
  return layout(text, { frame, heading: words.heading, main });
}
