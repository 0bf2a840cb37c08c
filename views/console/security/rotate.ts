import { button, form, link, machineWord, notice } from '../../components.ts';
import { type Html, html } from '../../html.ts';
import type { Frame } from '../../layout.ts';
import type { Text } from '../../text/text.ts';
import { consolePage, type ShownOperator } from '../page.ts';
import { moment } from './moment.ts';

type Words = Text['consoleSecurity']['rotate'];

export type RotationShown =
  | { outcome: 'possible'; steps: readonly { kid: string; isNew: boolean; became: keyof Words['steps'] }[] }
  | { outcome: 'standby-not-everywhere' | 'frozen'; until: number }
  | { outcome: 'other' };

type RotateProps = { frame: Frame; operator: ShownOperator; alg: string; rotation: RotationShown };

/** What a rotation by hand would do, before it is done. */
export function rotatePage(text: Text, { frame, operator, alg, rotation }: RotateProps): Html {
  const words = text.consoleSecurity.rotate;
  const body = html`${rotation.outcome === 'possible' ? plan(words, rotation.steps) : notice({ kind: 'warning', content: refusal(text, rotation) })}
<div class="actions">${rotation.outcome === 'possible' && form({ action: '/console/keys/rotate', csrf: operator.csrf, hidden: [{ name: 'alg', value: alg }], content: button({ label: words.go }) })}
${link({ label: words.back, href: '/console/keys' })}</div>`;
  const page = { frame, operator, section: 'keys', heading: words.heading(alg) } as const;
  return consolePage(text, { ...page, hasErrors: rotation.outcome !== 'possible' }, body);
}

function plan(words: Words, steps: Extract<RotationShown, { outcome: 'possible' }>['steps']): Html {
  return html`<p>${words.what}</p>
<ul>${steps.map(({ kid, isNew, became }) => html`<li>${isNew ? words.newKey : machineWord(kid)}: ${words.steps[became]}</li>`)}</ul>`;
}

function refusal(text: Text, rotation: Exclude<RotationShown, { outcome: 'possible' }>): Html {
  const { refused } = text.consoleSecurity.rotate;
  if (rotation.outcome === 'other') return html`${refused.other}`;
  return refused[rotation.outcome](moment(text, rotation.until));
}
