import { button, form, linkButton, notice } from '../components.ts';
import { formatDate } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

/** What came of the button. */
export type CloseNews = 'stopped' | 'too-late';

type CloseProps = {
  frame: Frame;
  csrf: string;
  askAction: string;
  stopAction: string;
  waitsDays: number;
  /** Milliseconds since 1970; undefined where nobody asked for it. */
  closesAt: number | undefined;
  news?: CloseNews | undefined;
};

export function close(text: Text, props: CloseProps): Html {
  const words = text.accountEndings.close;
  const { frame, news, closesAt } = props;
  const content = html`${news === 'stopped' && closesAt === undefined && notice({ kind: 'success', content: html`<p>${words.stopped}</p>` })}
${news === 'too-late' && notice({ kind: 'warning', content: html`<p>${words.tooLate}</p>` })}
${closesAt === undefined ? before(text, props) : waiting(text, { ...props, closesAt })}`;
  return accountPage(text, { frame, section: 'data', heading: words.heading, content });
}

/** What goes, what stays and why, before the button. */
function before(text: Text, { csrf, askAction, waitsDays }: CloseProps): Html {
  const words = text.accountEndings.close;
  return html`<p>${words.what(waitsDays)}</p><p class="quiet">${words.why}</p>
<section aria-labelledby="erased"><h2 id="erased">${words.erased}</h2><ul>${words.erasedThings.map((thing) => html`<li>${thing}</li>`)}</ul></section>
<section aria-labelledby="kept"><h2 id="kept">${words.kept}</h2><ul>${words.keptThings.map((thing) => html`<li>${thing}</li>`)}</ul></section>
<p>${words.takeData}</p><div class="actions">${linkButton({ label: words.data, href: '/account/data', kind: 'secondary' })}</div>
${form({ action: askAction, csrf, content: html`<div class="actions">${button({ label: words.ask(waitsDays), kind: 'danger' })}</div>` })}
<p><a href="/account">${words.back}</a></p>`;
}

function waiting(text: Text, { csrf, stopAction, closesAt }: CloseProps & { closesAt: number }): Html {
  const words = text.accountEndings.close;
  return html`${notice({ kind: 'warning', content: html`<p>${words.waits(formatDate(text.language, closesAt))}</p>` })}
<p>${words.stopWhat}</p>
${form({ action: stopAction, csrf, content: html`<div class="actions">${button({ label: words.stop })}</div>` })}`;
}
