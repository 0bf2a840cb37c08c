import { button, errorSummary, field, form } from '../components.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type AddAuthenticatorProps = {
  frame: Frame;
  action: string;
  csrf: string;
  /** In base32, for typing. */
  secret: string;
  /** otpauth, for an app on this very phone. */
  uri: string;
  qrCode: { size: number; isDark(x: number, y: number): boolean };
  hasFailed?: boolean;
};

/** Scan, or type, or tap: whichever the phone at hand allows; then the first code. */
export function addAuthenticator(text: Text, props: AddAuthenticatorProps): Html {
  const words = text.account.security;
  const { frame, action, csrf, secret, uri, hasFailed = false } = props;
  const error = hasFailed ? words.wrongCode : undefined;
  const content = html`${errorSummary(text, error === undefined ? [] : [{ field: 'code', message: error }])}
<p>${words.authenticatorWhat}</p>
<ol class="steps"><li>${words.scan}<div class="qr-code">${qrCode(text, props.qrCode)}</div>
<p><a href="${uri}">${words.onThisPhone}</a></p>
<p>${words.orType} <bdi class="machine-word key-to-type" dir="ltr">${secret.match(/.{1,4}/g)?.join(' ')}</bdi></p></li>
<li>${words.thenCode}
${form({
  action,
  csrf,
  hidden: [{ name: 'secret', value: secret }],
  content: html`${field(text, {
    name: 'code',
    label: words.codeLabel,
    error,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 6,
    maxLength: 10,
  })}<div class="actions">${button({ label: words.confirmCode })}</div>`,
})}</li></ol>
<p class="way-out"><a href="/account/security">${words.back}</a></p>`;
  return accountPage(text, {
    frame,
    section: 'security',
    heading: words.addAuthenticator,
    content,
    hasErrors: hasFailed,
  });
}

/** Dark on light in every colour scheme, with the quiet zone of four modules that readers need (ISO/IEC 18004). */
function qrCode(text: Text, { size, isDark }: AddAuthenticatorProps['qrCode']): Html {
  const all = Array.from({ length: size }, (_, index) => index);
  const path = all.flatMap((y) => all.filter((x) => isDark(x, y)).map((x) => `M${x} ${y}h1v1h-1z`)).join('');
  const width = size + 8;
  return html`<svg viewBox="-4 -4 ${width} ${width}" width="220" height="220" role="img" aria-label="${text.account.security.qrCode}"><path class="qr-light" d="M-4-4h${width}v${width}h-${width}z"/><path class="qr-dark" d="${path}"/></svg>`;
}
