import { findNode, installPackages } from './install.mjs';
import { ensureServers } from './real-servers.mjs';
import { run } from './run.mjs';

/** `npm run screenshots`: every page in Persian and English, taken by a real Chromium into screenshots/. */
installPackages();
ensureServers(['chromium']);
process.exitCode = await run(findNode(), ['tests/browser/screenshots.ts', ...process.argv.slice(2)]);
