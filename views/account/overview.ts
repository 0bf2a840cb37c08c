import { definitionList, isolated, machineWord, notice } from '../components.ts';
import { formatDate, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { accountPage } from './page.ts';

export type EvidenceShown = {
  source: keyof Text['account']['overview']['sources'];
  method: keyof Text['account']['overview']['methods'];
  /** Milliseconds since 1970. */
  at: number;
  /** As the service names the question; may be empty. */
  transaction: string;
  result: string;
};

type OverviewProps = {
  frame: Frame;
  name: InBothLanguages;
  /** ISO 8601, 1990-03-21. */
  birthDate: string;
  maskedNationalCode: string;
  maskedPhone: string | undefined;
  identityLevel: keyof Text['account']['overview']['levels'];
  /** Newest first. */
  evidence: readonly EvidenceShown[];
  /** That of text messages; unknown before the first sign-in. */
  language?: 'fa' | 'en' | undefined;
  /** How much there is of what has a page of its own. */
  has: {
    password: boolean;
    passkeys: number;
    authenticators: number;
    recoveryCodes: number;
    sessions: number;
    services: number;
  };
  /** Milliseconds since 1970: when the account ends, where its owner asked for it. */
  closesAt?: number | undefined;
  news?: 'phone' | undefined;
};

export function overview(text: Text, props: OverviewProps): Html {
  const words = text.account.overview;
  const level = words.levels[props.identityLevel];
  const content = html`${props.news === 'phone' && notice({ kind: 'success', content: html`<p>${text.accountPhone.changed}</p>` })}
${props.closesAt !== undefined && notice({ kind: 'warning', content: html`<p>${words.closes(formatDate(text.language, props.closesAt))} <a href="/account/close">${words.stopClosing}</a></p>` })}
<section aria-labelledby="who"><h2 id="who">${words.who}</h2>
${definitionList([
  { term: words.name, description: isolated(text, props.name) },
  { term: words.nationalCode, description: machineWord(props.maskedNationalCode) },
  { term: words.birthDate, description: date(text, Date.parse(`${props.birthDate}T12:00:00+03:30`)) },
  {
    term: words.phone,
    description: html`${props.maskedPhone === undefined ? words.noPhone : machineWord(props.maskedPhone)} <a href="/account/phone">${words.changePhone}</a>`,
  },
  {
    term: words.language,
    description: props.language === undefined ? words.languageUnknown : words.languages[props.language],
  },
])}</section>
<section aria-labelledby="how"><h2 id="how">${words.how}</h2>
<p><strong>${level.name}</strong></p><p>${level.meaning}</p>
${props.evidence.length === 0 ? html`<p class="quiet">${words.noEvidence}</p>` : html`<ul class="plain-list">${props.evidence.map((each) => html`<li class="session">${evidenceItem(text, each)}</li>`)}</ul>`}</section>
${more(text, props.has)}`;
  return accountPage(text, { frame: props.frame, section: 'overview', heading: words.heading, content });
}

/** What has a page of its own, with the way there. */
function more(
  text: Text,
  { password, passkeys, authenticators, recoveryCodes, sessions, services }: OverviewProps['has'],
) {
  const words = text.account.overview;
  const { number, listSeparator } = text.common;
  const ways = [
    ...(password ? [words.waysAre.password] : []),
    ...(passkeys > 0 ? [words.waysAre.passkeys(number(passkeys))] : []),
    ...(authenticators > 0 ? [words.waysAre.authenticators(number(authenticators))] : []),
    words.waysAre.recoveryCodes(number(recoveryCodes)),
  ];
  const row = (term: string, said: string, href: string) => ({
    term,
    description: html`${said} <a href="${href}">${words.see}<span class="visually-hidden"> (${term})</span></a>`,
  });
  return html`<section aria-labelledby="more"><h2 id="more">${words.more}</h2>
${definitionList([
  row(words.ways, ways.join(listSeparator), '/account/security'),
  row(words.devices, words.devicesAre(number(sessions)), '/account/sessions'),
  row(words.services, words.servicesAre(number(services)), '/account/services'),
])}</section>`;
}

function evidenceItem(text: Text, { source, method, at, transaction, result }: EvidenceShown): Html {
  const words = text.account.overview;
  return html`<h3>${words.sources[source]}</h3>
${definitionList([
  { term: words.asked, description: words.methods[method] },
  { term: words.answered, description: knownResult(text, result) },
  { term: words.when, description: date(text, at) },
  ...(transaction === '' ? [] : [{ term: words.transaction, description: machineWord(transaction) }]),
])}`;
}

function knownResult({ account }: Text, result: string): Html {
  const known: Readonly<Record<string, string>> = account.overview.results;
  return Object.hasOwn(known, result) ? html`${known[result]}` : machineWord(result);
}

function date({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at).slice(0, 10)}">${formatDate(language, at)}</time>`;
}
