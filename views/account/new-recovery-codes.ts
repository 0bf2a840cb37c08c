import { button, form, linkButton } from '../components.ts';
import { formatDate } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type Before = { frame: Frame; action: string; csrf: string; left: number };

export function beforeNewRecoveryCodes(text: Text, { frame, action, csrf, left }: Before): Html {
  const { security } = text.account;
  const words = text.enrolment.recoveryCodes;
  const content = html`<p>${words.what}</p>
<p>${security.codesLeft(text.common.number(left))} ${words.before}</p>
${form({ action, csrf, content: html`<div class="actions">${button({ label: words.show })}</div>` })}
<p><a href="/account/security">${security.back}</a></p>`;
  return accountPage(text, { frame, section: 'security', heading: security.recoveryCodes, content });
}

type NewRecoveryCodesProps = {
  frame: Frame;
  codes: readonly string[];
  /** Milliseconds since 1970. */
  madeAt: number;
  backHref: string;
};

/** Shown once, and made to be printed: on paper there is nothing but the codes and what they are. */
export function newRecoveryCodes(text: Text, { frame, codes, madeAt, backHref }: NewRecoveryCodesProps): Html {
  const words = text.enrolment.recoveryCodes;
  const content = html`<p class="not-printed"><strong>${words.once}</strong></p>
<p class="printed-only">${words.printed(formatDate(text.language, madeAt))}</p>
<ol class="recovery-codes" aria-label="${words.list}">${codes.map((code) => html`<li><bdi class="machine-word" dir="ltr">${code}</bdi></li>`)}</ol>
<div class="actions">${linkButton({ label: words.kept, href: backHref })}<button type="button" class="button button-secondary" data-prints="page" hidden><span>${words.print}</span></button></div>`;
  return accountPage(text, {
    frame,
    section: 'security',
    heading: text.account.security.recoveryCodes,
    content,
    scripts: ['/assets/print-page.js'],
  });
}
