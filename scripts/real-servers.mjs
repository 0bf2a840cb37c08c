import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail } from './install.mjs';

/** What the tests start for themselves: the programs, Debian's package for them, and the settings that replace them. */
const SERVERS = {
  redis: {
    programs: [['redis-server'], ['redis-cli']],
    package: 'redis-server',
    given: ['REDIS_URL', 'REDIS_CLUSTER_URL'],
  },
  postgresql: { programs: [['postgres'], ['initdb']], package: 'postgresql', given: ['DATABASE_URL'] },
  chromium: { programs: [['chromium', 'chromium-browser', 'google-chrome']], package: 'chromium', given: ['CHROMIUM'] },
  haproxy: { programs: [['haproxy']], package: 'haproxy', given: [] },
  // The recipes for relying parties are run as they are printed.
  authlib: {
    programs: [['python3']],
    files: [
      '/usr/lib/python3/dist-packages/authlib',
      '/usr/lib/python3/dist-packages/flask',
      '/usr/lib/python3/dist-packages/requests',
    ],
    package: 'python3-authlib python3-flask python3-requests',
    given: [],
  },
  apache: {
    programs: [['apache2']],
    files: ['/usr/lib/apache2/modules/mod_auth_openidc.so'],
    package: 'apache2 libapache2-mod-auth-openidc',
    given: [],
  },
};

/** Makes sure they are there: found, named by a setting, or installed where that needs no asking (Debian, as root). */
export function ensureServers(names = Object.keys(SERVERS)) {
  const missing = names.filter((name) => !isThere(SERVERS[name]));
  if (missing.length === 0) return;
  const packages = missing.flatMap((name) => SERVERS[name].package.split(' '));
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')) {
    installFromDebian(packages);
  }
  const stillMissing = missing.filter((name) => !isThere(SERVERS[name]));
  if (stillMissing.length > 0) fail(whatToDo(stillMissing));
}

function isThere({ programs, files = [], given }) {
  if (given.length > 0 && given.every((name) => process.env[name])) return true;
  const postgresql = '/usr/lib/postgresql';
  const versions = existsSync(postgresql) ? readdirSync(postgresql) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(postgresql, version, 'bin')),
    '/usr/sbin',
    '/usr/local/bin',
  ];
  if (!files.every((file) => existsSync(file))) return false;
  return programs.every((names) => names.some((name) => folders.some((folder) => isExecutable(join(folder, name)))));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** RUNLEVEL=1 tells Debian's packages not to start their services: the tests start their own. */
function installFromDebian(packages) {
  console.log(`Installing ${packages.join(', ')} from Debian …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const steps = [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) {
    const { status, stdout, stderr } = spawnSync('apt-get', step, { env, encoding: 'utf8', maxBuffer: 1e8 });
    if (status !== 0)
      fail(
        `apt-get ${step[0]} failed, so ${packages.join(', ')} could not be installed: ${lastLine(stderr || stdout)}`,
      );
  }
}

function lastLine(output) {
  return output?.trim().split('\n').at(-1) ?? '';
}

function whatToDo(names) {
  const packages = names.map((name) => SERVERS[name].package).join(' ');
  const settings = names.flatMap((name) => SERVERS[name].given);
  const instead = settings.length === 0 ? '' : `, or set ${settings.join(', ')}`;
  return `The tests need ${names.join(', ')}: install them (Debian: apt-get install ${packages})${instead}.`;
}
