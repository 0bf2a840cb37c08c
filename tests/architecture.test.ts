import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEPARTURES, MAY_IMPORT } from '#tests/support/architecture-rooms.ts';
import {
  arrowsAgainstTheTable,
  type Rule,
  rules,
  textRules,
  undecidedArrows,
} from '#tests/support/architecture-rules.ts';
import { unusedExports } from '#tests/support/unused-exports.ts';

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const files = listed
  .split('\0')
  .filter((path) => path !== '' && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** This file is made of broken examples, so the rules on code pass it over. */
const sources = files.filter(({ path }) => /\.(?:ts|mjs)$/.test(path) && path !== 'tests/architecture.test.ts');

const complaints = (rule: Rule, about: typeof files) => [
  ...new Set(about.flatMap((file) => rule(file).map((complaint) => `${file.path}: ${complaint}`))),
];

describe('the sources', () => {
  for (const [title, rule] of Object.entries(rules)) {
    const checked = title.includes('table') ? undecidedArrows : rule;
    test(title, () => expect(complaints(checked, sources)).toEqual([]));
  }

  test('every departure from the table is still needed', () => {
    const arrows = new Set(sources.flatMap((file) => arrowsAgainstTheTable(file).map(({ arrow }) => arrow)));
    expect(Object.keys(DEPARTURES).filter((arrow) => !arrows.has(arrow))).toEqual([]);
  });
});

describe('an export', () => {
  const isSource = ({ path }: { path: string }) => /\.(?:ts|mjs)$/.test(path);
  test('is asked for by another file', () => expect(unusedExports(files.filter(isSource))).toEqual([]));

  const exported = { path: 'src/citizens/a.ts', text: 'export const a = 1;\nexport async function b() {}\n' };
  const unusedBeside = (path: string, text: string) => unusedExports([exported, { path, text }]);

  test.each([
    ["import { a } from './a.ts';", ['src/citizens/a.ts b']],
    ["import { ab, type c } from './a.ts';", ['src/citizens/a.ts a', 'src/citizens/a.ts b']],
    ["import { a, b } from './other.ts';", ['src/citizens/a.ts a', 'src/citizens/a.ts b']],
    ['// a and b', ['src/citizens/a.ts a', 'src/citizens/a.ts b']],
  ])('is caught beside %s', (text, unused) => {
    expect(unusedBeside('src/citizens/x.ts', text)).toEqual(unused);
  });

  test.each([
    "import { type a, b as c } from '#citizens/a.ts';",
    "import type {\n  a,\n  b,\n} from '#root/citizens/a.ts';",
    "export { a, b } from '../src/citizens/a.ts';",
    "import * as all from '#citizens/a.ts';",
    "export * from '#citizens/a.ts';",
    "const { a } = await import('#citizens/a.ts');",
  ])('is left in peace beside %s', (text) => {
    expect(unusedBeside('tests/x.ts', text)).toEqual([]);
  });
});

describe('what newcomers read', () => {
  const missing = (text: string, wanted: Iterable<string>) => [...wanted].filter((words) => !text.includes(words));

  test('README shows every folder of the sources', () => {
    const folders = new Set(files.flatMap(({ path }) => /^src\/[\w-]+\//.exec(path) ?? []));
    expect(missing(readFileSync('README.md', 'utf8'), folders)).toEqual([]);
    expect(missing('', folders)).toContain('src/citizens/');
  });

  test('CONTRIBUTING says of every room what it may import', () => {
    const rooms = Object.keys(MAY_IMPORT).map((room) => `\`${room}\``);
    const [, table = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('## Who may import whom');
    const firstColumn = [...table.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell).join(' ');
    expect(missing(firstColumn, rooms)).toEqual([]);
    expect(missing('', rooms)).toContain('`citizens`');
  });
});

describe('every file in git', () => {
  for (const [title, rule] of Object.entries(textRules)) {
    test(title, () => expect(complaints(rule, files)).toEqual([]));
  }
});

describe('the rules themselves', () => {
  type Example = { path: string; text: string };
  const examples: Record<keyof typeof rules | keyof typeof textRules, { broken: Example[]; kept: Example[] }> = {
    'a room imports only the rooms that the table allows': {
      broken: [
        { path: 'src/citizens/x.ts', text: "import { a } from '#relying-parties/a.ts';" },
        { path: 'src/sign-in/x.ts', text: "import type { A } from '#root/window/a.ts';" },
        { path: 'src/platform/x.ts', text: "export * from '#audit/events.ts';" },
        { path: 'src/audit/x.ts', text: "const a = await import('#citizens/a.ts');" },
        { path: 'src/protocol/x.ts', text: "import '#root/settings.ts';" },
        { path: 'views/x.ts', text: "import { a } from '#platform/clock.ts';" },
        { path: 'demo/x.ts', text: "import { a } from '../src/settings.ts';" },
        { path: 'src/main.ts', text: "import { a } from '#citizens/a.ts';" },
        { path: 'src/drawer/x.ts', text: '' },
        { path: 'src/drawer.ts', text: '' },
        { path: 'src/citizens/y.ts', text: "import { a } from '#tests/support/a.ts';" },
      ],
      kept: [
        { path: 'src/protocol/x.ts', text: "import { a } from '#citizens/a.ts';\nimport { b } from './b.ts';" },
        { path: 'src/main.ts', text: "import { a } from '#root/services.ts';" },
        { path: 'tests/citizens/x.test.ts', text: "import { a } from '#protocol/a.ts';" },
      ],
    },
    'another room is imported by its name, never by ../': {
      broken: [{ path: 'src/citizens/x.ts', text: "import { a } from '../platform/clock.ts';" }],
      kept: [{ path: 'src/platform/http/x.ts', text: "import { a } from '../ids.ts';" }],
    },
    'a migration knows the database and nothing else of ours': {
      broken: [{ path: 'src/migrations/0099-x.ts', text: "import { now } from '#platform/clock.ts';" }],
      kept: [{ path: 'src/migrations/0099-x.ts', text: "import type { D } from '#platform/database/database.ts';" }],
    },
    'a library has one home': {
      broken: [
        { path: 'src/sign-in/x.ts', text: "import { errors } from 'oidc-provider';" },
        { path: 'src/protocol/x.ts', text: "import a from 'oidc-provider/lib/helpers/a.js';\nimport 'ioredis';" },
        { path: 'src/citizens/citizens.ts', text: "import { sql } from 'kysely';" },
        { path: 'src/sessions/x.ts', text: "import { hash } from 'argon2';" },
        { path: 'src/citizens/x.ts', text: "import type { Context } from 'koa';" },
        { path: 'src/audit/audit-store.ts', text: "import pg from 'pg';" },
      ],
      kept: [
        { path: 'src/protocol/x.ts', text: "import { Provider } from 'oidc-provider';" },
        { path: 'src/citizens/citizens-store.ts', text: "import { sql } from 'kysely';" },
        { path: 'bench/x.ts', text: "import { Provider } from 'oidc-provider';" },
      ],
    },
    'only the settings read the environment': {
      broken: [
        { path: 'src/app.ts', text: 'const port = process.env.PORT;' },
        { path: 'tests/citizens/x.test.ts', text: "process['env'].A = 'b';" },
      ],
      kept: [
        { path: 'src/settings.ts', text: 'const port = process.env.PORT;' },
        { path: 'src/app.ts', text: '// Never process.env here.' },
      ],
    },
    'time and chance come from the platform': {
      broken: [
        { path: 'src/citizens/x.ts', text: 'const at = Date.now();' },
        { path: 'src/sessions/x.ts', text: 'const at = new Date();' },
        { path: 'views/x.ts', text: 'const id = Math.random();' },
        { path: 'tests/citizens/x.test.ts', text: 'expect(Date.now())' },
      ],
      kept: [
        { path: 'src/platform/clock.ts', text: 'const at = Date.now();' },
        { path: 'src/citizens/x.ts', text: '/* not Date.now() */ const at = new Date(clock.now());' },
      ],
    },
    'a file is named after its idea': {
      broken: [
        'src/citizens/index.ts',
        'src/utils.ts',
        'views/types.ts',
        'demo/helpers/x.ts',
        'tests/constants.ts',
      ].map((path) => ({ path, text: '' })),
      kept: [{ path: 'src/citizens/national-code.ts', text: '' }],
    },
    'nothing is exported by default': {
      broken: [
        { path: 'src/x.ts', text: 'export default function x() {}' },
        { path: 'src/y.ts', text: 'export { y as default };' },
      ],
      kept: [{ path: 'vitest.config.ts', text: 'export default {};' }],
    },
    'a file has 250 lines at most': {
      broken: [{ path: 'src/x.ts', text: 'a\n'.repeat(251) }],
      kept: [{ path: 'src/x.ts', text: 'a\n'.repeat(250) }],
    },
    'no file points to a folder outside the repository': {
      broken: [`..${'/shared'}/design`, `see /${'work'}/main/src`, `/${'home'}/sara/panjereh`, `'/${'root'}/.npm'`].map(
        (text) => ({ path: 'README.md', text }),
      ),
      kept: [{ path: 'README.md', text: "import '#root/app.ts'; https://example.ir/work/ and src/root/x" }],
    },
    'a file of ours that is named exists': {
      broken: [{ path: 'README.md', text: `see src/${'gone'}/away.ts for more` }],
      kept: [{ path: 'README.md', text: 'see src/main.ts, and src/citizens/x.ts for any file' }],
    },
    'no file names the host of a package registry': {
      broken: [{ path: 'package-lock.json', text: `https://registry.${'npmjs'}.org/koa` }],
      kept: [{ path: 'README.md', text: 'from the npm registry' }],
    },
  };

  for (const [title, rule] of Object.entries<Rule>({ ...rules, ...textRules })) {
    const { broken, kept } = examples[title as keyof typeof examples];
    for (const example of broken) {
      test(`catches in ${example.path}: ${title}`, () => expect(rule(example)).not.toEqual([]));
    }
    test(`leaves in peace what keeps to: ${title}`, () => expect(kept.flatMap(rule)).toEqual([]));
  }
});
