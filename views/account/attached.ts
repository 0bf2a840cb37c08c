import { button, definitionList, errorSummary, form, isolated, notice } from '../components.ts';
import { formatDate, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { waitingTime } from '../waiting-time.ts';
import { accountPage } from './page.ts';

export type AttachedShown = {
  clientId: string;
  name: InBothLanguages;
  claims: Readonly<Record<string, string | number>>;
  /** Milliseconds since 1970. */
  attachedAt: number;
  fetchedAt: number;
  goodUntil: number;
  /** `stale` has to be asked for again; of `no-source` nobody can. */
  standing: 'fresh' | 'stale' | 'no-source';
};

type SourceShown = { clientId: string; name: InBothLanguages; claims: readonly string[] };

export type AttachedError =
  | { kind: keyof Text['attached']['errors']; name: InBothLanguages }
  | { kind: 'too-often'; retryAfterMs: number };

type AttachedProps = {
  frame: Frame;
  /** Asks, asks again or takes away: with the fields `attach`, `renew` and `remove`. */
  action: string;
  csrf: string;
  attached: readonly AttachedShown[];
  /** Those that can be asked and have not been. */
  sources: readonly SourceShown[];
  news?: keyof Text['attached']['news'] | undefined;
  error?: AttachedError | undefined;
};

export function attached(text: Text, props: AttachedProps): Html {
  const words = text.attached;
  const { frame, attached, sources, news, error } = props;
  const content = html`${error !== undefined && errorSummary(text, [{ message: messageOf(text, error) }])}
${news !== undefined && notice({ kind: 'success', content: html`<p>${words.news[news]}</p>` })}
<p>${words.what}</p>
${attached.length === 0 ? html`<p>${words.none}</p>` : html`<ul class="sessions">${attached.map((each) => html`<li>${card(text, each, props)}</li>`)}</ul>`}
<section aria-labelledby="sources"><h2 id="sources">${words.sources}</h2>
${sources.length === 0 ? html`<p>${words.noSources}</p>` : html`<p class="quiet">${words.firstSignIn}</p><ul class="sessions">${sources.map((source) => html`<li>${sourceCard(text, source, props)}</li>`)}</ul>`}</section>`;
  return accountPage(text, {
    ...{ frame, section: 'attached', heading: words.heading, content },
    hasErrors: error !== undefined,
  });
}

function messageOf(text: Text, error: AttachedError): string {
  if (error.kind === 'too-often') return text.attached.tooOften(waitingTime(text, error.retryAfterMs));
  return text.attached.errors[error.kind](error.name[text.language]);
}

function card(text: Text, said: AttachedShown, { action, csrf }: AttachedProps): Html {
  const words = text.attached;
  const { name, claims, standing, clientId } = said;
  const act = (field: 'renew' | 'remove', label: string, longLabel: (name: Html) => Html) =>
    button({
      label: html`<span aria-hidden="true">${label}</span><span class="visually-hidden">${longLabel(isolated(text, name))}</span>`,
      ...{ name: field, value: clientId, kind: 'secondary' },
    });
  return html`<div class="session">
<h2>${isolated(text, name)}</h2>
${standing !== 'fresh' && notice({ kind: 'warning', content: html`<p>${standing === 'stale' ? words.stale : words.noSource}</p>` })}
${Object.keys(claims).length === 0 && html`<p>${words.saysNothing}</p>`}
${definitionList([
  ...Object.entries(claims).map(([claim, value]) => ({
    term: claimName(text, claim),
    description: html`<bdi>${claimValue(text, { claim, value })}</bdi>`,
  })),
  { term: words.since, description: date(text, said.attachedAt) },
  { term: words.asked, description: date(text, said.fetchedAt) },
  { term: words.goodUntil, description: date(text, said.goodUntil) },
])}
${form({
  action,
  csrf,
  content: html`<div class="actions">${standing !== 'no-source' && act('renew', words.renew, words.renewFrom)}
${act('remove', words.remove, words.removeOf)}</div>`,
})}
<p class="quiet">${words.removeHint}</p>
</div>`;
}

function sourceCard(text: Text, { clientId, name, claims }: SourceShown, { action, csrf }: AttachedProps): Html {
  const words = text.attached;
  const label = html`<span aria-hidden="true">${words.ask}</span><span class="visually-hidden">${words.askOf(isolated(text, name))}</span>`;
  return html`<div class="session">
<h3>${isolated(text, name)}</h3>
<p>${words.canSay(claims.map((claim) => claimName(text, claim)).join(text.common.listSeparator))}</p>
${form({ action, csrf, content: button({ label, name: 'attach', value: clientId, kind: 'secondary' }) })}
</div>`;
}

function claimName({ attached }: Text, claim: string): string {
  const names: Readonly<Record<string, string>> = attached.claims;
  return Object.hasOwn(names, claim) ? (names[claim] ?? claim) : claim;
}

/** In words where there are some; a year is no quantity and has no thousands. */
export function claimValue(
  { attached, language }: Text,
  { claim, value }: { claim: string; value: string | number },
): string {
  const { statuses, degrees } = attached;
  const words: Readonly<Record<string, string>> = claim === 'student_status' ? statuses : degrees;
  const hasWords = ['student_status', 'degree'].includes(claim) && Object.hasOwn(words, value);
  if (typeof value === 'number')
    return new Intl.NumberFormat(language === 'fa' ? 'fa-IR' : 'en-GB', { useGrouping: false }).format(value);
  return (hasWords ? words[value] : undefined) ?? value;
}

function date({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${formatDate(language, at)}</time>`;
}
