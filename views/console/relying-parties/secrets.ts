import { button, definitionList, errorSummary, form, linkButton, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { consoleTable } from '../table.ts';
import { toCopy } from '../to-copy.ts';
import { lineField } from './fields.ts';
import { dateTag, partOf, type RelyingPartyFrame, relyingPartyPage } from './page.ts';

/** Nothing of what could be presented. Times are milliseconds since 1970. */
type SecretShown = {
  id: string;
  createdAt: number;
  createdBy: string;
  expiresAt?: number | undefined;
  endedAt?: number | undefined;
  isHashed: boolean;
};

type SecretsProps = RelyingPartyFrame & {
  secrets: readonly SecretShown[];
  /** How it proves who it is, as far as this page cares. */
  kind: 'secret' | 'key' | 'public';
  mayIssue: boolean;
  /** For production: whether a second person is still to be asked, or has allowed it. */
  second: 'not-needed' | 'needed' | 'permitted';
  daysError?: boolean | undefined;
  typedDays?: string | undefined;
};

export function relyingPartySecrets(text: Text, props: SecretsProps): Html {
  const words = text.relyingParties.secrets;
  const { kind, secrets, relyingParty, daysError = false } = props;
  const errors = daysError ? [{ field: 'days', message: words.daysWrong }] : [];
  const what = { secret: words.what, key: words.notUsed, public: words.public };
  return relyingPartyPage(text, { ...props, tab: 'secrets', heading: words.heading, hasErrors: daysError }, [
    errorSummary(text, errors),
    html`<p>${what[kind]}</p>`,
    kind === 'secret' || secrets.length > 0
      ? consoleTable<SecretShown>(text, {
          caption: words.caption,
          address: { path: partOf(relyingParty.clientId, 'secrets'), query: {} },
          rows: secrets,
          nothing: words.nothing,
          columns: columns(text, props),
        })
      : undefined,
    kind === 'secret' && props.mayIssue ? issue(text, props) : undefined,
  ]);
}

function columns(text: Text, { relyingParty, operator, mayIssue }: SecretsProps) {
  const words = text.relyingParties.secrets;
  return [
    { label: words.secret, cell: ({ id }: SecretShown) => machineWord(id) },
    { label: words.made, cell: ({ createdAt }: SecretShown) => dateTag(text, createdAt) },
    { label: words.by, cell: ({ createdBy }: SecretShown) => html`<bdi>${createdBy}</bdi>` },
    { label: words.kept, cell: ({ isHashed }: SecretShown) => (isHashed ? words.hashed : words.sealed) },
    {
      label: words.until,
      cell({ id, expiresAt, endedAt }: SecretShown) {
        if (endedAt !== undefined) return html`${words.ended} ${dateTag(text, endedAt)}`;
        const until = expiresAt === undefined ? html`${words.noEnd}` : dateTag(text, expiresAt);
        if (!mayIssue) return until;
        const label = html`<span aria-hidden="true">${words.end}</span><span class="visually-hidden">${words.endNamed(machineWord(id))}</span>`;
        return html`${until} ${form({
          action: `${partOf(relyingParty.clientId, 'secrets')}/end`,
          csrf: operator.csrf,
          content: button({ label, kind: 'danger', name: 'secret', value: id }),
        })}`;
      },
    },
  ];
}

function issue(text: Text, { relyingParty, operator, second, daysError = false, typedDays = '' }: SecretsProps): Html {
  const words = text.relyingParties.secrets;
  return html`<section class="form-part" aria-labelledby="issue"><h2 id="issue">${words.issue}</h2>
${second === 'needed' && html`<p>${words.needsSecond}</p>`}${second === 'permitted' && notice({ kind: 'success', content: html`<p>${words.permitted}</p>` })}
${form({
  action: `${partOf(relyingParty.clientId, 'secrets')}/issue`,
  csrf: operator.csrf,
  content: html`${lineField(text, { name: 'days', label: words.days, hint: words.daysHint, value: typedDays, dir: 'ltr', error: daysError ? words.daysWrong : undefined })}
${button({ label: words.issue })}`,
})}</section>`;
}

/** The one page that shows a secret. */
export function secretOnce(text: Text, props: RelyingPartyFrame & { secret: string }): Html {
  const words = text.relyingParties.secrets;
  const { clientId } = props.relyingParty;
  return relyingPartyPage(text, { ...props, tab: 'secrets', heading: words.onceHeading }, [
    notice({ kind: 'warning', content: html`<p>${words.once}</p>` }),
    definitionList([
      { term: words.onceId, description: toCopy(clientId) },
      { term: words.onceSecret, description: html`<code class="secret-once" dir="ltr">${props.secret}</code>` },
    ]),
    linkButton({ label: words.onceBack, href: partOf(clientId, 'secrets'), kind: 'secondary' }),
  ]);
}
