import { link, linkButton, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable } from '../table.ts';
import { moment } from './moment.ts';
import { type PersonShown, person } from './person.ts';

/** Times in milliseconds since 1970. */
export type RingShown = {
  alg: string;
  isOfCookies: boolean;
  signing: { kid: string; since: number } | undefined;
  standby: { kid: string; everywhereAt: number; isEverywhere: boolean } | undefined;
  next: { kid: string; at: number; isLate: boolean } | undefined;
  revocation: CostShown;
};

export type CostShown = { minutes: number; trustedUntil: number; refusedUntil: number | undefined };

type KeysProps = {
  frame: Frame;
  operator: ShownOperator;
  rings: readonly RingShown[];
  requests: readonly { kid: string; by: PersonShown; at: number }[];
  retiring: readonly { kid: string; alg: string; leavesAt: number }[];
  revoked: readonly { kid: string; alg: string; at: number; reason: string }[];
  frozen: { until: number; reason: string } | undefined;
  isLate: boolean;
  /** Whether the reader may do more than look. */
  mayChange: boolean;
  done?: keyof Text['consoleSecurity']['keys']['done'] | undefined;
};

export function keysPage(text: Text, props: KeysProps): Html {
  const { frame, operator, rings, requests, frozen, isLate, done } = props;
  const words = text.consoleSecurity.keys;
  const body = html`<p>${words.intro}</p>
${done !== undefined && notice({ kind: 'success', content: words.done[done] })}
${isLate && notice({ kind: 'warning', content: words.isLate })}
${frozen !== undefined && notice({ kind: 'information', content: words.frozen(moment(text, frozen.until), frozen.reason) })}
${requests.length > 0 && html`<section><h2>${words.requests}</h2><ul class="cards">${requests.map((request) => html`<li>${requestCard(text, request)}</li>`)}</ul></section>`}
${rings.map((ring) => ringOf(text, ring, props))}
${others(text, props)}`;
  return consolePage(text, { frame, operator, section: 'keys', heading: words.heading }, body);
}

function requestCard(text: Text, { kid, by, at }: KeysProps['requests'][number]): Html {
  const words = text.consoleSecurity.keys;
  return html`<div class="card"><p>${words.request(machineWord(kid), person(text, by), moment(text, at))}</p>
<p>${linkButton({ label: words.lookAt, href: `/console/keys/revoke?kid=${kid}` })}</p></div>`;
}

function ringOf(text: Text, ring: RingShown, { mayChange }: KeysProps): Html {
  const words = text.consoleSecurity.keys;
  const { alg, isOfCookies, signing, next, revocation } = ring;
  const to = (path: string, label: string, query: Record<string, string>) =>
    link({ label, href: `/console/keys/${path}?${new URLSearchParams(query)}` });
  return html`<section><h2>${isOfCookies ? words.cookies : machineWord(alg)}</h2>
<p>${signing === undefined ? words.nobodySigns : words.signs(machineWord(signing.kid), moment(text, signing.since))}</p>
<p>${standbyOf(text, ring)}</p>
${next !== undefined && html`<p>${(next.isLate ? words.late : words.next)(machineWord(next.kid), moment(text, next.at))}</p>`}
${signing !== undefined && html`<h3>${words.cost}</h3><p>${isOfCookies ? words.cookieCost : costInWords(text, revocation)}</p>`}
<p class="link-row">${signing !== undefined && !isOfCookies && to('exposure', words.exposure, { kid: signing.kid })}
${mayChange && to('rotate', words.rotate, { alg })}
${mayChange && signing !== undefined && to('revoke', words.revoke, { kid: signing.kid })}</p></section>`;
}

function standbyOf(text: Text, { standby }: RingShown): Html {
  const words = text.consoleSecurity.keys;
  if (standby === undefined) return html`${words.noStandby}`;
  const say = standby.isEverywhere ? words.standbyEverywhere : words.standbyTravelling;
  return say(machineWord(standby.kid), moment(text, standby.everywhereAt));
}

export function costInWords(text: Text, { minutes, trustedUntil, refusedUntil }: CostShown): Html {
  const words = text.consoleSecurity.keys;
  const until = moment(text, trustedUntil);
  return refusedUntil === undefined
    ? words.seamless(minutes, until)
    : words.costly(minutes, moment(text, refusedUntil), until);
}

function others(text: Text, { retiring, revoked }: KeysProps): Html {
  const words = text.consoleSecurity.keys;
  const rows = [
    ...retiring.map((it) => ({ ...it, state: words.retiring(moment(text, it.leavesAt)) })),
    ...revoked.map((it) => ({ ...it, state: words.revoked(moment(text, it.at), it.reason) })),
  ];
  const table = consoleTable(text, {
    caption: words.others,
    columns: [
      {
        label: words.columns.key,
        cell: ({ kid }) => link({ label: machineWord(kid), href: `/console/keys/exposure?kid=${kid}` }),
      },
      { label: words.columns.ring, cell: ({ alg }) => machineWord(alg) },
      { label: words.columns.state, cell: ({ state }) => html`<span>${state}</span>` },
    ],
    rows,
    address: { path: '/console/keys', query: {} },
    nothing: words.noOthers,
  });
  return html`<section><h2>${words.others}</h2>${table}</section>`;
}
