import { button, form, link, machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type CodeError, codeForm, explainCodeError, messageNews } from '../text-message-code.ts';
import { type StepProps, stepPage } from './step.ts';

type PhoneCodeProps = StepProps & {
  action: string;
  againAction: string;
  anotherHref: string;
  maskedPhone: string;
  /** The number is somebody else's, who reads the code out. */
  isOwnersPhone?: boolean;
  /** False when the number was accepted while nobody was here to read a code. */
  isSent?: boolean;
  hasBeenSentAgain?: boolean;
  mayBeLate?: boolean;
  error?: CodeError | undefined;
};

export function phoneCode(text: Text, props: PhoneCodeProps): Html {
  const words = text.enrolment.code;
  const { isSent = true, error } = props;
  return stepPage(text, {
    ...props,
    question: 'phone-code',
    heading: isSent ? words.heading : words.notSentHeading,
    errors: error === undefined ? [] : [explainCodeError(text, error)],
    content: html`${isSent ? askForCode(text, props) : offerToSend(text, props)}
<p class="way-out">${link({ label: words.another, href: props.anotherHref })}</p>`,
  });
}

function askForCode(text: Text, props: PhoneCodeProps): Html {
  const words = text.enrolment.code;
  const number = machineWord(props.maskedPhone);
  const { action, againAction, csrf, error, isOwnersPhone = false } = props;
  return html`${messageNews(text, props)}
<p>${isOwnersPhone ? words.sentToOwner(number) : words.sent(number)}</p>
${codeForm(text, { action, csrf, error, againAction })}`;
}

function offerToSend(text: Text, { maskedPhone, againAction, csrf }: PhoneCodeProps): Html {
  const words = text.enrolment.code;
  return html`<p>${words.notSent(machineWord(maskedPhone))}</p>
${form({ action: againAction, csrf, content: html`<div class="actions">${button({ label: words.sendNow })}</div>` })}`;
}
