import { button, definitionList, form, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { paragraph } from '../fields.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { consoleTable } from '../table.ts';

type Remark = { line: number; column?: string | undefined; reason: string };

type ImportReportShown = {
  outcome: 'imported' | 'rehearsed' | 'refused';
  added: number;
  changed: number;
  unchanged: number;
  faults: readonly Remark[];
};

type Props = { frame: Frame; operator: ShownOperator; typed?: string; report?: ImportReportShown };

export function importPage(text: Text, { frame, operator, typed, report }: Props): Html {
  const words = text.consoleOrganisations.importing;
  const body = html`<p>${words.what}</p>
${report !== undefined && reportPart(text, report)}
${form({
  action: '/console/organisations/import',
  csrf: operator.csrf,
  content: html`${paragraph(text, { name: 'file', label: words.label, hint: words.hint, value: typed, rows: 12, dir: 'ltr' })}
<div class="card-buttons">${button({ label: words.rehearse, name: 'act', value: 'rehearse' })}${button({ label: words.submit, name: 'act', value: 'import', kind: 'secondary' })}</div>`,
})}`;
  return consolePage(text, { frame, operator, section: 'organisations', heading: words.heading }, body);
}

function reportPart(text: Text, { outcome, added, changed, unchanged, faults }: ImportReportShown): Html {
  const words = text.consoleOrganisations.importing;
  const known: Readonly<Record<string, string>> = text.consoleOrganisations.faults;
  const count = (n: number) => text.common.number(n);
  return html`${notice({ kind: outcome === 'refused' ? 'warning' : 'success', content: html`<p>${words.outcomes[outcome]}</p>` })}
${
  outcome !== 'refused' &&
  definitionList([
    { term: words.counts.added, description: count(added) },
    { term: words.counts.changed, description: count(changed) },
    { term: words.counts.unchanged, description: count(unchanged) },
  ])
}
${
  faults.length > 0 &&
  consoleTable(text, {
    caption: words.faults,
    rows: faults,
    address: { path: '/console/organisations/import', query: {} },
    nothing: words.noFaults,
    columns: [
      { label: words.line, cell: ({ line }) => count(line), isNumber: true },
      { label: words.column, cell: ({ column }) => column !== undefined && machineWord(column) },
      { label: words.reason, cell: ({ reason }) => known[reason] ?? machineWord(reason) },
    ],
  })
}`;
}
