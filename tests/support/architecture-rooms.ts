import { dirname, normalize } from 'node:path';

/** Which room may import which: the table of the architecture, where an arrow decides an argument. */
const LOWER_ROOMS = ['citizens', 'relying-parties', 'operators', 'signing-keys', 'sessions'];
const PAGE_ROOMS = ['sign-in', 'enrolment', 'recovery', 'account', 'window', 'console', 'api'];

export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // The demo's seeding is a command, too.
  main: ['services', 'settings', 'app', 'commands', 'platform'],
  // A command opens the one room it works on, and not the whole provider.
  commands: ['services', 'settings', 'app', 'migrations', ...LOWER_ROOMS, 'audit', 'platform'],
  // It is handed the services, and names their type.
  app: ['services', ...PAGE_ROOMS, 'protocol', 'platform', 'views'],
  ...Object.fromEntries(
    PAGE_ROOMS.map((room) => [
      room,
      ['journeys', 'protocol', 'proofing', 'sources', ...LOWER_ROOMS, 'audit', 'platform', 'views'],
    ]),
  ),
  // The walk that enrolment and recovery have in common.
  journeys: ['protocol', 'proofing', 'platform', 'views'],
  protocol: ['sources', ...LOWER_ROOMS, 'audit', 'platform', 'views'],
  proofing: ['citizens', 'audit', 'platform'],
  // What universities say of citizens: it knows both, and neither knows it.
  sources: ['citizens', 'relying-parties', 'audit', 'platform'],
  ...Object.fromEntries(LOWER_ROOMS.map((room) => [room, ['audit', 'platform']])),
  audit: ['platform'],
  platform: [],
  views: [],
  demo: [],
  // The only room that knows every factory.
  services: [
    ...PAGE_ROOMS,
    'proofing',
    'sources',
    'protocol',
    ...LOWER_ROOMS,
    'audit',
    'platform',
    'views',
    'settings',
    'migrations',
  ],
  settings: ['platform'],
  migrations: ['platform'],
};

/**
 * Arrows against the table that were decided on, `from → to`, each with its reason. One that is no longer needed is an
 * error of its own.
 */
export const DEPARTURES: Readonly<Record<string, string>> = {};

/** Outside the table: they may look at everything, and nothing may look at them. */
export const OUTSIDE = ['tests', 'bench', 'scripts'];

/** `src/citizens/x.ts` lies in citizens, `src/main.ts` in main, `views/x.ts` in views. */
export function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  if (top !== 'src') return path.includes('/') ? top : 'root';
  return second.replace(/\.ts$/, '');
}

type Import = { written: string; package?: string; path?: string };

/** Every static and dynamic import and re-export of a source file. */
export function importsOf({ path, text }: { path: string; text: string }): Import[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(pattern)].map((match) => resolveImport(path, match[2] ?? ''));
}

export function resolveImport(from: string, written: string): Import {
  if (written.startsWith('.')) return { written, path: normalize(`${dirname(from)}/${written}`) };
  if (written.startsWith('#')) {
    const [room = '', ...rest] = written.slice(1).split('/');
    const folder = { root: 'src', views: 'views', tests: 'tests' }[room] ?? `src/${room}`;
    return { written, path: `${folder}/${rest.join('/')}` };
  }
  const parts = written.split('/');
  return { written, package: written.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? written) };
}

export function isPageRoom(room: string): boolean {
  return PAGE_ROOMS.includes(room);
}
