import { findNode, installPackages } from './install.mjs';
import { run } from './run.mjs';

/** `npm start`: the provider on its embedded stores, two demo universities and an SMS inbox, from nothing. */
installPackages();
process.exitCode = await run(findNode(), ['demo/start.ts', ...process.argv.slice(2)]);
