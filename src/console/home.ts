import { CONSOLE_PATHS } from '#protocol/console-client.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import { consoleHome } from '#views/console/home.ts';
import type { ConsoleFrames } from './console-frames.ts';
import { type ConsoleRoute, inQuery } from './console-route.ts';

export type HomeNeeds = {
  consoleFrames: ConsoleFrames;
  organisations: Pick<Organisations, 'find'>;
};

/** Where everybody begins: which roles one has, and what one can do with them. */
export function homeRoutes({ consoleFrames, organisations }: HomeNeeds): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: CONSOLE_PATHS.home,
      needs: 'sign-in-alone',
      async answer(ctx, here) {
        const roles = await Promise.all(
          here.roles.map(async ({ role, organisationId }) => {
            const organisation = organisationId === undefined ? undefined : await organisations.find(organisationId);
            return {
              role,
              ...(organisation === undefined
                ? {}
                : { organisation: { id: organisation.id, name: organisation.name, stage: organisation.stage } }),
            };
          }),
        );
        const { text, ...shown } = consoleFrames.of(ctx, here);
        sendPage(ctx, consoleHome(text, { ...shown, roles, hasJustAsked: inQuery(ctx, 'asked') === 'yes' }));
      },
    },
  ];
}
