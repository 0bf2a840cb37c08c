import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { importOrganisations } from '#relying-parties/organisations-import.ts';
import { importPage } from '#views/console/organisations/import.ts';
import type { ConsoleFrames } from '../console-frames.ts';
import type { ConsoleRoute } from '../console-route.ts';

type Needs = { consoleFrames: ConsoleFrames; organisations: Organisations };

/** The command's import, for the browser: rehearse, read every bad line, then write all or nothing. */
export function createImportSteps({ consoleFrames, organisations }: Needs) {
  return {
    async show(ctx, here) {
      const { text, ...shown } = consoleFrames.of(ctx, here);
      sendPage(ctx, importPage(text, shown));
    },
    async submit(ctx, here, form) {
      const typed = form.text('file');
      const report = await importOrganisations(
        { organisations },
        { bytes: Buffer.from(typed), by: here.citizenId, isRehearsal: form.text('act') !== 'import' },
      );
      const { text, ...shown } = consoleFrames.of(ctx, here);
      sendPage(ctx, importPage(text, { ...shown, typed, report }), {
        status: report.outcome === 'refused' ? 422 : 200,
      });
    },
  } satisfies Record<string, ConsoleRoute['answer']>;
}
