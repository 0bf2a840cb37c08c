import { consoleHome } from '#views/console/home.ts';
import { consoleSignedOut, consoleSignInFailed } from '#views/console/sign-in.ts';
import { sampleOperator } from './console-operator.ts';
import { organisationSamples } from './console-organisation-samples.ts';
import { roleSamples } from './console-role-samples.ts';
import type { PageSample, SampleParts } from './page-samples.ts';

/** The frame of the operators' console: its first page, and the ways in and out. */
export function consoleSamples(parts: SampleParts): PageSample[] {
  const { both, frame } = parts;
  const operator = sampleOperator(parts);
  const organisation = {
    id: 'beheshti',
    name: both('دانشگاه نمونهٔ یک', 'Demo University One'),
    stage: 'requested',
  } as const;
  return [
    {
      name: 'console-home',
      render: (text) =>
        consoleHome(text, {
          frame,
          operator,
          roles: [{ role: 'ministry' }, { role: 'university-staff', organisation }],
        }),
    },
    { name: 'console-home-no-role', render: (text) => consoleHome(text, { frame, operator, roles: [] }) },
    ...(['no-passkey', 'stopped', 'not-begun-here', 'refused'] as const).map((why) => ({
      name: `console-failed-${why}`,
      render: (text: Parameters<PageSample['render']>[0]) =>
        consoleSignInFailed(text, { frame, why, againHref: '/console' }),
    })),
    ...organisationSamples(parts),
    ...roleSamples(parts),
    { name: 'console-signed-out', render: (text) => consoleSignedOut(text, { frame, againHref: '/console' }) },
  ];
}
