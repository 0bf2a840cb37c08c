import { isolated, link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import { formatNumber } from '../../numbers.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable } from '../table.ts';
import { moment } from './moment.ts';

/** Times in milliseconds since 1970. */
type ReaderShown = {
  clientId: string;
  name: InBothLanguages;
  knownBy: keyof Text['consoleSecurity']['exposure']['knownBy'];
  lastFetchAt: number | undefined;
  hasItSince: number | undefined;
  mayTrustIt: boolean;
  trustsUntil: number | undefined;
};

type ExposureProps = {
  frame: Frame;
  operator: ShownOperator;
  kid: string;
  alg: string;
  state: string;
  appearedAt: number | undefined;
  leftAt: number | undefined;
  relyingParties: readonly ReaderShown[];
  unnamed: readonly { userAgent: string; network: string; fetches: number; lastSeen: number }[];
};

/** Who has fetched a key, and who may still trust one that has left. */
export function exposurePage(text: Text, props: ExposureProps): Html {
  const { frame, operator, kid, alg, state, appearedAt, leftAt } = props;
  const words = text.consoleSecurity.exposure;
  const left = state === 'REVOKED' ? words.left.REVOKED : words.left.other;
  const body = html`<p>${machineWord(alg)} ${machineWord(kid)}</p>
<p>${appearedAt === undefined ? words.neverPublished : words.published(moment(text, appearedAt))} ${leftAt !== undefined && left(moment(text, leftAt))}</p>
${services(text, props)}
<section><h2>${words.unnamed}</h2>${unnamed(text, props)}</section>
<p>${link({ label: text.consoleSecurity.rotate.back, href: '/console/keys' })}</p>`;
  return consolePage(text, { frame, operator, section: 'keys', heading: words.heading }, body);
}

function services(text: Text, { relyingParties, leftAt }: ExposureProps): Html {
  const { columns, never, knownBy, noRelyingParties, heading } = text.consoleSecurity.exposure;
  return consoleTable(text, {
    caption: heading,
    columns: [
      { label: columns.service, cell: ({ name }) => isolated(text, name) },
      { label: columns.standing, cell: (reader) => standing(text, reader, leftAt !== undefined) },
      {
        label: columns.lastFetch,
        cell: ({ lastFetchAt }) => (lastFetchAt === undefined ? never : moment(text, lastFetchAt)),
      },
      { label: columns.knownBy, cell: (reader) => knownBy[reader.knownBy] },
    ],
    rows: relyingParties,
    address: { path: '/console/keys/exposure', query: {} },
    nothing: noRelyingParties,
  });
}

function standing(text: Text, { mayTrustIt, trustsUntil, hasItSince }: ReaderShown, hasLeft: boolean): Html {
  const words = text.consoleSecurity.exposure;
  if (mayTrustIt && trustsUntil !== undefined) return html`<span>${words.mayTrust(moment(text, trustsUntil))}</span>`;
  if (hasLeft) return html`${words.letGo}`;
  return hasItSince === undefined ? html`${words.lacks}` : html`<span>${words.has(moment(text, hasItSince))}</span>`;
}

function unnamed(text: Text, { unnamed: rows }: ExposureProps): Html {
  const { unnamedColumns: columns, noUnnamed, unnamed: caption } = text.consoleSecurity.exposure;
  return consoleTable(text, {
    caption,
    columns: [
      { label: columns.program, cell: ({ userAgent }) => machineWord(userAgent) },
      { label: columns.network, cell: ({ network }) => machineWord(network) },
      { label: columns.fetches, cell: ({ fetches }) => formatNumber(text.language, fetches), isNumber: true },
      { label: columns.last, cell: ({ lastSeen }) => moment(text, lastSeen) },
    ],
    rows,
    address: { path: '/console/keys/exposure', query: {} },
    nothing: noUnnamed,
  });
}
