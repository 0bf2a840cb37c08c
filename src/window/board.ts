import type { Context } from 'koa';
import type { Clock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { createKeptValue } from '#platform/kept-value.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { ListedOrganisation } from '#relying-parties/organisation.ts';
import { type Adoption, board } from '#views/window/board.ts';
import { adoptionOf } from './adoption.ts';

export type BoardNeeds = {
  frames: PageFrames;
  clock: Clock;
  organisations: { list(): Promise<ListedOrganisation[]> };
  adoption: {
    signInDays: { list(days: number): Promise<{ day: string; noon: number; signIns: number }[]> };
    enrolledDays: { list(days: number): Promise<Map<string, number>>; last(): Promise<number | undefined> };
  };
};

export const BOARD_PATH = '/board';
/** However many look at the board, the database is asked so often by each instance. */
const READ_EVERY = 5 * MINUTE;
const DAYS = 30;

/** How far the country has come, for everybody: a page, and its tables as files. */
export function createBoardSteps({ frames, clock, organisations, adoption }: BoardNeeds) {
  const kept = createKeptValue({ clock, forMs: READ_EVERY, read });

  async function read(): Promise<Adoption> {
    const { signInDays, enrolledDays } = adoption;
    const [listed, days, enrolled, citizens] = await Promise.all([
      organisations.list(),
      signInDays.list(DAYS),
      enrolledDays.list(DAYS),
      enrolledDays.last(),
    ]);
    const counted = days.map((day) => ({ ...day, citizens: enrolled.get(day.day) }));
    return adoptionOf({ organisations: listed, days: counted, citizens, at: clock.now() });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const { text, frame } = frames.of(ctx);
      const page = board(text, {
        ...{ frame, adoption: await kept.get() },
        files: { organisations: `${BOARD_PATH}/organisations.csv`, days: `${BOARD_PATH}/days.csv` },
      });
      sendPage(ctx, page);
    },

    async organisations(ctx: Context): Promise<void> {
      const { at, kinds, all } = await kept.get();
      const lines = [...kinds, { kind: 'all', ...all }].flatMap(({ kind, stages, total }) =>
        [...stages, { stage: 'all', organisations: total }].map((each) => [kind, each.stage, each.organisations]),
      );
      sendCsv(ctx, {
        name: 'organisations',
        head: ['kind', 'stage', 'organisations', 'as_of'],
        lines,
        last: isoOf(at),
      });
    },

    async days(ctx: Context): Promise<void> {
      const { at, days } = await kept.get();
      const lines = days.map(({ day, signIns, citizens }) => [day, signIns, citizens]);
      sendCsv(ctx, { name: 'days', head: ['day', 'sign_ins', 'citizens_enrolled', 'as_of'], lines, last: isoOf(at) });
    },
  };
}

type Csv = {
  name: string;
  head: readonly string[];
  lines: readonly (readonly (string | number | undefined)[])[];
  last: string;
};

/** RFC 4180. Every value is a word of ours or a number, so none needs quotes; a hidden one is empty. */
function sendCsv(ctx: Context, { name, head, lines, last }: Csv): void {
  ctx.set('Content-Disposition', `attachment; filename="panjereh-${name}.csv"`);
  ctx.type = 'text/csv; charset=utf-8; header=present';
  ctx.body = [head, ...lines.map((line) => [...line, last])].map((line) => `${line.join(',')}\r\n`).join('');
}

function isoOf(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' })
    .format(at)
    .replace(' ', 'T')
    .concat('Z');
}
