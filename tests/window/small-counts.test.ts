import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideSmallCounts, type ShownTable } from '#root/window/small-counts.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const columnOf = (counts: readonly (readonly number[])[], column: number) => counts.map((row) => row[column] ?? 0);

/** Every table of two rows and two columns, up to a bound, in which everything that is shown is as it is shown. */
function* possible(shown: ShownTable, most: number): Generator<number[][]> {
  const values = (cell: number | undefined) =>
    cell === undefined ? Array.from({ length: most + 1 }, (_none, value) => value) : [cell];
  const fits = (total: number | undefined, is: number) => total === undefined || total === is;
  const [[a, b] = [], [c, d] = []] = shown.cells;
  for (const first of values(a))
    for (const second of values(b)) {
      if (!fits(shown.rowTotals[0], first + second)) continue;
      for (const third of values(c))
        for (const fourth of values(d)) {
          const rows = [
            [first, second],
            [third, fourth],
          ];
          const fitsAll =
            fits(shown.rowTotals[1], third + fourth) &&
            fits(shown.columnTotals[0], first + third) &&
            fits(shown.columnTotals[1], second + fourth) &&
            fits(shown.total, first + second + third + fourth);
          if (fitsAll) yield rows;
        }
    }
}

/** What somebody who knows all that is shown can say of each cell and total. */
function knownOf(shown: ShownTable, most: number) {
  const ranges = new Map<string, { low: number; high: number }>();
  const note = (name: string, value: number) => {
    const { low, high } = ranges.get(name) ?? { low: value, high: value };
    ranges.set(name, { low: Math.min(low, value), high: Math.max(high, value) });
  };
  for (const rows of possible(shown, most)) {
    for (const [row, cells] of rows.entries()) {
      note(`row ${row}`, sum(cells));
      for (const [column, value] of cells.entries()) note(`cell ${row} ${column}`, value);
    }
    for (const column of [0, 1]) note(`column ${column}`, sum(columnOf(rows, column)));
    note('total', sum(rows.flat()));
  }
  return ranges;
}

const table = fc.array(fc.array(fc.nat({ max: 8 }), { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 });

describe('what is shown of a table of counts', () => {
  test('no shown number is small, and every shown number is true', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 60 }), { minLength: 6, maxLength: 6 }), { minLength: 5, maxLength: 5 }),
        (counts) => {
          const shown = hideSmallCounts(counts, 10);
          const numbers = [...shown.cells.flat(), ...shown.rowTotals, ...shown.columnTotals, shown.total];
          for (const number of numbers) expect(number ?? 10).toBeGreaterThanOrEqual(10);
          for (const [row, cells] of shown.cells.entries())
            for (const [column, cell] of cells.entries())
              expect(cell ?? counts[row]?.[column]).toBe(counts[row]?.[column]);
          expect(shown.total ?? sum(counts.flat())).toBe(sum(counts.flat()));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('whoever adds and takes away everything that is shown learns of no small count that it is one', () => {
    fc.assert(
      fc.property(table, (counts) => {
        const least = 3;
        const known = knownOf(hideSmallCounts(counts, least), 14);
        const truth: [string, number][] = [
          ...counts.flatMap((cells, row) =>
            cells.map((value, column): [string, number] => [`cell ${row} ${column}`, value]),
          ),
          ...counts.map((cells, row): [string, number] => [`row ${row}`, sum(cells)]),
          ...[0, 1].map((column): [string, number] => [`column ${column}`, sum(columnOf(counts, column))]),
          ['total', sum(counts.flat())],
        ];
        for (const [name, value] of truth.filter(([, count]) => count < least)) {
          const { low = value, high = value } = known.get(name) ?? {};
          expect({ name, isKnownToBeSmall: high < least, isNarrow: high - low < least }).toEqual({
            ...{ name, isKnownToBeSmall: false, isNarrow: false },
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the control: without the second hiding a single small count is what its total leaves over', () => {
    const bare: ShownTable = {
      cells: [
        [undefined, 20],
        [30, 40],
      ],
      rowTotals: [22, 70],
      columnTotals: [32, 60],
      total: 92,
    };
    expect(knownOf(bare, 60).get('cell 0 0')).toEqual({ low: 2, high: 2 });
  });

  test('what is large enough is all shown, and parts are given up before totals', () => {
    const large = [
      [130, 12],
      [20, 15],
    ];
    expect(hideSmallCounts(large, 10).cells).toEqual(large);
    const one = hideSmallCounts(
      [
        [130, 12, 3],
        [40, 15, 11],
      ],
      10,
    );
    expect(one).toEqual({
      cells: [
        [130, undefined, undefined],
        [40, undefined, undefined],
      ],
      rowTotals: [145, 66],
      columnTotals: [170, 27, 14],
      total: 211,
    });
  });
});
