import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { Browser, Page } from './browser.ts';

/** The answer to the puzzle on a page, as its script would send it; undefined where there is none. */
export async function solvePuzzle(page: Page): Promise<string | undefined> {
  const written = /id="puzzle"[^>]*data-challenge="([^"]*)"/.exec(page.text)?.[1];
  if (written === undefined) return undefined;
  const challenge: Challenge = JSON.parse(written.replaceAll('&quot;', '"'));
  return JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) });
}

/** A try that pays what it costs: a page that answers with a puzzle is sent again with it solved. */
export async function submitPaying(
  browser: Browser,
  page: Page,
  fields: Record<string, string>,
  options: { stayAt?: string; headers?: Record<string, string> },
): Promise<Page> {
  const answer = await browser.submit(page, fields, options);
  const isTurnedAway = answer.status === 422 && answer.text.includes('The browser check was not done');
  const puzzle = isTurnedAway ? await solvePuzzle(answer) : undefined;
  return puzzle === undefined ? answer : browser.submit(answer, { ...fields, puzzle }, options);
}
