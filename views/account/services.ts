import { button, definitionList, form, isolated, notice } from '../components.ts';
import { formatDate, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { accountPage } from './page.ts';

type ServiceShown = {
  clientId: string;
  name: InBothLanguages;
  /** The purpose is that of the agreement, where it still names the claim. */
  claims: readonly { claim: string; purpose: InBothLanguages | undefined }[];
  /** It may ask again while the citizen is not signed in. */
  isOffline: boolean;
  /** Milliseconds since 1970. */
  givenAt: number;
  lastUsedAt: number | undefined;
};

type ServicesProps = {
  frame: Frame;
  /** Takes back the consent of the field `service`. */
  action: string;
  csrf: string;
  services: readonly ServiceShown[];
  /** Newest first. */
  receipts?: readonly ReceiptListed[];
  hasJustWithdrawn?: boolean;
};

/** Times in milliseconds since 1970. */
type ReceiptListed = { id: string; act: 'given' | 'withdrawn'; at: number; name: InBothLanguages };

export function services(text: Text, props: ServicesProps): Html {
  const { frame, action, csrf, services, receipts = [], hasJustWithdrawn = false } = props;
  const words = text.account.services;
  const content = html`${hasJustWithdrawn && notice({ kind: 'success', content: html`<p>${words.withdrawn}</p>` })}
<p>${services.length === 0 ? words.none : words.what}</p>
<ul class="sessions">${services.map((service) => html`<li>${card(text, { service, action, csrf })}</li>`)}</ul>
${receipts.length > 0 && receiptList(text, receipts)}`;
  return accountPage(text, { frame, section: 'services', heading: words.heading, content });
}

function card(text: Text, { service, action, csrf }: { service: ServiceShown; action: string; csrf: string }): Html {
  const words = text.account.services;
  const name = isolated(text, service.name);
  return html`<div class="session">
<h2>${name}</h2>
<h3>${words.receives}</h3>
${service.claims.length === 0 ? html`<p>${words.receivesNothing}</p>` : html`<ul class="reasons">${service.claims.map((each) => html`<li>${reason(text, each)}</li>`)}</ul>`}
${service.isOffline && html`<p>${words.offline}</p>`}
${definitionList([
  { term: words.since, description: date(text, service.givenAt) },
  {
    term: words.lastUsed,
    description: service.lastUsedAt === undefined ? words.neverUsed : date(text, service.lastUsedAt),
  },
])}
${form({
  action,
  csrf,
  content: button({
    label: html`<span aria-hidden="true">${words.withdraw}</span><span class="visually-hidden">${words.withdrawFrom(name)}</span>`,
    name: 'service',
    value: service.clientId,
    kind: 'secondary',
  }),
})}
<p class="quiet">${words.withdrawHint}</p>
</div>`;
}

function receiptList(text: Text, receipts: readonly ReceiptListed[]): Html {
  const words = text.consentReceipts;
  return html`<section aria-labelledby="receipts"><h2 id="receipts">${words.list}</h2><p>${words.listWhat}</p>
<ul class="plain-list">${receipts.map(({ id, act, at, name }) => {
    const said = html`${isolated(text, name)}${text.common.listSeparator}${words.acts[act]}${text.common.listSeparator}${formatDate(text.language, at)}`;
    return html`<li class="activity"><p><a href="/account/receipts/${id}">${said}</a></p></li>`;
  })}</ul></section>`;
}

function reason(text: Text, { claim, purpose }: ServiceShown['claims'][number]): Html {
  const names: Readonly<Record<string, string>> = text.claims;
  const name = html`<strong>${Object.hasOwn(names, claim) ? names[claim] : html`<bdi>${claim}</bdi>`}</strong>`;
  return purpose === undefined ? name : html`${name}<br><bdi>${purpose[text.language]}</bdi>`;
}

function date({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${formatDate(language, at)}</time>`;
}
