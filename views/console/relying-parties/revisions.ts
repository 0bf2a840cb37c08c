import { button, form, machineWord } from '../../components.ts';
import { attributes, type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { membersIn } from '../approvals/member-names.ts';
import { consoleTable } from '../table.ts';
import { whyShown } from '../why-shown.ts';
import { partOf, type RelyingPartyFrame, relyingPartyPage, timeTag } from './page.ts';

type RevisionShown = {
  revision: number;
  /** Milliseconds since 1970. */
  at: number;
  by: string;
  approvedBy?: string | undefined;
  note: string;
};

/** Values as JSON; absent where the member was not there. */
type DifferenceShown = { path: string; before: string | undefined; after: string | undefined };

type RevisionsProps = RelyingPartyFrame & {
  /** Newest first. */
  revisions: readonly RevisionShown[];
  compared?: { from: number; to: number; differences: readonly DifferenceShown[] } | undefined;
  mayRestore: boolean;
};

export function relyingPartyRevisions(text: Text, props: RevisionsProps): Html {
  const { relyingParty, revisions, compared } = props;
  const words = text.relyingParties.revisions;
  const address = { path: partOf(relyingParty.clientId, 'revisions'), query: {} };
  return relyingPartyPage(text, { ...props, tab: 'revisions', heading: words.heading }, [
    html`<p>${words.what}</p>`,
    revisions.length > 1 ? chooser(text, props) : undefined,
    compared === undefined ? undefined : comparison(text, props, compared),
    consoleTable<RevisionShown>(text, {
      caption: words.caption,
      address,
      rows: revisions,
      nothing: words.nothing,
      columns: [
        { label: words.revision, cell: ({ revision }) => text.common.number(revision), isNumber: true },
        { label: words.when, cell: ({ at }) => timeTag(text, at) },
        {
          label: words.by,
          cell: ({ by, approvedBy }) =>
            html`<bdi>${by}</bdi>${approvedBy !== undefined && html` ${words.approvedBy(html`<bdi>${approvedBy}</bdi>`)}`}`,
        },
        { label: words.note, cell: ({ note }) => whyShown(text, note) },
      ],
    }),
  ]);
}

function chooser(text: Text, { relyingParty, revisions, compared }: RevisionsProps): Html {
  const words = text.relyingParties.revisions;
  const newest = revisions[0]?.revision ?? 1;
  const choice = (name: string, label: string, value: number) => html`<div><label for="${name}">${label}</label>
<select class="input" id="${name}" name="${name}">${revisions.map(
    ({ revision }) =>
      html`<option${attributes({ value: revision, selected: revision === value })}>${text.common.number(revision)}</option>`,
  )}</select></div>`;
  return html`<form class="list-filters" method="get" action="${partOf(relyingParty.clientId, 'revisions')}">
${choice('from', words.from, compared?.from ?? newest - 1)}${choice('to', words.to, compared?.to ?? newest)}
<div class="list-filters-go">${button({ label: words.compare, kind: 'secondary' })}</div></form>`;
}

function comparison(
  text: Text,
  { relyingParty, operator, mayRestore }: RevisionsProps,
  { from, to, differences }: NonNullable<RevisionsProps['compared']>,
): Html {
  const words = text.relyingParties.revisions;
  const names = membersIn(text);
  const number = (revision: number) => text.common.number(revision);
  const value = (json: string | undefined) => (json === undefined ? words.absent : machineWord(json));
  const restore = (revision: number) =>
    form({
      action: `${partOf(relyingParty.clientId, 'revisions')}/restore`,
      csrf: operator.csrf,
      content: button({
        label: words.restore(number(revision)),
        kind: 'secondary',
        name: 'revision',
        value: String(revision),
      }),
    });
  return html`<section class="compared" aria-labelledby="compared"><h2 id="compared">${words.compared(number(from), number(to))}</h2>
${consoleTable<DifferenceShown>(text, {
  caption: words.compared(number(from), number(to)),
  address: { path: partOf(relyingParty.clientId, 'revisions'), query: {} },
  rows: differences,
  nothing: words.same,
  columns: [
    { label: words.member, cell: ({ path }) => (Object.hasOwn(names, path) ? names[path] : machineWord(path)) },
    { label: words.before, cell: ({ before }) => value(before) },
    { label: words.after, cell: ({ after }) => value(after) },
  ],
})}
${mayRestore && differences.length > 0 && restore(from)}</section>`;
}
