import { button, form } from '../components.ts';
import { formatDate } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type StepProps, stepPage } from './step.ts';

/** Before they are shown: what they are for, so that nobody meets them without a pen. */
export function beforeRecoveryCodes(text: Text, { showAction, ...step }: StepProps & { showAction: string }): Html {
  const words = text.enrolment.recoveryCodes;
  const content = html`<p>${words.what}</p>
<p>${words.before}</p>
${form({ action: showAction, csrf: step.csrf, content: html`<div class="actions">${button({ label: words.show })}</div>` })}`;
  return stepPage(text, { ...step, question: 'recovery-codes', heading: words.heading, content });
}

type RecoveryCodesProps = StepProps & {
  keptAction: string;
  codes: readonly string[];
  /** Milliseconds since 1970. */
  madeAt: number;
};

/** Shown once, and made to be printed: on paper there is nothing but the codes and what they are. */
export function recoveryCodes(text: Text, { keptAction, codes, madeAt, ...step }: RecoveryCodesProps): Html {
  const words = text.enrolment.recoveryCodes;
  const content = html`<p class="not-printed"><strong>${words.once}</strong></p>
<p class="printed-only">${words.printed(formatDate(text.language, madeAt))}</p>
<ol class="recovery-codes" aria-label="${words.list}">${codes.map((code) => html`<li><bdi class="machine-word" dir="ltr">${code}</bdi></li>`)}</ol>
${form({
  action: keptAction,
  csrf: step.csrf,
  content: html`<div class="actions">${button({ label: words.kept })}<button type="button" class="button button-secondary" data-prints="page" hidden><span>${words.print}</span></button></div>`,
})}`;
  return stepPage(text, {
    ...step,
    question: 'recovery-codes',
    heading: words.heading,
    content,
    scripts: ['/assets/print-page.js'],
  });
}
