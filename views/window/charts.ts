/** Charts as plain SVG, without script or style of their own. The numbers stand in the table beside each. */
import { attributes, type Html, html } from '../html.ts';
import type { Text } from '../text/text.ts';

/** Time and size run as people read: from right to left in Persian. */
const across = (text: Text, { x, width, of }: { x: number; width: number; of: number }) =>
  text.direction === 'rtl' ? of - x - width : x;

const round = (number: number) => Math.round(number * 10) / 10;

const WIDE = 600;
const HIGH = 160;
/** A day without a number is a day without a column; its place stays. */
type Column = { value: number | undefined };

export function columnChart(text: Text, { title, columns }: { title: string; columns: readonly Column[] }): Html {
  const most = Math.max(1, ...columns.map(({ value }) => value ?? 0));
  const step = WIDE / Math.max(1, columns.length);
  const drawn = columns.flatMap(({ value }, index) => {
    if (value === undefined) return [];
    const [width, height] = [step * 0.7, Math.max(2, (value / most) * HIGH)];
    const x = across(text, { x: index * step + step * 0.15, width, of: WIDE });
    const box = { x: round(x), y: round(HIGH - height), width: round(width), height: round(height), rx: 2 };
    return [html`<rect class="chart-bar"${attributes(box)}/>`];
  });
  return html`<svg class="chart" role="img" aria-label="${title}" viewBox="0 0 ${WIDE} ${HIGH + 2}"><path class="chart-line" d="M0 ${HIGH + 1}h${WIDE}"/>${drawn}</svg>`;
}

/** How much of a whole. */
export function shareChart(text: Text, { title, part, of }: { title: string; part: number; of: number }): Html {
  const width = round((part / Math.max(1, of)) * 200);
  return html`<svg class="share" role="img" aria-label="${title}" viewBox="0 0 200 12" preserveAspectRatio="none"><rect class="chart-rest" width="200" height="12" rx="3"/><rect class="chart-bar"${attributes({ x: across(text, { x: 0, width, of: 200 }), width, height: 12, rx: 3 })}/></svg>`;
}
