import { join } from 'node:path';
import { findNode, installPackages, root } from './install.mjs';
import { run } from './run.mjs';

/** `npm start`: the provider on its embedded stores, two demo universities and an SMS inbox, from nothing. */
installPackages();
// What the first start compiled, the second finds: half of the time it takes to load the code.
const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/compiled');
process.exitCode = await run(findNode(), ['demo/start.ts', ...process.argv.slice(2)], { NODE_COMPILE_CACHE: compiled });
