import { machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type CodeError, codeForm, explainCodeError, messageNews } from '../text-message-code.ts';
import { type WayProps, wayPage } from './way.ts';

type CodeProps = WayProps & {
  action: string;
  againAction: string;
  /** The new number, which the citizen has typed; the registered one is never shown. */
  maskedPhone?: string | undefined;
  hasBeenSentAgain?: boolean;
  mayBeLate?: boolean;
  error?: CodeError | undefined;
};

export function code(text: Text, { action, againAction, maskedPhone, error, ...props }: CodeProps): Html {
  const words = text.recovery.code;
  const number = maskedPhone === undefined ? undefined : machineWord(maskedPhone);
  const content = html`${messageNews(text, props)}
<p>${number === undefined ? words.sent : text.enrolment.code.sent(number)}</p>
${codeForm(text, { action, csrf: props.csrf, error, againAction })}
${number === undefined && html`<p class="quiet">${words.none}</p>`}`;
  const errors = error === undefined ? [] : [explainCodeError(text, error)];
  return wayPage(text, { ...props, heading: words.heading, errors, content });
}
