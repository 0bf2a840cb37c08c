import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from './install.mjs';
import { ensureServers } from './real-servers.mjs';
import { run } from './run.mjs';

/** `npm test`: everything that CI runs. The last line, `N passed, N failed`, is read from the test runner's own report. */
installPackages();
ensureServers();

const problems = [];
if ((await run('tsc', ['--noEmit'])) !== 0) problems.push('tsc found type errors');
if ((await run('biome', ['check'])) !== 0) problems.push('biome found lint or format errors');

const folder = mkdtempSync(join(tmpdir(), 'panjereh-report-'));
const reportFile = join(folder, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const code = await run('vitest', ['run', ...reporters, ...process.argv.slice(2)]);
if (code !== 0) problems.push(`the test runner ended with exit code ${code}`);

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
if (counts.passed + counts.failed === 0) problems.push('no test ran');
if (counts.skipped > 0) problems.push(`${counts.skipped} tests were skipped, and none may be`);
if (problems.length > 0) console.error(`Not good: ${problems.join('; ')}.`);
process.exitCode = problems.length > 0 || counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed`);

/** A file that could not be loaded has no test to count and is counted as one failure. */
function readCounts() {
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    const notLoaded = report.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + notLoaded.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    problems.push('the test runner left no report');
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
