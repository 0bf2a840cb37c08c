import { button, form, linkButton, notice } from '../components.ts';
import { formatDate, formatTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { accountPage } from './page.ts';

/** How far the files are; times in milliseconds since 1970. */
type DataStanding =
  | { state: 'working'; partsDone: number; partsInAll: number }
  | { state: 'ready'; until: number }
  | { state: 'failed' };

type DataProps = {
  frame: Frame;
  action: string;
  csrf: string;
  standing: DataStanding | undefined;
  pageHref: string;
  jsonHref: string;
  /** Files were asked for too often; so long until the next. */
  waitMs?: number | undefined;
};

export function data(text: Text, props: DataProps): Html {
  const words = text.accountEndings.data;
  const { frame, standing, waitMs } = props;
  const content = html`${waitMs !== undefined && notice({ kind: 'warning', content: html`<p>${words.tooOften(waitingTime(text, waitMs))}</p>` })}
<p>${words.what}</p>
<section aria-labelledby="contents"><h2 id="contents">${words.contents}</h2><ul>${words.things.map((thing) => html`<li>${thing}</li>`)}</ul></section>
${standingOf(text, props)}
${standing?.state !== 'working' && ask(text, props)}
<section aria-labelledby="more"><h2 id="more">${words.more}</h2>
<p class="link-row"><a href="/account/phone">${words.phone}</a> <a href="/account/close">${words.close}</a></p></section>`;
  return accountPage(text, { frame, section: 'data', heading: words.heading, content });
}

function ask(text: Text, { action, csrf, standing }: DataProps): Html {
  const { prepare, prepareAgain } = text.accountEndings.data;
  const isFirst = standing === undefined || standing.state === 'failed';
  const label = isFirst ? prepare : prepareAgain;
  const kind = isFirst ? 'primary' : 'secondary';
  return form({ action, csrf, content: html`<div class="actions">${button({ label, kind })}</div>` });
}

function standingOf(text: Text, { standing, action, pageHref, jsonHref }: DataProps): Html | undefined {
  const words = text.accountEndings.data;
  switch (standing?.state) {
    case undefined:
      return undefined;
    case 'failed':
      return notice({ kind: 'warning', content: html`<p>${words.failed}</p>` });
    case 'working': {
      const { partsDone, partsInAll } = standing;
      const said = words.progress(partsDone, partsInAll);
      return notice({
        kind: 'information',
        content: html`<p>${words.working}</p>
<p><progress max="${partsInAll}" value="${partsDone}" aria-label="${said}"></progress> ${said}</p>
<p><a href="${action}">${words.lookAgain}</a></p>`,
      });
    }
    case 'ready': {
      const { language, common } = text;
      const until = common.dateAndTime(formatDate(language, standing.until), formatTime(language, standing.until));
      return html`${notice({ kind: 'success', content: html`<p>${words.ready(until)}</p>` })}
<div class="actions">${linkButton({ label: words.downloadPage, href: pageHref })}${linkButton({ label: words.downloadJson, href: jsonHref, kind: 'secondary' })}</div>
<p class="quiet">${words.careful}</p>`;
    }
  }
}
