import { button, form } from '../components.ts';
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';

export type PasskeyOffer = {
  action: string;
  /** PublicKeyCredentialRequestOptionsJSON, as JSON. */
  options: string;
};

/** The scripts that a page with an offer needs. */
export const PASSKEY_SCRIPTS: readonly string[] = ['/assets/simplewebauthn.js', '/assets/sign-in-passkey.js'];

/** Unseen until the script has found that the browser can do it. */
export function passkeyOffer(
  text: Text,
  { action, options, csrf, kind, more }: PasskeyOffer & { csrf: string; kind: 'primary' | 'secondary'; more?: Html },
): Html {
  const words = text.signInSteps.passkey;
  return html`<div${attributes({ id: 'passkey-failed', class: 'notice notice-warning', role: 'alert', hidden: true })}><p>${words.failed}</p></div>
<div${attributes({ id: 'passkey-offer', class: 'passkey-offer', hidden: true, 'data-options': options })}>${form({
    id: 'passkey-form',
    action,
    csrf,
    hidden: [
      { name: 'response', value: '' },
      { name: 'shared_computer', value: '' },
    ],
    content: html`<div class="actions">${button({ label: words.signIn, kind })}</div>
<p class="hint">${words.what}</p>`,
  })}${more}</div>`;
}
