import { type Asker, button, errorSummary, form, isolated, link, notice, whoIsAsking } from '../components.ts';
import { type Html, html } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';

export type StartProps = {
  frame: Frame;
  csrf: string;
  action: string;
  asker?: Asker | undefined;
  /** One was begun on this device, and can be gone on with. */
  isUnderWay?: boolean;
  signInHref?: string | undefined;
  error?: { kind: 'slow-down'; retryAfterMs: number } | undefined;
};

/** What is needed, what will be checked, and with whom, before anything is asked. */
export function start(text: Text, props: StartProps): Html {
  const { frame, asker, isUnderWay = false, signInHref, error } = props;
  const words = text.enrolment.start;
  const errors =
    error === undefined ? [] : [{ message: text.recovery.slowDown(waitingTime(text, error.retryAfterMs)) }];
  const main = html`${errorSummary(text, errors)}
<h1>${words.heading}</h1>
${asker !== undefined && whoIsAsking({ sentence: words.asks(isolated(text, asker.name)) })}
${isUnderWay && notice({ kind: 'information', content: html`<p>${words.begun}</p>` })}
<p>${words.what}</p>
<h2>${words.needs}</h2>
<ul><li>${words.needsCode}</li><li>${words.needsPhone}</li><li>${words.needsTime}</li></ul>
<p class="quiet">${words.checks}</p>
${isUnderWay ? goOnOrBeginAnew(text, props) : beginForm(text, props)}
${signInHref !== undefined && html`<p class="way-out">${link({ label: words.haveAccount, href: signInHref })}</p>`}`;
  return layout(text, { frame, heading: words.heading, main, hasErrors: errors.length > 0 });
}

function beginForm(text: Text, { action, csrf }: StartProps): Html {
  return form({
    action,
    csrf,
    content: html`<div class="actions">${button({ label: text.enrolment.start.begin })}</div>`,
  });
}

function goOnOrBeginAnew(text: Text, { action, csrf }: StartProps): Html {
  const { goOn, beginAnew } = text.enrolment.start;
  return form({
    action,
    csrf,
    content: html`<div class="actions">${button({ label: goOn, name: 'go_on', value: 'yes' })}${button({ label: beginAnew, kind: 'secondary' })}</div>`,
  });
}
