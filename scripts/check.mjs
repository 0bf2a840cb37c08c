import { installPackages } from './install.mjs';
import { run } from './run.mjs';

/** `npm run check`: what to run before every commit. Types, lint and format, architecture, unit tests; no servers. */
installPackages();
const failed = [];
if ((await run('tsc', ['--noEmit'])) !== 0) failed.push('types');
if ((await run('biome', ['check'])) !== 0) failed.push('lint and format');
if ((await run('vitest', ['run', '--project', 'unit'])) !== 0) failed.push('unit tests');
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length;
