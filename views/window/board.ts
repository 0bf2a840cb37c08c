import { link, notice } from '../components.ts';
import { formatDate, formatTime, machineTime } from '../dates.ts';
import { type Html, html, type Renderable } from '../html.ts';
import { type Frame, layout } from '../layout.ts';
import { formatGrouped, formatNumber } from '../numbers.ts';
import type { Text } from '../text/text.ts';
import { columnChart, shareChart } from './charts.ts';

type OrganisationStage = keyof Text['board']['stages'];
type OrganisationKind = Exclude<keyof Text['window']['kinds'], 'other'>;

type ByStage = {
  stages: readonly { stage: OrganisationStage; organisations: number | undefined }[];
  total: number | undefined;
};

/** What is undefined is too small to be shown, or would tell something that is. Times are milliseconds since 1970. */
export type Adoption = {
  at: number;
  least: number;
  kinds: readonly ({ kind: OrganisationKind } & ByStage)[];
  all: ByStage;
  citizens: number | undefined;
  /** Days that are over, oldest first. */
  days: readonly { day: string; noon: number; signIns: number | undefined; citizens: number | undefined }[];
  signIns: number | undefined;
};

type BoardProps = { frame: Frame; adoption: Adoption; files: { organisations: string; days: string } };

/** How far the country has come. Every number says its period. */
export function board(text: Text, { frame, adoption, files }: BoardProps): Html {
  const words = text.board;
  const { language } = text;
  const at = html`<time datetime="${machineTime(adoption.at)}">${formatDate(language, adoption.at)} ${formatTime(language, adoption.at)}</time>`;
  const main = html`<h1>${words.heading}</h1>
<p class="lead">${words.lead}</p>
${keyFigures(text, adoption)}
${notice({ kind: 'information', content: html`<p>${words.small(formatNumber(language, adoption.least))}</p>` })}
<section aria-labelledby="organisations">
<h2 id="organisations">${words.organisations}</h2>
<p class="quiet">${words.asOf(at)}</p>
${organisationTable(text, adoption)}
<p>${link({ label: words.download, href: files.organisations })}</p>
</section>
<section aria-labelledby="days">
<h2 id="days">${words.signIns}</h2>
<p class="quiet">${words.signInsAre} ${daysPeriod(text, adoption.days)}</p>
${adoption.days.some(({ signIns }) => signIns !== undefined) && columnChart(text, { title: words.signInsChart, columns: adoption.days.map(({ signIns }) => ({ value: signIns })) })}
${daysTable(text, adoption)}
<p>${link({ label: words.download, href: files.days })}</p>
</section>
<p class="quiet">${words.refreshed}</p>`;
  return layout(text, { frame, heading: words.heading, main, width: 'wide' });
}

function keyFigures(text: Text, { at, all, citizens, signIns, days }: Adoption): Html {
  const words = text.board;
  const connected = all.stages.find(({ stage }) => stage === 'connected')?.organisations;
  const today = formatDate(text.language, at);
  const figures = [
    { figure: ofAll(text, connected, all.total), what: words.connectedOfAll, when: today },
    { figure: grouped(text, citizens), what: words.citizens, when: today },
    { figure: grouped(text, signIns), what: words.signIns, when: daysPeriod(text, days) },
  ];
  return html`<dl class="figures">${figures.map(({ figure, what, when }) => html`<div><dt>${what}</dt><dd><strong>${figure}</strong> <small class="quiet">${when}</small></dd></div>`)}</dl>`;
}

function organisationTable(text: Text, { kinds, all }: Adoption): Html {
  const words = text.board;
  const stages = all.stages.map(({ stage }) => stage);
  const row = (name: string, of: ByStage) => {
    const connected = of.stages.find(({ stage }) => stage === 'connected')?.organisations;
    const share =
      connected === undefined || of.total === undefined
        ? undefined
        : shareChart(text, { title: words.share(name), part: connected, of: of.total });
    return html`<tr><th scope="row">${name}${share}</th>${of.stages.map(({ organisations }) => cell(text, organisations))}${cell(text, of.total)}</tr>`;
  };
  return scrolling(
    words.organisations,
    html`<table class="stages"><thead><tr><th scope="col">${words.kind}</th>${stages.map((stage) => html`<th scope="col" class="number">${words.stages[stage]}</th>`)}<th scope="col" class="number">${words.total}</th></tr></thead>
<tbody>${kinds.map((each) => row(text.window.kinds[each.kind], each))}</tbody>
<tfoot>${row(words.all, all)}</tfoot></table>`,
  );
}

/** Newest first, as it is looked for. */
function daysTable(text: Text, { days }: Adoption): Html {
  const words = text.board;
  const rows = days
    .toReversed()
    .map(
      ({ day, noon, signIns, citizens }) =>
        html`<tr><th scope="row"><time datetime="${day}">${formatDate(text.language, noon)}</time></th>${cell(text, signIns)}${cell(text, citizens)}</tr>`,
    );
  return scrolling(
    words.signIns,
    html`<table><thead><tr><th scope="col">${words.day}</th><th scope="col" class="number">${words.signIns}</th><th scope="col" class="number">${words.citizensAtEnd}</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

/** What is wider than a phone scrolls in a frame of its own, which the keyboard reaches; no landmark beside its section's. */
function scrolling(name: string, table: Html): Html {
  return html`<div class="table-frame" role="group" aria-label="${name}" tabindex="0">${table}</div>`;
}

function cell(text: Text, number: number | undefined): Html {
  return html`<td class="number">${grouped(text, number)}</td>`;
}

function grouped(text: Text, number: number | undefined): Renderable {
  if (number === undefined)
    return html`<span aria-hidden="true">–</span><span class="visually-hidden">${text.board.notShown}</span>`;
  return formatGrouped(text.language, number);
}

function ofAll(text: Text, part: number | undefined, all: number | undefined): Renderable {
  if (part === undefined || all === undefined) return grouped(text, part);
  return text.board.of(grouped(text, part), grouped(text, all));
}

function daysPeriod(text: Text, days: Adoption['days']): string {
  const [first, last] = [days.at(0), days.at(-1)];
  if (first === undefined || last === undefined) return '';
  return text.board.period(formatDate(text.language, first.noon), formatDate(text.language, last.noon));
}
