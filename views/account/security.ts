import { button, definitionList, form, linkButton, notice } from '../components.ts';
import { formatDate, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { Frame } from '../layout.ts';
import type { Text } from '../text/text.ts';
import { accountPage } from './page.ts';

/** What has just happened, told once. */
export type SecurityNews = keyof Text['account']['security']['news'];

export function isSecurityNews(value: unknown): value is SecurityNews {
  const known: readonly SecurityNews[] = [
    'added',
    'removed',
    'forgotten',
    'password-changed',
    'too-many',
    'last-way-in',
  ];
  return known.some((news) => news === value);
}

/** Times in milliseconds since 1970. The name is the citizen's, and may be empty. */
type FactorShown = { id: string; name: string; addedAt: number; lastUsedAt?: number };

type DeviceShown = {
  id: string;
  browser: string | undefined;
  system: string | undefined;
  lastUsedAt: number;
  expiresAt: number;
};

type SecurityProps = {
  frame: Frame;
  csrf: string;
  news?: SecurityNews | undefined;
  hasPassword: boolean;
  recoveryCodesLeft: number;
  passkeys: readonly (FactorShown & { isSynced: boolean })[];
  authenticators: readonly FactorShown[];
  devices: readonly DeviceShown[];
};

const REMOVE = '/account/security/remove';
const FORGET = '/account/security/forget';

export function security(text: Text, props: SecurityProps): Html {
  const words = text.account.security;
  const { news, csrf } = props;
  const isBad = news === 'too-many' || news === 'last-way-in';
  const content = html`${news !== undefined && notice({ kind: isBad ? 'warning' : 'success', content: html`<p>${words.news[news]}</p>` })}
<p>${words.what}</p>
${section('passkeys', words.passkeys, [
  list(
    props.passkeys.map((passkey) => factor(text, { ...passkey, csrf, field: 'passkey', unnamed: words.passkey })),
    words.noPasskeys,
  ),
  linkButton({ label: words.addPasskey, href: '/account/security/passkey', kind: 'secondary' }),
])}
${section('password', words.password, [
  html`<p>${props.hasPassword ? words.hasPassword : words.hasNoPassword}</p>`,
  linkButton({
    label: props.hasPassword ? words.changePassword : words.setPassword,
    href: '/account/security/password',
    kind: 'secondary',
  }),
])}
${section('authenticators', words.authenticators, [
  list(
    props.authenticators.map((each) =>
      factor(text, { ...each, csrf, field: 'authenticator', unnamed: words.authenticator }),
    ),
    words.noAuthenticators,
  ),
  linkButton({ label: words.addAuthenticator, href: '/account/security/authenticator', kind: 'secondary' }),
])}
${section('recovery-codes', words.recoveryCodes, [
  html`<p>${words.codesLeft(text.common.number(props.recoveryCodesLeft))}</p>`,
  linkButton({ label: words.newCodes, href: '/account/security/recovery-codes', kind: 'secondary' }),
])}
${section('devices', words.devices, [
  html`<p>${words.devicesWhat}</p>`,
  list(
    props.devices.map((each) => device(text, { ...each, csrf })),
    words.noDevices,
  ),
])}`;
  return accountPage(text, { frame: props.frame, section: 'security', heading: words.heading, content });
}

function section(id: string, heading: string, content: readonly (Html | undefined)[]): Html {
  return html`<section class="security" aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
${content}</section>`;
}

function list(items: readonly Html[], none: string): Html {
  return items.length === 0
    ? html`<p class="quiet">${none}</p>`
    : html`<ul class="plain-list">${items.map((item) => html`<li class="session">${item}</li>`)}</ul>`;
}

type Factor = FactorShown & { isSynced?: boolean; csrf: string; field: 'passkey' | 'authenticator'; unnamed: string };

function factor(text: Text, { id, name, addedAt, lastUsedAt, isSynced, csrf, field, unnamed }: Factor): Html {
  const words = text.account.security;
  const title = name === '' ? html`${unnamed}` : html`<bdi>${name}</bdi>`;
  return html`<h3>${title} ${isSynced === true && html`<span class="tag">${words.synced}</span>`}</h3>
${definitionList([
  { term: words.added, description: date(text, addedAt) },
  { term: words.lastUsed, description: lastUsedAt === undefined ? words.neverUsed : date(text, lastUsedAt) },
])}
${form({ action: REMOVE, csrf, content: named({ label: words.remove, full: words.removeNamed(title), name: field, value: id }) })}`;
}

function device(
  text: Text,
  { id, browser, system, lastUsedAt, expiresAt, csrf }: DeviceShown & { csrf: string },
): Html {
  const words = text.account.security;
  const { sessions } = text.account;
  const [first, second] = [browser, system].flatMap((part) => (part === undefined ? [] : [html`<bdi>${part}</bdi>`]));
  const known = second === undefined || first === undefined ? first : sessions.browserOn(first, second);
  const title = known ?? html`${sessions.unknownDevice}`;
  return html`<h3>${title}</h3>
${definitionList([
  { term: words.lastUsed, description: date(text, lastUsedAt) },
  { term: words.until, description: date(text, expiresAt) },
])}
${form({ action: FORGET, csrf, content: named({ label: words.forget, full: words.forgetNamed(title), name: 'device', value: id }) })}`;
}

/** Many buttons on a page say the same to the eye; to a screen reader each says whose it is. */
function named({ label, full, name, value }: { label: string; full: Html; name: string; value: string }): Html {
  const words = html`<span aria-hidden="true">${label}</span><span class="visually-hidden">${full}</span>`;
  return button({ label: words, name, value, kind: 'secondary' });
}

function date({ language }: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${formatDate(language, at)}</time>`;
}
