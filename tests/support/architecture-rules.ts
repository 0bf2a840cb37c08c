import { existsSync } from 'node:fs';
import { DEPARTURES, importsOf, isPageRoom, MAY_IMPORT, OUTSIDE, roomOf } from './architecture-rooms.ts';

export type SourceFile = { path: string; text: string };

/** What a rule has against a file, in words; nothing when all is well. */
export type Rule = (file: SourceFile) => string[];

const MAX_LINES = 250;

const FILE_OF_OURS =
  /(?<![\w#./-])(?:src|views|demo|tests|bench|docs|scripts)\/[\w./-]+\.(?:ts|mjs|js|css|md|yaml|json)\b/g;

/** One home a library. Demo, bench and tests are separate programs and choose for themselves. */
const HOMES: Readonly<Record<string, (path: string) => boolean>> = {
  'oidc-provider': (path) => roomOf(path) === 'protocol',
  ioredis: (path) => ['platform', 'sessions'].includes(roomOf(path)),
  kysely: (path) => ['platform', 'migrations'].includes(roomOf(path)) || path.endsWith('-store.ts'),
  pg: (path) => path.startsWith('src/platform/database/'),
  '@electric-sql/pglite': (path) => path.startsWith('src/platform/database/'),
  argon2: (path) => roomOf(path) === 'citizens',
  koa: isHomeOfKoa,
  '@koa/router': isHomeOfKoa,
};

export const rules = {
  'a room imports only the rooms that the table allows': (file) =>
    arrowsAgainstTheTable(file).map(({ words }) => words),

  'another room is imported by its name, never by ../': (file) =>
    importsOf(file)
      .filter(
        ({ written, path }) =>
          written.startsWith('../') && path && roomOf(path) !== roomOf(file.path) && !hasNoName(roomOf(path)),
      )
      .map(({ written }) => `${written} leaves the room; write #room/file.ts`),

  'a migration knows the database and nothing else of ours': (file) =>
    roomOf(file.path) !== 'migrations'
      ? []
      : importsOf(file)
          .filter(({ path }) => path && roomOf(path) !== 'migrations' && !path.startsWith('src/platform/database/'))
          .map(({ written }) => `imports ${written}`),

  'a library has one home': (file) =>
    !file.path.startsWith('src/')
      ? []
      : importsOf(file)
          .filter(({ package: name }) => name !== undefined && HOMES[name]?.(file.path) === false)
          .map(({ written }) => `${written} is not at home here`),

  'only the settings read the environment': (file) =>
    mayReadEnvironment(file.path) ? [] : found(file, /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env/g),

  'time and chance come from the platform': (file) =>
    mayHaveAClock(file.path)
      ? []
      : found(file, /\bDate\s*\.\s*now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\s*\.\s*random\b/g),

  'a file is named after its idea': ({ path }) =>
    /(?:^|\/)(?:index|utils?|types|constants|helpers?|common-utils|misc)(?:\.[a-z.]+$|\/)/.test(path) && isSource(path)
      ? ['the name says nothing of the idea']
      : [],

  'nothing is exported by default': (file) =>
    file.path === 'vitest.config.ts' || file.path.endsWith('.d.ts')
      ? []
      : found(file, /^export default\b|^export \{[^}]*\bas default\b/gm),

  'a file has 250 lines at most': ({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return isSource(path) && lines > MAX_LINES ? [`${lines} lines`] : [];
  },
} satisfies Record<string, Rule>;

/** Rules for every file in git, whatever its kind. The words are put together here, so that this file passes. */
export const textRules = {
  'no file points to a folder outside the repository': ({ text }) =>
    matches(
      text,
      new RegExp(
        `${'\\.\\./'}shared\\b|(?<![#\\w.@-])/(?:work|root|Users)/[\\w.-]+|(?<![\\w.])/home/(?!node\\b)\\w+`,
        'g',
      ),
    ),

  'a file of ours that is named exists': ({ path, text }) =>
    path === 'tests/architecture.test.ts'
      ? []
      : matches(text, FILE_OF_OURS).filter((named) => !named.endsWith('/x.ts') && !existsSync(named)),

  'no file names the host of a package registry': ({ text }) =>
    matches(
      text,
      new RegExp(
        ['registry\\.npmjs\\.', 'registry\\.yarnpkg\\.', 'npm\\.pkg\\.github\\.', 'npmmirror\\.'].join('|'),
        'g',
      ),
    ),
} satisfies Record<string, Rule>;

export function arrowsAgainstTheTable(file: SourceFile): { arrow: string; words: string }[] {
  const from = roomOf(file.path);
  if (OUTSIDE.includes(from) || from === 'root') return [];
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return [{ arrow: from, words: `"${from}" is no room of the table` }];
  return importsOf(file)
    .filter(({ path }) => path !== undefined && path !== 'package.json')
    .map(({ path = '' }) => roomOf(path))
    .filter((to) => to !== from && !allowed.includes(to))
    .map((to) => ({ arrow: `${from} → ${to}`, words: `${from} may not import ${to}` }));
}

/** The same without the departures that were decided on. */
export function undecidedArrows(file: SourceFile): string[] {
  return arrowsAgainstTheTable(file)
    .filter(({ arrow }) => DEPARTURES[arrow] === undefined)
    .map(({ words }) => words);
}

/** Programs of their own, for which package.json has no `#name/`; only tests reach into them. */
function hasNoName(room: string): boolean {
  return ['demo', 'bench', 'scripts'].includes(room);
}

function isHomeOfKoa(path: string): boolean {
  const room = roomOf(path);
  return ['app', 'protocol', 'journeys'].includes(room) || isPageRoom(room) || path.startsWith('src/platform/http/');
}

function mayReadEnvironment(path: string): boolean {
  return path === 'src/settings.ts' || /^(?:tests\/support|demo|bench|scripts)\//.test(path);
}

function mayHaveAClock(path: string): boolean {
  return /^(?:src\/platform|tests\/support|demo|bench|scripts)\//.test(path);
}

function isSource(path: string): boolean {
  return /\.(?:ts|mjs)$/.test(path);
}

function found({ text }: SourceFile, pattern: RegExp): string[] {
  return matches(withoutComments(text), pattern);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern) ?? [])];
}

/** Comments may speak of what code may not do. A `//` inside a string, as in a URL, follows a colon and stays. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<!:)\/\/.*$/gm, '');
}
