import { button, form } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { choice, paragraph } from '../fields.ts';

type Part = { path: string; csrf: string; faults: Readonly<Record<string, string>> };

/** For the ministry: the next stage, with its reason. */
export function movePart(
  text: Text,
  { path, csrf, faults, moves }: Part & { moves: readonly (keyof Text['console']['stages'])[] },
): Html {
  const words = text.consoleOrganisations.move;
  const options = moves.map((value) => ({ value, label: text.console.stages[value] }));
  return html`<section><h2>${words.heading}</h2><p class="quiet">${words.second}</p>
${form({
  action: `${path}/stage`,
  csrf,
  content: html`${choice(text, { name: 'stage', label: words.to, options, error: faults.stage })}
${paragraph(text, { name: 'why', label: words.why, hint: words.whyHint, error: faults.why })}
${button({ label: words.submit })}`,
})}</section>`;
}
