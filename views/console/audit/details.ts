import { link, machineWord } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';

/** A member of an event as it is kept. */
export type DetailShown = { member: string; value: string };

/** What an act was in particular, in words; what has none stays as it is on record. */
export function actDetails(text: Text, act: string, details: readonly DetailShown[]): Html {
  return html`<ul class="act-details">${details.map((detail) => html`<li>${inWords(text, act, detail)}</li>`)}</ul>`;
}

function inWords(text: Text, act: string, { member, value }: DetailShown): Html {
  const { members } = text.consoleAudit;
  const label = Object.hasOwn(members, member) ? members[member] : undefined;
  return html`<span class="quiet">${label ?? machineWord(member)}:</span> ${valueInWords(text, act, { member, value })}`;
}

function valueInWords(text: Text, act: string, { member, value }: DetailShown): Html | undefined {
  if (member === 'approvalId') return link({ label: machineWord(value), href: `/console/approvals/${value}` });
  // As a person wrote it.
  if (member === 'why') return html`<bdi>${value}</bdi>`;
  const words = wordsFor(text, act, member);
  const said = words !== undefined && Object.hasOwn(words, value) ? words[value] : undefined;
  return said === undefined ? machineWord(value) : html`${said}`;
}

/** Which words a member's values have: the same as on the pages where the act is done. */
function wordsFor(text: Text, act: string, member: string): Readonly<Record<string, string | undefined>> | undefined {
  const { consoleAudit, console: words, consoleApprovals } = text;
  switch (member) {
    case 'role':
      return words.roles;
    case 'from':
    case 'to':
      return words.stages;
    case 'act':
      return act === 'approval.changed' ? consoleApprovals.acts : consoleAudit.doings;
    case 'step':
    case 'occasion':
      return consoleAudit.doings;
    default:
      return undefined;
  }
}
