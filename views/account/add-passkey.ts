import { button, form } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type AddPasskeyProps = {
  frame: Frame;
  action: string;
  csrf: string;
  /** What the browser is asked to make (PublicKeyCredentialCreationOptionsJSON), as JSON. */
  options: string;
  hasFailed?: boolean;
};

/** The form stays hidden until the script finds that the browser can make one. */
export function addPasskey(text: Text, { frame, action, csrf, options, hasFailed = false }: AddPasskeyProps): Html {
  const words = text.enrolment.passkey;
  const failure = { id: 'passkey-failed', class: 'notice notice-warning', role: 'alert', hidden: !hasFailed };
  const content = html`<p>${words.what}</p>
<p class="quiet">${words.stays}</p>
<p id="passkey-cannot">${text.account.security.cannotMake}</p>
<div${attributes(failure)}><p>${text.account.security.notMade}</p></div>
<div${attributes({ id: 'passkey-offer', hidden: true, 'data-options': options })}>
${form({
  id: 'passkey-form',
  action,
  csrf,
  hidden: [{ name: 'response', value: '' }],
  content: html`<div class="actions">${button({ label: words.make })}</div>`,
})}</div>
<p class="way-out"><a href="/account/security">${text.account.security.back}</a></p>`;
  return accountPage(text, {
    frame,
    section: 'security',
    heading: text.account.security.addPasskey,
    content,
    hasErrors: hasFailed,
    scripts: ['/assets/simplewebauthn.js', '/assets/make-passkey.js'],
  });
}
