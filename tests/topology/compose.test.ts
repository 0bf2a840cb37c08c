import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSettings, settingNames } from '#root/settings.ts';
import { composeFaults } from './compose-faults.ts';

const compose = readFileSync('docker-compose.yml', 'utf8');
const example = readFileSync('.env.example', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');

test('docker-compose.yml has the shape of production', () => {
  expect(composeFaults(compose)).toEqual([]);
});

test.each<[string, string | RegExp, string, RegExp]>([
  ['a word that Compose does not know', 'cap_drop:', 'cap_drops:', /must NOT have additional properties/],
  ['a second way in', 'networks: [inside]\n', 'networks: [inside]\n    ports: ["6379:6379"]\n', /redis publishes/],
  ['a Redis without AOF', '"--appendonly", "yes", ', '', /forgets everything/],
  ['a Redis that evicts', '"noeviction"', '"allkeys-lru"', /evicts sessions/],
  ['one instance', '  provider-two: *provider\n', '', /not two instances/],
  ['a file system to write to', 'read_only: true', 'read_only: false', /may write/],
  ['a secret in clear', 'DATABASE_URL_FILE: /run/secrets/database-url', 'DATABASE_URL: postgres://a:b@c/d', /in clear/],
  ['a secret that is not declared', '  tls.pem:\n    file: ./secrets/tls.pem\n', '', /tls\.pem, which is not declared/],
  ['too little time to drain', 'stop_grace_period: 40s', 'stop_grace_period: 10s', /before it has drained/],
  ['trust in other addresses', '10.89.0.0/24\n', '0.0.0.0/0\n', /another network than the proxy/],
  ['stores with a way out', 'internal: true', 'internal: false', /has a way out/],
  [
    'a store that nobody asks how it is',
    /healthcheck:\n {6}test: \["CMD-SHELL"[^\n]*\n {6}[^\n]*\n {6}[^\n]*/,
    '',
    /no health check/,
  ],
])('the control: %s is noticed', (_what, from, to, fault) => {
  const broken = compose.replace(from, to);
  expect(broken).not.toBe(compose);
  expect(composeFaults(broken).join('\n')).toMatch(fault);
});

/** Names that .env.example sets, and those only. */
const documented = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);

test('.env.example documents exactly the settings that there are, each with a word above it', () => {
  expect([...documented].sort()).toEqual([...settingNames].sort());
  expect(example).not.toMatch(/^[A-Z_]+=.*\n\n[A-Z_]+=/m);
});

test('.env.example as it stands is a usable production', () => {
  const values = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
  expect(readSettings(Object.fromEntries(values))).toMatchObject({ isProduction: true, drainSeconds: 10 });
});

test('the image runs as somebody without rights, and says whether it is well', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last.indexOf('\nUSER node')).toBeLessThan(last.indexOf('\nCMD '));
  expect(last).toMatch(/^HEALTHCHECK .*\\\n {2}CMD .*\/healthz/m);
  expect(last).not.toMatch(/^(?:ENV|ARG) .*(?:KEY|PASSWORD|SECRET)/m);
});
