import { button, definitionList, errorSummary, form, link, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { paragraph } from '../fields.ts';
import { moment } from '../moment.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { type TermsShown, termsOf } from '../relying-parties/agreement-claims.ts';
import { whyShown } from '../why-shown.ts';
import { type ApprovalListed, aboutWhat, named } from './list.ts';
import { membersIn } from './member-names.ts';

/** `name` is a word of the tables' or a path such as `metadata.redirect_uris`. */
export type ChangeShown = { name: string; before?: string | undefined; after?: string | undefined };

/** What a yes approves together with the act. `known`: claims that are agreed on already. */
export type AgreementShown = { terms: TermsShown; known: readonly string[] };

type Props = {
  frame: Frame;
  operator: ShownOperator;
  approval: ApprovalListed & {
    why: string;
    aboutHref?: string | undefined;
    decided?: { by: string; at: number; why: string } | undefined;
    /** When it was closed because what it was asked about is gone; milliseconds since 1970. */
    overtakenAt?: number | undefined;
  };
  changes: readonly ChangeShown[];
  agreement?: AgreementShown | undefined;
  /** Why they are no second person for it. */
  whyNot?: 'same-person' | 'own-organisation' | undefined;
  mayDecide: boolean;
  problem?: Exclude<keyof Text['consoleApprovals']['decide']['errors'], 'faults'> | undefined;
  /** Why it was not carried out: a member, and the rule of the registry that it breaks. */
  faults?: readonly { path: string; reason: string }[];
  isDone?: boolean;
};

/** What exactly is asked for, by whom and why, and the decision. */
export function approvalDecision(text: Text, props: Props): Html {
  const { frame, operator, approval, problem, faults = [], isDone = false } = props;
  const words = text.consoleApprovals;
  const { decide, columns } = words;
  const { decided, overtakenAt } = approval;
  const problems = problem === undefined ? [] : [{ message: decide.errors[problem] }];
  const body = html`${errorSummary(text, problems)}
${faults.length > 0 && notice({ kind: 'warning', content: html`<p>${decide.errors.faults}</p><ul>${faults.map((fault) => html`<li>${faultWords(text, fault)}</li>`)}</ul>` })}
${isDone && notice({ kind: 'success', content: html`<p>${decide.done}</p>` })}
${definitionList([
  { term: columns.about, description: about(text, approval) },
  { term: columns.askedBy, description: named(text, approval.askedBy) },
  { term: columns.askedAt, description: moment(text, approval.askedAt) },
  { term: words.why, description: whyShown(text, approval.why) },
  { term: columns.state, description: html`<span class="tag">${words.states[approval.state]}</span>` },
])}
${changesPart(text, props)}
${agreementPart(text, props)}
${decided !== undefined && html`<p>${words.decided(decided.by)} – ${moment(text, decided.at)}<br><bdi>${decided.why}</bdi></p>`}
${overtakenAt !== undefined && html`<p>${decide.errors.overtaken} – ${moment(text, overtakenAt)}</p>`}
${approval.state === 'waiting' && props.mayDecide && decidePart(text, props)}`;
  return consolePage(
    text,
    { frame, operator, section: 'approvals', heading: words.acts[approval.act], hasErrors: problems.length > 0 },
    body,
  );
}

function about(text: Text, { aboutHref, ...what }: Props['approval']): Html | undefined {
  const shown = aboutWhat(text, what);
  return aboutHref === undefined ? shown : link({ label: shown, href: aboutHref });
}

function faultWords(
  { consoleApprovals, relyingParties }: Text,
  { path, reason }: { path: string; reason: string },
): Html {
  const { reasons } = consoleApprovals.decide;
  const { steps, open } = relyingParties.goLive;
  if (Object.hasOwn(steps, reason)) return html`${open}: ${steps[reason as keyof typeof steps]}`;
  if (Object.hasOwn(reasons, reason)) return html`${reasons[reason as keyof typeof reasons]}`;
  return machineWord(`${path}: ${reason}`);
}

function agreementPart(text: Text, { agreement }: Props): Html | undefined {
  if (agreement === undefined) return undefined;
  return html`<section><h2>${text.consoleApprovals.agreement}</h2>${termsOf(text, agreement)}</section>`;
}

function changesPart(text: Text, { changes }: Props): Html {
  const words = text.consoleApprovals;
  // What is new altogether has no column for what is now.
  const hasBefore = changes.some(({ before }) => before !== undefined);
  const names: Readonly<Record<string, string>> = { ...words.fields, ...membersIn(text) };
  const named = (name: string) => (Object.hasOwn(names, name) ? names[name] : machineWord(name));
  const value = (said: string | undefined) =>
    said === undefined ? html`<span class="quiet">${words.absent}</span>` : html`<bdi>${said}</bdi>`;
  if (changes.length === 0) return html`<section><h2>${words.changes}</h2><p>${words.noChanges}</p></section>`;
  return html`<section><h2>${words.changes}</h2><div class="table-frame"><table class="console-table">
<thead><tr><th scope="col">${words.member}</th>${hasBefore && html`<th scope="col">${words.before}</th>`}<th scope="col">${words.after}</th></tr></thead>
<tbody>${changes.map(({ name, before, after }) => html`<tr><td data-label="${words.member}">${named(name)}</td>${hasBefore && html`<td data-label="${words.before}">${value(before)}</td>`}<td data-label="${words.after}">${value(after)}</td></tr>`)}</tbody>
</table></div></section>`;
}

function decidePart(text: Text, { approval, operator, whyNot, problem }: Props): Html {
  const { decide } = text.consoleApprovals;
  if (whyNot !== undefined) return html`<p>${decide.errors[whyNot]}</p>`;
  const error = problem === 'why-missing' ? decide.errors['why-missing'] : undefined;
  return html`<section><h2>${decide.heading}</h2>${form({
    action: `/console/approvals/${approval.id}`,
    csrf: operator.csrf,
    content: html`${paragraph(text, { name: 'why', label: decide.why, error })}
<div class="card-buttons">${button({ label: decide.approve, name: 'decision', value: 'approved' })}${button({ label: decide.refuse, name: 'decision', value: 'refused', kind: 'danger' })}</div>`,
  })}</section>`;
}
