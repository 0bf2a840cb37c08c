import { definitionList, isolated, machineWord } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html } from '../html.ts';
import type { InBothLanguages, Text } from '../text/text.ts';
import { type ActivityLine, saidOf } from './activity.ts';
import { claimValue } from './attached.ts';
import type { EvidenceShown } from './overview.ts';

/** Times in milliseconds since 1970. */
export type DataFileProps = {
  issuer: string;
  madeAt: number;
  identity: {
    givenName: string;
    familyName: string;
    nationalCode: string;
    /** ISO 8601. */
    birthDate: string;
    phone?: string | undefined;
    identityLevel: keyof Text['account']['overview']['levels'];
  };
  evidence: readonly EvidenceShown[];
  factors: {
    hasPassword: boolean;
    recoveryCodesLeft: number;
    passkeys: readonly { name: string; addedAt: number }[];
    authenticators: readonly { name: string; addedAt: number }[];
    rememberedBrowsers: readonly { browser: string | undefined; system: string | undefined; lastUsedAt: number }[];
  };
  sessions: readonly {
    browser: string | undefined;
    system: string | undefined;
    startedAt: number;
    lastSeenAt: number;
  }[];
  services: readonly {
    name: InBothLanguages;
    claims: readonly { claim: string; purpose: InBothLanguages | undefined }[];
    givenAt: number;
  }[];
  attached: readonly {
    source: InBothLanguages;
    claims: Readonly<Record<string, string | number>>;
    attachedAt: number;
    fetchedAt: number;
    goodUntil: number;
  }[];
  receipts: readonly { act: 'given' | 'withdrawn'; at: number; service: InBothLanguages | undefined; jws: string }[];
  /** Newest first. */
  activity: readonly ActivityLine[];
};

/** More than anybody reads; all of it is in the other file. */
const MOST_LINES = 5_000;

/**
 * A whole document of its own, which is opened without us for years: no address of ours is in it, and its few lines of
 * style are its own.
 */
export function dataFile(text: Text, props: DataFileProps): Html {
  const words = text.accountEndings.file;
  const releases = props.activity.filter(({ event }) => event === 'claims.released');
  const sections: readonly [keyof typeof words.sections, Html][] = [
    ['identity', identity(text, props.identity)],
    ['evidence', evidence(text, props.evidence)],
    ['factors', factors(text, props.factors)],
    [
      'sessions',
      list(
        text,
        props.sessions.map((session) => sessionItem(text, session)),
      ),
    ],
    [
      'services',
      list(
        text,
        props.services.map((service) => serviceItem(text, service)),
      ),
    ],
    [
      'attached',
      list(
        text,
        props.attached.map((said) => attachedItem(text, said)),
      ),
    ],
    [
      'receipts',
      list(
        text,
        props.receipts.map((receipt) => receiptItem(text, receipt)),
      ),
    ],
    ['releases', lines(text, releases)],
    ['activity', lines(text, props.activity)],
  ];
  return html`<html lang="${text.language}" dir="${text.direction}">
<head>
<meta charset="utf-8">
<title>${words.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<style>body{max-width:46rem;margin:2rem auto;padding:0 1rem;font-family:Vazirmatn,Tahoma,system-ui,sans-serif;line-height:1.8}dl div{margin-block-end:.5rem}dt{font-weight:bold}dd{margin:0}li{margin-block-end:.5rem}bdi{overflow-wrap:anywhere}time{white-space:nowrap}</style>
</head>
<body>
<main>
<h1>${words.title}</h1>
<p>${words.madeAt(moment(text, props.madeAt))} <bdi dir="ltr">${props.issuer}</bdi></p>
${sections.map(([name, content]) => html`<section aria-labelledby="${name}"><h2 id="${name}">${words.sections[name]}</h2>\n${content}</section>\n`)}
</main>
</body>
</html>`;
}

function identity(text: Text, person: DataFileProps['identity']): Html {
  const words = text.account.overview;
  return definitionList([
    { term: words.name, description: html`<bdi>${person.givenName} ${person.familyName}</bdi>` },
    { term: words.nationalCode, description: machineWord(person.nationalCode) },
    { term: words.birthDate, description: formatDate(text.language, Date.parse(`${person.birthDate}T12:00:00+03:30`)) },
    { term: words.phone, description: person.phone === undefined ? words.noPhone : machineWord(person.phone) },
    { term: words.how, description: words.levels[person.identityLevel].name },
  ]);
}

