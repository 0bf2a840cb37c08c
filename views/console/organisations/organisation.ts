import { definitionList, isolated, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { InBothLanguages, Text } from '../../text/text.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type ContactShown, contactsPart } from './contacts.ts';
import { type DomainFaultShown, type DomainShown, domainsPart } from './domains.ts';
import { movePart } from './move.ts';

type Stage = keyof Text['console']['stages'];

/** Times in milliseconds since 1970. */
type StageChangeShown = {
  from?: Stage | undefined;
  to: Stage;
  at: number;
  by?: string | undefined;
  why: string;
};

export type OrganisationProps = {
  frame: Frame;
  operator: ShownOperator;
  organisation: {
    id: string;
    name: InBothLanguages;
    kind: keyof Text['console']['kinds'];
    stage: Stage;
    parent?: { id: string; name: InBothLanguages } | undefined;
  };
  history: readonly StageChangeShown[];
  contacts: readonly ContactShown[];
  domains: readonly DomainShown[];
  /** Where this operator may move it; nothing for staff. */
  moves: readonly Stage[];
  mayChange: boolean;
  isWaiting: boolean;
  /** What the last form came to. */
  said?: { kind: 'success' | 'warning'; words: string } | undefined;
  faults?: Readonly<Record<string, string>>;
  domainFault?: DomainFaultShown | undefined;
};

export function organisationPage(text: Text, props: OrganisationProps): Html {
  const { frame, operator, organisation, history, moves, said, faults = {}, domainFault } = props;
  const words = text.consoleOrganisations;
  const { kinds, stages } = text.console;
  const path = `/console/organisations/${encodeURIComponent(organisation.id)}`;
  const shared = { path, csrf: operator.csrf, mayChange: props.mayChange, faults };
  const body = html`${said !== undefined && notice({ kind: said.kind, content: html`<p>${said.words}</p>` })}
${props.isWaiting && notice({ kind: 'information', content: html`<p>${words.waiting}</p>` })}
${definitionList([
  {
    term: words.columns.stage,
    description: html`<span class="tag tag-${organisation.stage}">${stages[organisation.stage]}</span>`,
  },
  { term: words.columns.kind, description: kinds[organisation.kind] },
  { term: words.columns.id, description: machineWord(organisation.id) },
  ...(organisation.parent === undefined
    ? []
    : [{ term: words.parent, description: isolated(text, organisation.parent.name) }]),
])}
${moves.length > 0 && movePart(text, { ...shared, moves })}
${domainsPart(text, { ...shared, domains: props.domains, domainFault })}
${contactsPart(text, { ...shared, contacts: props.contacts })}
<section><h2>${words.history.heading}</h2>
${history.length === 0 ? html`<p>${words.history.none}</p>` : html`<ol class="history">${history.map((change) => html`<li>${step(text, change)}</li>`)}</ol>`}
</section>`;
  const heading = organisation.name[text.language];
  return consolePage(
    text,
    {
      frame,
      operator,
      section: sectionOf(operator),
      heading,
      hasErrors: Object.keys(faults).length > 0 || domainFault !== undefined,
    },
    body,
  );
}

function sectionOf({ sections }: ShownOperator) {
  return sections.includes('organisations') ? ('organisations' as const) : undefined;
}

function step(text: Text, { from, to, at, by, why }: StageChangeShown): Html {
  const { history } = text.consoleOrganisations;
  const { stages } = text.console;
  const what = from === undefined ? history.entered(stages[to]) : history.moved(stages[from], stages[to]);
  return html`<strong>${what}</strong> <span class="quiet">${moment(text, at)} – <bdi>${by ?? history.bySystem}</bdi></span><br><bdi>${why}</bdi>`;
}
