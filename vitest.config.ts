import { defineConfig } from 'vitest/config';

/**
 * Which project a test belongs to follows from its folder:
 * - browser: tests/browser, one after another, in a real Chromium;
 * - integration: the folders below, against a real Redis and PostgreSQL that tests/support starts;
 * - unit: everything else; needs no server and is what `npm run check` runs.
 */
const integrationFolders = ['contracts', 'journeys', 'attacks', 'topology', 'demo', 'bench'];

const browser = ['tests/browser/**/*.test.ts'];
const integration = integrationFolders.map((folder) => `tests/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['tests/support/server-keeper.ts'],
    pool: 'forks',
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: [...integration, ...browser],
          testTimeout: 10_000,
          provide: { mayUseServers: false },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          provide: { mayUseServers: true },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          provide: { mayUseServers: true },
        },
      },
    ],
  },
});
