import { button, field, form, linkButton, machineWord } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { explainPhoneError, type PhoneError } from './phone.ts';
import { type StepProps, stepPage } from './step.ts';

type WaitedFor = keyof Text['enrolment']['waiting']['services'];

type WaitingProps = StepProps & {
  waitingFor: WaitedFor;
  /** The number that is told when the answer is there; without one, it is asked for. */
  maskedPhone?: string | undefined;
  phoneAction: string;
  checkHref: string;
  cancelAction: string;
  typed?: string | undefined;
  error?: PhoneError | undefined;
};

/** Nothing is lost, and nothing has to be done: the request stands in a queue. */
export function waiting(text: Text, props: WaitingProps): Html {
  const { waitingFor, maskedPhone, checkHref, cancelAction, error, csrf } = props;
  const words = text.enrolment.waiting;
  const content = html`<p>${words.services[waitingFor]}</p>
<p>${maskedPhone === undefined ? words.comeBack : words.told(machineWord(maskedPhone))}</p>
<p class="quiet">${words.refreshes}</p>
<div class="actions">${linkButton({ label: words.check, href: checkHref })}</div>
${maskedPhone === undefined && askForPhone(text, props)}
<div class="way-out links">${form({ action: cancelAction, csrf, content: button({ label: words.cancel, kind: 'quiet' }) })}</div>`;
  return stepPage(text, {
    ...props,
    heading: words.heading,
    errors: error === undefined ? [] : [explainPhoneError(text, error)],
    content,
  });
}

function askForPhone(text: Text, { phoneAction, csrf, typed, error }: WaitingProps): Html {
  const words = text.enrolment.waiting;
  return html`<div class="apart">${form({
    action: phoneAction,
    csrf,
    content: html`${field(text, {
      name: 'phone',
      label: words.askPhone,
      hint: text.enrolment.phone.hint,
      error: error === undefined ? undefined : explainPhoneError(text, error).message,
      value: typed,
      autocomplete: 'tel-national',
      inputmode: 'numeric',
      dir: 'ltr',
      characters: 10,
      maxLength: 40,
    })}
<div class="actions">${button({ label: words.tellMe, kind: 'secondary' })}</div>`,
  })}</div>`;
}
