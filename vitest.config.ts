import { defineConfig } from 'vitest/config';

/**
 * Which project a test belongs to follows from its folder:
 * - browser: tests/browser, one after another, in a real Chromium;
 * - integration: the folders below and files named *-live, against a real Redis and PostgreSQL that tests/support starts;
 * - thorough: the files below, which need no server but hash passwords at their full cost or open many databases;
 * - unit: everything else; needs no server and is what `npm run check` runs, in less than a minute.
 */
const integrationFolders = ['contracts', 'journeys', 'attacks', 'topology', 'demo', 'bench', 'recipes'];

const thorough = [
  ...['authenticate', 'citizen-cache', 'demo-citizens', 'passkeys', 'password-pool', 'password', 'set-password'].map(
    (name) => `tests/citizens/${name}.test.ts`,
  ),
  ...['keys-command', 'ring-model', 'rotation-of-cookies', 'signing-keys'].map(
    (name) => `tests/signing-keys/${name}.test.ts`,
  ),
  'tests/proofing/**/*.test.ts',
  'tests/relying-parties/stores.test.ts',
];

const browser = ['tests/browser/**/*.test.ts'];
const integration = [...integrationFolders.map((folder) => `tests/${folder}/**/*.test.ts`), 'tests/**/*-live.test.ts'];

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
          exclude: [...integration, ...browser, ...thorough],
          testTimeout: 10_000,
          provide: { mayUseServers: false },
        },
      },
      {
        extends: true,
        test: {
          name: 'thorough',
          include: thorough,
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
          hookTimeout: 120_000,
          provide: { mayUseServers: true },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          provide: { mayUseServers: true },
        },
      },
    ],
  },
});
