import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** What runs when somebody installs this project, and what somebody who reads it can take away. */
const packages = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      link: z.boolean().optional(),
      resolved: z.string().optional(),
    }),
  ),
});
const manifest = z.object({
  allowScripts: z.record(z.string(), z.boolean()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
});

const read = (path: string) => readFileSync(path, 'utf8');
const { allowScripts, ...dependencies } = manifest.parse(JSON.parse(read('package.json')));

function lockfileFaults(text: string): string[] {
  const locked = Object.entries(packages.parse(JSON.parse(text)).packages).filter(([path]) => path !== '');
  return locked.flatMap(([path, { integrity, hasInstallScript, link, resolved }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    return [
      ...(hasInstallScript && allowScripts[name] === undefined
        ? [`${name} has an install script nobody decided on`]
        : []),
      ...(integrity === undefined || !integrity.startsWith('sha512-') ? [`${name} has no SHA-512 digest`] : []),
      ...(link || /^(?:git|file|http:)/.test(resolved ?? '') ? [`${name} does not come from the registry`] : []),
    ];
  });
}

test('every package of the lockfile has a digest, and no install script but those decided on', () => {
  expect(lockfileFaults(read('package-lock.json'))).toEqual([]);
});

test('installing runs no script of any package', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  expect(Object.values(allowScripts)).not.toContain(true);
});

test('every dependency comes from the registry by its version', () => {
  const versions = Object.values(dependencies).flatMap((each) => Object.values(each));
  expect(versions.length).toBeGreaterThan(20);
  expect(versions.filter((version) => !/^[~^]?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('control: a script, a missing digest and another origin are found', () => {
  const lockfile = JSON.parse(read('package-lock.json'));
  lockfile.packages['node_modules/evil'] = { version: '1.0.0', hasInstallScript: true, resolved: 'git+ssh://evil' };
  expect(lockfileFaults(JSON.stringify(lockfile))).toHaveLength(3);
});

/** Beginnings of secrets that everybody may know, each with the reason. */
const KNOWN_TO_ALL: Readonly<Record<string, string>> = {
  'demo-': 'secrets of demo relying parties; refused in production',
  password: 'the example of an address in the documentation',
  'p%40ss': 'an example of escaping',
  hunter2: 'what tests of addresses and of error texts take for a password',
};
const isKnownToAll = (word: string) => Object.keys(KNOWN_TO_ALL).some((known) => word.startsWith(known));

/** Files that print key ids: 43 characters, which are thumbprints of public keys (RFC 7638). */
const SHOW_KEY_IDS = [
  'README.md',
  'docs/for-security-teams.md',
  'bench/results/rotation.json',
  'bench/results/rotation.md',
];

type File = { path: string; text: string };
type Finding = { path: string; what: string };

/** Letters, digits and signs in a row that look drawn by lot: long, of mixed kinds, and close to random. */
function looksRandom(word: string): boolean {
  const isMixed = /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
  const isHexadecimal = /^[0-9a-f]{32,}$/.test(word) && /\d/.test(word) && /[a-f]/.test(word);
  return (isMixed && entropyOf(word) > 4.2) || (isHexadecimal && entropyOf(word) > 3.2);
}

/** Bits of each character (Shannon). */
function entropyOf(word: string): number {
  const counts = new Map<string, number>();
  for (const char of word) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / word.length) * Math.log2(count / word.length), 0);
}

function secretsIn({ path, text }: File): Finding[] {
  const findings: Finding[] = [];
  const add = (what: string) => findings.push({ path, what });
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{40}/.test(text)) add('a private key in PEM');
  if (/["']?\bd["']?\s*:\s*["'][\w-]{32,}["']/.test(text) && /kty/.test(text)) add('a private JWK');
  if (/\b(?:ghp|gho|github_pat|glpat|npm|xox[abp]|sk_live|AKIA)[_-]?[A-Za-z0-9_]{16,}/.test(text))
    add('a token of a service');
  for (const [, word = ''] of text.matchAll(/\b(?:postgres(?:ql)?|rediss?):\/\/[^\s:/@'"`$]*:([\w%.~+-]{6,})@/g))
    if (!isKnownToAll(word)) add('a password in an address');
  // A hash made by a slow function is no secret of ours here: tests compare against hashes of public words.
  const words = text.replace(/\$argon2id\$[\w$=,+/]+/g, '').matchAll(/(?<![\w+/=-])([\w+/=-]{32,})(?![\w+/=-])/g);
  for (const [, word = ''] of words) {
    const isKeyId = SHOW_KEY_IDS.includes(path) && word.length === 43;
    if (looksRandom(word) && !isKeyId && !isKnownToAll(word)) add(`${word.slice(0, 6)}…`);
  }
  return findings;
}

/** What is long and random by its nature and is no secret. */
const NO_SECRETS_BY_NATURE: Readonly<Record<string, string>> = {
  'package-lock.json': 'digests of packages',
};

const listed = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
const texts = listed
  .filter(
    (path) => path !== '' && NO_SECRETS_BY_NATURE[path] === undefined && !/\.(?:woff2?|png|ico|jpe?g)$/.test(path),
  )
  .flatMap((path) => {
    try {
      return [{ path, text: read(path) }];
    } catch {
      return [];
    }
  });

test('no file of the repository holds a private key, a token or a long random secret', () => {
  expect(texts.length).toBeGreaterThan(150);
  expect(texts.flatMap(secretsIn)).toEqual([]);
});

test('no key file, environment file or database dump is in the repository', () => {
  expect(listed.filter((path) => /(?:\.(?:key|pem|p12|pfx|jks|dump|sqlite)|(?:^|\/)\.env)$/.test(path))).toEqual([]);
});

test('control: planted secrets are found', () => {
  const random = ['q7Vx2Lr9', 'Zk4Tn8Wd', 'Yb3Hc6Mf', 'Js1Pg5Ra', 'Eu0o'].join('');
  const pem = ['-----BEGIN', 'PRIVATE KEY-----\n'].join(' ') + 'M'.repeat(64);
  const plantings = [pem, `const secret = '${random}';`, `{"kty":"EC","d":"${random}"}`, `redis://:${random}@host`];
  for (const text of plantings) expect(secretsIn({ path: 'planted', text }), text).not.toEqual([]);
  expect(secretsIn({ path: 'harmless', text: 'createBackChannelLogoutDeliveryOutboxStore_and_so_on_and_on' })).toEqual(
    [],
  );
});
