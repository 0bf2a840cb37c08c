import { button, checkbox, type FormError, field, form, machineWord, notice } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { anotherWay } from './second-factor.ts';
import { type StepPageProps, stepPage } from './step-page.ts';

export type CodeWay = 'sms' | 'authenticator' | 'recoveryCode';

export type CodeFault =
  | { kind: 'missing' | 'expired' | 'used' | 'unavailable' }
  | { kind: 'wrong'; triesLeft?: number }
  | { kind: 'too-soon' | 'slow-down'; retryAfterMs: number };

type SecondFactorCodeProps = StepPageProps & {
  way: CodeWay;
  action: string;
  /** Where the code goes, for a code by SMS. */
  maskedPhone?: string | undefined;
  /** Where a message is asked for. */
  sendAction?: string | undefined;
  isSent?: boolean;
  /** The gateway was slow to answer, and so the message may be slow to come. */
  mayBeLate?: boolean;
  /** To the choice of ways, where there is one. */
  anotherWayHref?: string | undefined;
  /** Whether this device may be remembered: not a shared one. */
  mayRemember: boolean;
  error?: CodeFault | undefined;
};

export function secondFactorCode(text: Text, props: SecondFactorCodeProps): Html {
  const words = text.signInSteps.secondFactor;
  const { way, error, isSent = true } = props;
  const errors = error === undefined ? [] : [explain(text, way, error)];
  const phone = machineWord(props.maskedPhone ?? '');
  const isOffer = way === 'sms' && !isSent;
  return stepPage(text, {
    ...props,
    heading: isOffer ? words.chooseHeading : words[way].heading,
    errors,
    content: html`${props.mayBeLate === true && notice({ kind: 'information', content: html`<p>${words.sms.late}</p>` })}
${way === 'sms' ? html`<p>${isSent ? words.sms.sent(phone) : words.sms.notSent(phone)}</p>` : html`<p>${words[way].what}</p>`}
${isOffer ? sendForm(text, props, 'primary') : codeForm(text, props, errors)}
${way === 'sms' && isSent && html`<div class="way-out">${sendForm(text, props, 'quiet')}</div>`}
${anotherWay(text, props.anotherWayHref)}`,
  });
}

function codeForm(
  text: Text,
  { way, action, csrf, mayRemember, error }: SecondFactorCodeProps,
  errors: readonly FormError[],
): Html {
  const words = text.signInSteps.secondFactor;
  const isRecoveryCode = way === 'recoveryCode';
  return form({
    action,
    csrf,
    content: html`${field(text, {
      name: 'code',
      label: words[way].label,
      hint: words[way].hint,
      error: errors.find((each) => each.field === 'code')?.message,
      autocomplete: isRecoveryCode ? 'off' : 'one-time-code',
      inputmode: 'numeric',
      dir: 'ltr',
      ...(isRecoveryCode ? {} : { characters: 6 }),
      maxLength: 60,
      wantsFocus: error === undefined,
    })}
${mayRemember && checkbox({ id: 'remember', name: 'remember', value: 'yes', label: words.remember, hint: words.rememberHint })}
<div class="actions">${button({ label: words.submit })}</div>`,
  });
}

function sendForm(text: Text, { sendAction = '', csrf }: SecondFactorCodeProps, kind: 'primary' | 'quiet'): Html {
  const { send, again } = text.signInSteps.secondFactor.sms;
  const submit = button({ label: kind === 'primary' ? send : again, kind });
  return form({
    action: sendAction,
    csrf,
    content: kind === 'primary' ? html`<div class="actions">${submit}</div>` : submit,
  });
}

function explain(text: Text, way: CodeWay, error: CodeFault): FormError {
  const words = text.signInSteps.secondFactor;
  const field = 'code';
  switch (error.kind) {
    case 'missing':
      return { field, message: words[way].missing };
    case 'wrong':
      return { field, message: way === 'sms' ? wrongSms(text, error.triesLeft ?? 0) : words[way].wrong };
    case 'expired':
      return { field, message: words.sms.expired };
    case 'used':
      return { field, message: words.authenticator.used };
    case 'unavailable':
      return { message: words.sms.unavailable };
    case 'too-soon':
      return { message: words.sms.tooSoon(waitingTime(text, error.retryAfterMs)) };
    case 'slow-down':
      return { message: words.slowDown(waitingTime(text, error.retryAfterMs)) };
  }
}

function wrongSms(text: Text, triesLeft: number): string {
  const { wrong, expired } = text.signInSteps.secondFactor.sms;
  return triesLeft === 0 ? expired : wrong(text.common.number(triesLeft));
}
