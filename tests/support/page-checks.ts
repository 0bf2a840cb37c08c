import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong with the page as it stands in Chromium: axe-core's rules, and anything wider than the screen. */
export async function faultsOf(tab: Page): Promise<string[]> {
  await tab.evaluate('document.fonts.ready.then(() => undefined)');
  await tab.evaluate(axeSource);
  const { violations } = await tab.evaluate<AxeResults>('axe.run()');
  const [page = 0, screen = 0] = await tab.evaluate<number[]>(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  );
  return [
    ...violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ...(page > screen ? [`${page} px wide on a screen of ${screen} px`] : []),
  ];
}

/**
 * The same of a page in a browser without script, where axe cannot run: what that browser has made of the page is put
 * before one with script, with its <noscript> opened and its scripts taken out, at the same address and size.
 */
export async function faultsWithoutScript(tab: Page): Promise<string[]> {
  const html = (await tab.content()).replace(/<script\b.*?<\/script>/gs, '').replace(/<(\/?)noscript\b/g, '<$1div');
  const viewport = tab.viewportSize();
  const context = await tab.context().browser()?.newContext({ viewport, reducedMotion: 'reduce' });
  if (context === undefined) throw new Error('the browser is gone');
  try {
    const copy = await context.newPage();
    await copy.route(tab.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    await copy.goto(tab.url());
    return await faultsOf(copy);
  } finally {
    await context.close();
  }
}

/** Everything that Chromium complains about from now on: errors of scripts, policy and missing files. */
export function collectComplaints(tab: Page): string[] {
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} at ${message.location().url}`);
  });
  tab.on('pageerror', (error) => complaints.push(String(error)));
  tab.on('requestfailed', (request) => {
    const failure = request.failure()?.errorText ?? '';
    // A form that goes on to the next page ends what the page before still loaded.
    if (failure !== 'net::ERR_ABORTED') complaints.push(`${failure} at ${request.url()}`);
  });
  return complaints;
}

/** The sites whose pages are shown from now on; what only redirects shows none. */
export function sitesSeen(tab: Page): string[] {
  const sites: string[] = [];
  tab.on('framenavigated', (frame) => sites.push(new URL(frame.url()).origin));
  return sites;
}
