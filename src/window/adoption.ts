import { type ListedOrganisation, ORGANISATION_KINDS, ORGANISATION_STAGES } from '#relying-parties/organisation.ts';
import type { Adoption } from '#views/window/board.ts';
import { hideSmallCounts } from './small-counts.ts';

/** No count below this is shown, nor can one be worked out. */
const LEAST_SHOWN = 10;

type Counted = {
  organisations: readonly Pick<ListedOrganisation, 'kind' | 'stage'>[];
  /** Days that are over, oldest first; `noon` in milliseconds since 1970. */
  days: readonly { day: string; noon: number; signIns: number; citizens: number | undefined }[];
  /** How many have an account now. */
  citizens: number | undefined;
  /** Milliseconds since 1970. */
  at: number;
};

/** What everybody may know of how far the country has come. */
export function adoptionOf({ organisations, days, citizens, at }: Counted): Adoption {
  const counts = ORGANISATION_KINDS.map((kind) =>
    ORGANISATION_STAGES.map(
      (stage) => organisations.filter((each) => each.kind === kind && each.stage === stage).length,
    ),
  );
  const shown = hideSmallCounts(counts, LEAST_SHOWN);
  const stagesOf = (cells: readonly (number | undefined)[] = []) =>
    ORGANISATION_STAGES.map((stage, column) => ({ stage, organisations: cells[column] }));
  const signIns = days.map((day) => day.signIns);
  return {
    at,
    least: LEAST_SHOWN,
    kinds: ORGANISATION_KINDS.map((kind, row) => ({
      kind,
      stages: stagesOf(shown.cells[row]),
      total: shown.rowTotals[row],
    })),
    all: { stages: stagesOf(shown.columnTotals), total: shown.total },
    citizens: inTens(citizens),
    days: days.map((day) => ({
      ...{ day: day.day, noon: day.noon },
      signIns: inTens(day.signIns),
      citizens: inTens(day.citizens),
    })),
    // With a day that is not shown, the sum of all days would tell it.
    signIns: signIns.every((count) => count >= LEAST_SHOWN)
      ? inTens(signIns.reduce((sum, count) => sum + count, 0))
      : undefined,
  };
}

/** Of people, whole tens: who looks twice, or at two days, must not see how few came in between. */
function inTens(count: number | undefined): number | undefined {
  return count === undefined || count < LEAST_SHOWN ? undefined : Math.floor(count / 10) * 10;
}
