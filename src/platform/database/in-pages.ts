/** Enough that few are asked for, and so few that reading one holds nobody up. */
export const ROWS_IN_A_PAGE = 200;

/** Every row of a long list in the order of its key, a page at a time: between two pages others have their turn. */
export async function* inPages<Row>(
  listAfter: (key: string, limit: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<readonly Row[]> {
  let after = '';
  for (;;) {
    const page = await listAfter(after, ROWS_IN_A_PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < ROWS_IN_A_PAGE) return;
    after = keyOf(last);
  }
}
