import type { Context } from 'koa';
import type { PageFrames } from '#protocol/page-frame.ts';
import type { ShownOperator } from '#views/console/page.ts';
import type { Frame } from '#views/layout.ts';
import type { Text } from '#views/text/text.ts';
import type { ConsoleForms } from './console-forms.ts';
import type { OperatorHere } from './operator-here.ts';
import { sectionsOf } from './sections.ts';

/** What every page of the console takes from the request and from who works there. */
export type ConsoleFrames = {
  of(ctx: Context, here: OperatorHere): { text: Text; frame: Frame; operator: ShownOperator };
};

export function createConsoleFrames({ frames, forms }: { frames: PageFrames; forms: ConsoleForms }): ConsoleFrames {
  return {
    of: (ctx, here) => ({
      ...frames.of(ctx),
      operator: { name: here.name, sections: sectionsOf(here), csrf: forms.tokenFor(here) },
    }),
  };
}
