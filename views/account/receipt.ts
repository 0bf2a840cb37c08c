import { definitionList, isolated, link, linkButton, machineWord } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type ReceiptProps = {
  frame: Frame;
  number: string;
  act: 'given' | 'withdrawn';
  /** Milliseconds since 1970. */
  at: number;
  service: InBothLanguages;
  /** What the organisation calls this citizen. */
  subject: string | undefined;
  claims: readonly {
    claim: string;
    purpose: InBothLanguages | undefined;
    isOptional: boolean;
    legalBasis: keyof Text['consentReceipts']['legalBases'] | undefined;
    retentionDays: number | undefined;
  }[];
  isOffline: boolean;
  withdrawHref: string;
  keysHref: string;
  jws: string;
  fileHref: string;
};

/** Made to be printed: on paper there is everything but the buttons, the signature included. */
export function receipt(text: Text, props: ReceiptProps): Html {
  const words = text.consentReceipts;
  const { frame, act, at, subject, claims } = props;
  const when = text.common.dateAndTime(formatDate(text.language, at), formatTime(text.language, at));
  const content = html`<p>${words.what}</p>
<div class="session"><h2>${words.acts[act]}</h2>
${definitionList([
  { term: words.service, description: isolated(text, props.service) },
  { term: words.when, description: html`<time datetime="${machineTime(at)}">${when}</time>` },
  { term: words.number, description: machineWord(props.number) },
  ...(subject === undefined ? [] : [{ term: words.subject, description: machineWord(subject) }]),
  { term: words.withdraw, description: link({ label: machineWord(props.withdrawHref), href: props.withdrawHref }) },
  { term: words.keys, description: link({ label: machineWord(props.keysHref), href: props.keysHref }) },
])}
<h3>${words.claims}</h3>
${claims.length === 0 ? html`<p>${words.noClaims}</p>` : html`<ul class="reasons">${claims.map((each) => html`<li>${claim(text, each)}</li>`)}</ul>`}
${props.isOffline && html`<p>${words.offline}</p>`}
<h3>${words.signature}</h3><p class="signature"><bdi class="machine-word" dir="ltr">${props.jws}</bdi></p></div>
<div class="actions">${linkButton({ label: words.download, href: props.fileHref })}<button type="button" class="button button-secondary" data-prints="page" hidden><span>${words.print}</span></button></div>
<p class="not-printed"><a href="/account/services">${words.back}</a></p>`;
  const scripts = ['/assets/print-page.js'];
  return accountPage(text, { frame, section: 'services', heading: words.heading, content, scripts });
}

function claim(text: Text, { claim, purpose, isOptional, legalBasis, retentionDays }: ReceiptProps['claims'][number]) {
  const words = text.consentReceipts;
  const names: Readonly<Record<string, string>> = text.claims;
  const said = [
    ...(isOptional ? [words.optional] : []),
    ...(legalBasis === undefined ? [] : [words.legalBases[legalBasis]]),
    ...(retentionDays === undefined ? [] : [words.keptFor(text.common.days(retentionDays))]),
  ];
  return html`<strong>${Object.hasOwn(names, claim) ? names[claim] : html`<bdi>${claim}</bdi>`}</strong>
${purpose !== undefined && html`<br><bdi>${purpose[text.language]}</bdi>`}
${said.length > 0 && html`<br><span class="quiet">${said.join(text.common.listSeparator)}</span>`}`;
}
