import { button, form } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';
import { type StepProps, stepPage } from './step.ts';

type PasskeyProps = StepProps & {
  action: string;
  skipAction: string;
  /** What the browser is asked to make (PublicKeyCredentialCreationOptionsJSON), as JSON. */
  options: string;
  hasFailed?: boolean;
};

/** A passkey needs script; "not now" never does. The form stays hidden until the script finds that the browser can. */
export function passkey(text: Text, { action, skipAction, options, hasFailed = false, ...step }: PasskeyProps): Html {
  const words = text.enrolment.passkey;
  const content = html`<p>${words.what}</p>
<p class="quiet">${words.stays}</p>
<p id="passkey-cannot">${words.cannot}</p>
<div${attributes({ id: 'passkey-failed', class: 'notice notice-warning', role: 'alert', hidden: true })}><p>${words.failed}</p></div>
<div${attributes({ id: 'passkey-offer', hidden: true, 'data-options': options })}>
${form({
  id: 'passkey-form',
  action,
  csrf: step.csrf,
  hidden: [{ name: 'response', value: '' }],
  content: html`<div class="actions">${button({ label: words.make })}</div>`,
})}</div>
<div class="way-out">${form({ action: skipAction, csrf: step.csrf, content: button({ label: words.notNow, kind: 'secondary' }) })}</div>`;
  return stepPage(text, {
    ...step,
    question: 'passkey',
    heading: words.heading,
    errors: hasFailed ? [{ message: words.failed }] : [],
    content,
    scripts: ['/assets/simplewebauthn.js', '/assets/make-passkey.js'],
  });
}