function evidence(text: Text, items: readonly EvidenceShown[]): Html {
  const words = text.account.overview;
  const results: Readonly<Record<string, string>> = words.results;
  return list(
    text,
    items.map(({ source, method, at, transaction, result }) => {
      const said = Object.hasOwn(results, result) ? results[result] : machineWord(result);
      return html`${time(text, at)} ${words.sources[source]}: ${words.methods[method]}, ${said} ${machineWord(transaction)}`;
    }),
  );
}

function factors(text: Text, has: DataFileProps['factors']): Html {
  const words = text.account.security;
  return list(text, [
    html`${has.hasPassword ? words.hasPassword : words.hasNoPassword}`,
    html`${words.codesLeft(text.common.number(has.recoveryCodesLeft))}`,
    ...has.passkeys.map(({ name, addedAt }) => html`${words.passkey} <bdi>${name}</bdi> ${time(text, addedAt)}`),
    ...has.authenticators.map(
      ({ name, addedAt }) => html`${words.authenticator} <bdi>${name}</bdi> ${time(text, addedAt)}`,
    ),
    ...has.rememberedBrowsers.map(
      ({ browser, system, lastUsedAt }) =>
        html`${words.devices}: ${browserName({ browser, system })} ${time(text, lastUsedAt)}`,
    ),
  ]);
}

function sessionItem(text: Text, { startedAt, lastSeenAt, ...device }: DataFileProps['sessions'][number]): Html {
  const words = text.account.sessions;
  return html`${browserName(device)} — ${words.started}: ${time(text, startedAt)} — ${words.lastSeen}: ${time(text, lastSeenAt)}`;
}

function serviceItem(text: Text, { name, claims, givenAt }: DataFileProps['services'][number]): Html {
  return html`<strong>${isolated(text, name)}</strong> ${time(text, givenAt)}
${claims.length > 0 && html`<ul>${claims.map(({ claim, purpose }) => html`<li>${claimName(text, claim)}${purpose !== undefined && html`: <bdi>${purpose[text.language]}</bdi>`}</li>`)}</ul>`}`;
}

function attachedItem(text: Text, { source, claims, fetchedAt }: DataFileProps['attached'][number]): Html {
  const said = Object.entries(claims).map(
    ([claim, value]) => html`<li>${claimName(text, claim)}: <bdi>${claimValue(text, { claim, value })}</bdi></li>`,
  );
  return html`<strong>${isolated(text, source)}</strong> ${time(text, fetchedAt)}<ul>${said}</ul>`;
}

function receiptItem(text: Text, { act, at, service, jws }: DataFileProps['receipts'][number]): Html {
  const name = service === undefined ? undefined : isolated(text, service);
  return html`${name} — ${text.consentReceipts.acts[act]} — ${time(text, at)}<br>${machineWord(jws)}`;
}

function lines(text: Text, activity: readonly ActivityLine[]): Html {
  const said = activity.slice(0, MOST_LINES).map((line) => html`${time(text, line.at)} ${saidOf(text, line)}`);
  const isCut = activity.length > MOST_LINES;
  return html`${list(text, said)}${isCut && html`<p>${text.accountEndings.file.more(MOST_LINES)}</p>`}`;
}

function list(text: Text, items: readonly Html[]): Html {
  if (items.length === 0) return html`<p>${text.accountEndings.file.none}</p>`;
  return html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
}

function browserName({ browser, system }: { browser: string | undefined; system: string | undefined }): Html {
  return html`<bdi>${[browser, system].filter((part) => part !== undefined).join(', ')}</bdi>`;
}

function claimName(text: Text, claim: string): Html {
  const names: Readonly<Record<string, string>> = text.claims;
  return Object.hasOwn(names, claim) ? html`${names[claim]}` : machineWord(claim);
}

function moment(text: Text, at: number): string {
  return text.common.dateAndTime(formatDate(text.language, at), formatTime(text.language, at));
}

function time(text: Text, at: number): Html {
  return html`<time datetime="${machineTime(at)}">${moment(text, at)}</time>`;
}
