import { isolated, linkButton, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable, type ListAddress, listFilters } from '../table.ts';
import { dateTag, partOf, RELYING_PARTIES_PATH, type RelyingPartyShown } from './page.ts';

type ListedShown = RelyingPartyShown & {
  organisation: InBothLanguages | undefined;
  organisationId: string;
  profile: keyof Text['relyingParties']['profiles'];
  /** Milliseconds since 1970. */
  changedAt: number;
};

type RelyingPartyListProps = {
  frame: Frame;
  operator: ShownOperator;
  /** What was asked of the list, by its names in the address: q, environment, state, organisation, after. */
  query: Readonly<Record<string, string | undefined>>;
  relyingParties: readonly ListedShown[];
  next?: string | undefined;
  /** Those one may list; empty for somebody who may list all. */
  organisations: readonly { id: string; name: InBothLanguages }[];
  /** Whose entries may be made here. */
  mayRegisterFor?: string | undefined;
};

export function relyingPartyList(text: Text, props: RelyingPartyListProps): Html {
  const { frame, operator, query, relyingParties, next, organisations, mayRegisterFor } = props;
  const words = text.relyingParties;
  const address: ListAddress = { path: RELYING_PARTIES_PATH, query };
  const options = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([value, label]) => ({ value, label }));
  const isAsked = [query.q, query.environment, query.state].some((value) => (value ?? '') !== '');
  const body = html`<p>${words.what}</p>
${mayRegisterFor !== undefined && html`<p class="actions">${linkButton({ label: words.newTest, href: newHref('test', mayRegisterFor) })} ${linkButton({ label: words.newProduction, href: newHref('production', mayRegisterFor), kind: 'secondary' })}</p>`}
${listFilters(text, {
  address,
  search: { value: query.q ?? '', label: words.search },
  selects: [
    ...(organisations.length < 2
      ? []
      : [
          {
            name: 'organisation',
            label: words.organisation,
            value: query.organisation ?? '',
            options: organisations.map(({ id, name }) => ({ value: id, label: name[text.language] })),
          },
        ]),
    {
      name: 'environment',
      label: words.environment,
      value: query.environment ?? '',
      options: options(words.environments),
    },
    { name: 'state', label: words.state, value: query.state ?? '', options: options(words.states) },
  ],
})}
${consoleTable<ListedShown>(text, {
  caption: words.caption,
  address,
  next,
  rows: relyingParties,
  nothing: isAsked ? words.none : words.noneYet,
  columns: [
    {
      label: words.name,
      cell: ({ clientId, name }) => html`<a href="${partOf(clientId, 'overview')}">${isolated(text, name)}</a>`,
    },
    { label: words.clientId, cell: ({ clientId }) => machineWord(clientId) },
    {
      label: words.organisation,
      cell: ({ organisation, organisationId }) =>
        organisation === undefined ? machineWord(organisationId) : html`<bdi>${organisation[text.language]}</bdi>`,
    },
    { label: words.environment, cell: ({ environment }) => words.environments[environment] },
    {
      label: words.state,
      cell: ({ state }) => html`<span class="tag tag-${state}">${words.states[state]}</span>`,
    },
    { label: words.profile, cell: ({ profile }) => words.profiles[profile] },
    { label: words.changed, cell: ({ changedAt }) => dateTag(text, changedAt) },
  ],
})}`;
  return consolePage(text, { frame, operator, section: 'relying-parties', heading: words.heading }, body);
}

function newHref(environment: 'test' | 'production', organisationId: string): string {
  return `${RELYING_PARTIES_PATH}/new?${new URLSearchParams({ organisation: organisationId, environment })}`;
}
