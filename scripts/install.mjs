import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Plain JavaScript, for any Node from 20 on and with nothing installed: this is what runs first on a fresh machine. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Node 24, which npm brings as a package on Linux. */
export function findNode() {
  const packaged = join(root, `node_modules/node-linux-${process.arch}/bin/node`);
  if (existsSync(packaged)) return packaged;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  return fail(
    `This needs Node 24: no package brings it for ${process.platform} on ${process.arch}, so install it first.`,
  );
}

/** Installs what package-lock.json names, without running any package's scripts. Silent when it is all there. */
export function installPackages() {
  if (isInstalled()) return;
  console.log('Installing packages …');
  // Under `npm start` the Node that runs npm is named; the one on the PATH may lie in the folder about to be replaced.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, args] = npm?.endsWith('.js') && node ? [node, [npm]] : ['npm', []];
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, [...args, ...options], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail('Installing the packages failed; npm says why above.');
}

/** Ends this process with one line that says what is wrong. */
export function fail(line) {
  console.error(line);
  process.exit(1);
}

/** npm writes what it has installed to a hidden lockfile, as the last thing it does. */
function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && installed[path] === undefined),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installPackages();
