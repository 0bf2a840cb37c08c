import { type ActivityLine, saidOf } from '../../account/activity.ts';
import { button, definitionList, errorSummary, form, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import type { IncidentLine } from './incidents.ts';
import { longAnswer } from './long-answer.ts';
import { moment } from './moment.ts';
import { type PersonShown, person } from './person.ts';

export type IncidentProps = {
  frame: Frame;
  operator: ShownOperator;
  incident: IncidentLine & { citizenId: string; eventId: string };
  closed: { at: number; by: PersonShown; note: string } | undefined;
  /** Of the account around the event, newest first. */
  lines: readonly ActivityLine[];
  mayWork: boolean;
  typed?: string;
  error?: 'noteMissing' | 'notePersonal' | undefined;
  isOvertaken?: boolean;
};

/** What a citizen reported, what happened around it, and what was found. */
export function incidentPage(text: Text, props: IncidentProps): Html {
  const { frame, operator, incident, closed, lines, error, isOvertaken = false } = props;
  const words = text.consoleSecurity.incident;
  const reported = lines.find(({ id }) => id === incident.eventId);
  const body = html`${errorSummary(text, error === undefined ? [] : [{ field: 'note', message: words[error] }])}
${isOvertaken && notice({ kind: 'warning', content: words.taken })}
${definitionList([
  { term: words.reported, description: moment(text, incident.reportedAt) },
  { term: words.state, description: text.consoleSecurity.incidents.states[incident.state] },
  ...(incident.by === undefined ? [] : [{ term: words.by, description: person(text, incident.by) }]),
  { term: words.account, description: machineWord(incident.citizenId) },
])}
<section><h2>${words.reportedLine}</h2><p>${reported === undefined ? words.gone : lineOf(text, reported)}</p></section>
${closed === undefined ? work(text, props) : html`<section><h2>${words.closed(person(text, closed.by), moment(text, closed.at))}</h2><blockquote><bdi>${closed.note}</bdi></blockquote></section>`}
<section><h2>${words.around}</h2><ol class="plain-list">${lines.map(
    (line) =>
      html`<li class="activity"><p>${lineOf(text, line)} ${line.id === incident.eventId && html`<strong>${words.reportedMark}</strong>`}</p></li>`,
  )}</ol></section>`;
  const page = { frame, operator, section: 'incidents', heading: words.heading(incident.reference) } as const;
  return consolePage(text, { ...page, hasErrors: error !== undefined || isOvertaken }, body);
}

function lineOf(text: Text, line: ActivityLine): Html {
  const network = line.details.network;
  return html`${moment(text, line.at)} ${saidOf(text, line)} ${typeof network === 'string' && machineWord(network)}`;
}

function work(
  text: Text,
  { operator: { csrf }, incident, mayWork, typed = '', error }: IncidentProps,
): Html | undefined {
  if (!mayWork) return undefined;
  const words = text.consoleSecurity.incident;
  const action = `/console/incidents/${incident.id}`;
  if (incident.state === 'waiting')
    return html`<div class="actions">${form({ action: `${action}/take`, csrf, content: button({ label: words.take }) })}</div>`;
  if (incident.by?.isReader !== true) return undefined;
  const note = longAnswer(text, {
    name: 'note',
    label: words.note,
    hint: words.noteHint,
    error: error && words[error],
    value: typed,
  });
  return html`<section><h2>${words.close}</h2>
${form({ action: `${action}/close`, csrf, content: html`${note}<div class="actions">${button({ label: words.close })}</div>` })}
${form({ action: `${action}/let-go`, csrf, content: html`<div class="actions">${button({ label: words.letGo, kind: 'secondary' })}</div>` })}</section>`;
}
