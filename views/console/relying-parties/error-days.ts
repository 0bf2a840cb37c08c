/** Errors by day as a picture that the server draws, with the same numbers beside it. */
import { attributes, type Html, html } from '../../html.ts';
import type { Text } from '../../text/text.ts';
import { dateTag } from './page.ts';

/** `at`: the noon of the day, milliseconds since 1970. Oldest first, without gaps. */
export type DayShown = { at: number; count: number };

const BAR = 16;
const GAP = 4;
const HEIGHT = 96;

export function errorDays(text: Text, days: readonly DayShown[]): Html {
  const words = text.relyingPartyHealth;
  const most = Math.max(1, ...days.map(({ count }) => count));
  const width = days.length * (BAR + GAP);
  const number = (count: number) => text.common.number(count);
  const withErrors = days.filter(({ count }) => count > 0);
  return html`<figure class="chart"><svg class="bars" role="img" aria-label="${words.chartOf(number(most))}" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}">
${days.map(({ count }, index) => {
  const height = count === 0 ? 1 : Math.max(2, Math.round((count / most) * HEIGHT));
  return html`<rect${attributes({ x: index * (BAR + GAP), y: HEIGHT - height, width: BAR, height, class: count === 0 ? 'bar-none' : 'bar' })}/>`;
})}
</svg>
<figcaption><details><summary>${words.asNumbers}</summary><ul>${withErrors.map(
    ({ at, count }) => html`<li>${dateTag(text, at)}: ${number(count)}</li>`,
  )}</ul></details></figcaption></figure>`;
}
