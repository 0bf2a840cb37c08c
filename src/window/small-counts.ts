/**
 * A table of counts with its totals, from which no small count can be read: neither one that is shown nor one that
 * follows from a total and its other parts. A cell that is undefined is not shown; that says nothing about how large it is,
 * because larger ones are hidden to protect the small.
 */
export type ShownTable = {
  /** By row and column. */
  cells: (number | undefined)[][];
  rowTotals: (number | undefined)[];
  columnTotals: (number | undefined)[];
  total: number | undefined;
};

type Cell = { row: number; column: number };

/** With the totals as the last row and the last column. */
type Extended = { counts: readonly (readonly number[])[]; isHidden: boolean[][] };

/**
 * Hides what is below `least`, and then as much as is needed until whoever knows all that is shown must hold every
 * hidden small count to be possibly `least` or more, and cannot narrow it down to fewer than `least` values.
 */
export function hideSmallCounts(counts: readonly (readonly number[])[], least: number): ShownTable {
  const table = extend(counts, least);
  const places = table.counts.flatMap((cells, row) => cells.map((_count, column) => ({ row, column })));
  for (;;) {
    const open = places.find((cell) => isSmall(cell) && !isProtected(table, cell, least));
    const next = open && cheapestToHide(table, open, least);
    if (next === undefined) break;
    hide(table, next);
  }
  const shown = table.counts.map((cells, row) =>
    cells.map((count, column) => (table.isHidden[row]?.[column] === true ? undefined : count)),
  );
  return {
    cells: shown.slice(0, -1).map((cells) => cells.slice(0, -1)),
    rowTotals: shown.slice(0, -1).map((cells) => cells.at(-1)),
    columnTotals: shown.at(-1)?.slice(0, -1) ?? [],
    total: shown.at(-1)?.at(-1),
  };

  function isSmall({ row, column }: Cell): boolean {
    return countAt(table, { row, column }) < least;
  }
}

function extend(counts: readonly (readonly number[])[], least: number): Extended {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const rows = counts.map((cells) => [...cells, sum(cells)]);
  const totals = (rows[0] ?? []).map((_first, column) => sum(rows.map((cells) => cells[column] ?? 0)));
  const extended = [...rows, totals];
  return { counts: extended, isHidden: extended.map((cells) => cells.map((count) => count < least)) };
}

/**
 * The one whose loss protects the cell at once or, where there is none, one of the same row or column: parts before
 * totals, and small ones first, for they are missed least.
 */
function cheapestToHide(table: Extended, open: Cell, least: number): Cell | undefined {
  const { counts, isHidden } = table;
  const isTotal = (cell: Cell) =>
    Number(cell.row === counts.length - 1) + Number(cell.column === (counts[0]?.length ?? 0) - 1);
  const shown = counts
    .flatMap((cells, row) => cells.map((count, column) => ({ row, column, count })))
    .filter(({ row, column }) => isHidden[row]?.[column] !== true)
    .toSorted((a, b) => isTotal(a) - isTotal(b) || a.count - b.count);
  const hasHiddenBeside = ({ row, column }: Cell) =>
    isHidden[row]?.includes(true) === true && isHidden.some((cells) => cells[column] === true);
  const isEnough = (cell: Cell) => {
    // What no other hidden cell could make up for protects nothing.
    if (!hasHiddenBeside(cell)) return false;
    const without = { counts, isHidden: isHidden.map((cells) => [...cells]) };
    hide(without, cell);
    return isProtected(without, open, least);
  };
  return (
    shown.find(isEnough) ?? shown.find(({ row, column }) => row === open.row || column === open.column) ?? shown[0]
  );
}

function hide({ isHidden }: Extended, { row, column }: Cell): void {
  const cells = isHidden[row];
  if (cells !== undefined) cells[column] = true;
}

function countAt({ counts }: Extended, { row, column }: Cell): number {
  return counts[row]?.[column] ?? 0;
}

function isProtected(table: Extended, cell: Cell, least: number): boolean {
  const up = room(table, cell, { way: 'up', upTo: 2 * least });
  const down = room(table, cell, { way: 'down', upTo: 2 * least });
  return countAt(table, cell) + up >= least && up + down >= least;
}

/**
 * By how much the count of a hidden cell could be another one without anything shown being another one. Rows and
 * columns are the places of a flow, hidden cells its pipes: a step from a row to a column makes the cell between them
 * larger, a step back makes it smaller, and every sum stays when what comes in goes out. No count is below zero.
 */
function room(table: Extended, cell: Cell, { way, upTo }: { way: 'up' | 'down'; upTo: number }): number {
  const rows = table.counts.length;
  const change = table.counts.map((cells) => cells.map(() => 0));
  // Totals count against their parts, so for them the two ways change places.
  const isForward = (way === 'up') === signOf(table, cell) > 0;
  const [from, to] = isForward ? [rows + cell.column, cell.row] : [cell.row, rows + cell.column];
  const most = way === 'up' ? upTo : Math.min(upTo, countAt(table, cell));
  let found = 0;
  while (found < most) {
    const path = findPath(table, change, { from, to, except: cell });
    if (path === undefined) break;
    const amount = Math.min(most - found, ...path.map(({ capacity }) => capacity));
    for (const { row, column, direction } of path) {
      const cells = change[row];
      if (cells !== undefined) cells[column] = (cells[column] ?? 0) + direction * amount;
    }
    found += amount;
  }
  return found;
}

type Step = Cell & { direction: 1 | -1; capacity: number };

function findPath(
  table: Extended,
  change: readonly (readonly number[])[],
  { from, to, except }: { from: number; to: number; except: Cell },
): Step[] | undefined {
  const cameBy = new Map<number, { step: Step; place: number } | undefined>([[from, undefined]]);
  const waiting = [from];
  for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
    for (const { next, step } of stepsFrom(table, change, place)) {
      if ((step.row === except.row && step.column === except.column) || cameBy.has(next)) continue;
      cameBy.set(next, { step, place });
      waiting.push(next);
    }
  }
  if (!cameBy.has(to)) return undefined;
  const path: Step[] = [];
  for (let came = cameBy.get(to); came !== undefined; came = cameBy.get(came.place)) path.push(came.step);
  return path;
}

function stepsFrom(table: Extended, change: readonly (readonly number[])[], place: number) {
  const rows = table.counts.length;
  const isRow = place < rows;
  const direction: Step['direction'] = isRow ? 1 : -1;
  const others = Array.from({ length: isRow ? (table.counts[0]?.length ?? 0) : rows }, (_none, other) => other);
  return others.flatMap((other): { next: number; step: Step }[] => {
    const cell = isRow ? { row: place, column: other } : { row: other, column: place - rows };
    const sign = signOf(table, cell);
    const signed = sign * countAt(table, cell) + (change[cell.row]?.[cell.column] ?? 0);
    const capacity = sign === direction ? Number.MAX_SAFE_INTEGER : Math.abs(signed);
    const isOpen = table.isHidden[cell.row]?.[cell.column] === true && capacity > 0;
    return isOpen ? [{ next: isRow ? rows + other : other, step: { ...cell, direction, capacity } }] : [];
  });
}

/** In a row or column, parts count for it and their total against it; the grand total is a part of both total lines' sums. */
function signOf({ counts }: Extended, { row, column }: Cell): 1 | -1 {
  return (row === counts.length - 1) === (column === (counts[0]?.length ?? 0) - 1) ? 1 : -1;
}
