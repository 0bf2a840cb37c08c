/** Tables for operators: they sort, filter, page and go out as CSV, all by addresses that can be kept. */
import { button, link } from '../components.ts';
import { attributes, type Html, html, type Renderable } from '../html.ts';
import type { Text } from '../text/text.ts';

/** Where a list stands and what is asked of it. Empty values are left out of addresses. */
export type ListAddress = { path: string; query: Readonly<Record<string, string | undefined>> };

export type Column<Row> = {
  label: string;
  cell(row: Row): Renderable;
  /** What the list is asked to sort by; a column without it does not sort. */
  sortKey?: string;
  isNumber?: boolean;
};

export type SortedBy = { by: string; isDescending: boolean };

type Table<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  address: ListAddress;
  sorted?: SortedBy | undefined;
  /** The cursor of the next page. */
  next?: string | undefined;
  hasCsv?: boolean;
  /** In the place of an empty table. */
  nothing: string;
};

/** `sort`, `order`, `after` and `format` are the names in the address; ListQuestion of the console reads them. */
export function consoleTable<Row>(text: Text, table: Table<Row>): Html {
  const { caption, columns, rows, address, sorted, next, hasCsv = false, nothing } = table;
  const words = text.console.table;
  const isLater = (address.query.after ?? '') !== '';
  if (rows.length === 0) return html`<p class="nothing">${nothing}</p>`;
  return html`<div class="table-frame"><table class="console-table">
<caption class="visually-hidden">${caption}</caption>
<thead><tr>${columns.map((column) => head(text, { column, address, sorted }))}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map(({ label, cell, isNumber }) => html`<td${attributes({ 'data-label': label, class: isNumber === true ? 'number' : undefined })}><div>${cell(row)}</div></td>`)}</tr>`,
  )}</tbody>
</table></div>
<p class="table-foot"><span class="quiet">${words.rows(rows.length)}</span>
${isLater && link({ label: words.first, href: addressWith(address, { after: undefined }) })}
${next !== undefined && link({ label: words.next, href: addressWith(address, { after: next }) })}
${hasCsv && link({ label: words.csv, href: addressWith(address, { after: undefined, format: 'csv' }) })}</p>`;
}

function head<Row>(
  text: Text,
  { column, address, sorted }: { column: Column<Row>; address: ListAddress; sorted: SortedBy | undefined },
): Html {
  const { label, sortKey, isNumber } = column;
  const isSorted = sortKey !== undefined && sorted?.by === sortKey;
  const direction = sorted?.isDescending === true ? 'descending' : 'ascending';
  const shown = {
    scope: 'col',
    class: isNumber === true ? 'number' : undefined,
    'aria-sort': isSorted ? direction : undefined,
  };
  if (sortKey === undefined) return html`<th${attributes(shown)}>${label}</th>`;
  const order = isSorted && direction === 'ascending' ? 'desc' : undefined;
  const href = addressWith(address, { sort: sortKey, order, after: undefined });
  const title = text.console.table.sortBy(label);
  const arrow = direction === 'ascending' ? '▲' : '▼';
  return html`<th${attributes(shown)}><a${attributes({ href, title })}>${label}${isSorted && html` <span aria-hidden="true">${arrow}</span>`}</a></th>`;
}

type SelectFilter = {
  name: string;
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  /** What no choice means; everything, where it is left out. */
  all?: string;
};

type Filters = {
  address: ListAddress;
  /** `q` in the address, where it has no other name. */
  search?: { name?: string; value: string; label?: string } | undefined;
  /** Calendar days as `formatTypedDay` writes them: browsers have no box for the Jalali calendar. */
  days?: readonly { name: string; label: string; value: string }[];
  selects?: readonly SelectFilter[];
};

/** A plain question to the same page: it works without script and can be kept as a bookmark. */
export function listFilters(text: Text, { address, search, days = [], selects = [] }: Filters): Html {
  const words = text.console.table;
  const box = search?.name ?? 'q';
  const named = new Set([box, 'after', 'format', ...[...days, ...selects].map(({ name }) => name)]);
  const kept = Object.entries(address.query).filter(([name, value]) => !named.has(name) && (value ?? '') !== '');
  const isFiltered = (search?.value ?? '') !== '' || [...days, ...selects].some(({ value }) => value !== '');
  return html`<form class="list-filters" role="search" method="get" action="${address.path}">
${kept.map(([name, value]) => html`<input${attributes({ type: 'hidden', name, value })}>`)}
${search !== undefined && html`<div><label for="${box}">${search.label ?? words.search}</label><input${attributes({ class: 'input', id: box, name: box, type: 'search', value: search.value, maxlength: 200 })}></div>`}
${days.map(({ name, label, value }) => html`<div><label for="${name}">${label}</label><input${attributes({ class: 'input', id: name, name, ...dayBox[text.language], value, dir: 'ltr' })}></div>`)}
${selects.map((each) => select(text, each))}
<div class="list-filters-go">${button({ label: words.find, kind: 'secondary' })}${isFiltered && link({ label: words.clear, href: address.path })}</div>
</form>`;
}

const dayBox = { fa: { type: 'text', autocomplete: 'off', maxlength: 20 }, en: { type: 'date' } };

function select(text: Text, { name, label, value, options, all: unchosen }: SelectFilter): Html {
  const all = { value: '', label: unchosen ?? text.console.table.all };
  return html`<div><label for="${name}">${label}</label><select class="input" id="${name}" name="${name}">${[
    all,
    ...options,
  ].map(
    (option) =>
      html`<option${attributes({ value: option.value, selected: option.value === value })}>${option.label}</option>`,
  )}</select></div>`;
}

/** The same list with something else asked of it. */
export function addressWith(
  { path, query }: ListAddress,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const asked = Object.entries({ ...query, ...changes }).filter(
    (pair): pair is [string, string] => (pair[1] ?? '') !== '',
  );
  return asked.length === 0 ? path : `${path}?${new URLSearchParams(asked)}`;
}
