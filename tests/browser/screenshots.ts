/**
 * `npm run screenshots` pictures every page in both languages, on a phone and on a desk, light and dark, into
 * screenshots/. Names given as arguments ("sign-in consent") restrict it to those pages. On the way it checks
 * what can only be seen in a browser: axe-core's rules, nothing wider than the screen (at 200 % zoom too), and
 * the Content-Security-Policy. Ends with 1 when something is wrong.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium.ts';
import { type GalleryPage, writeGallery } from '#tests/views/gallery.ts';
import { serveGallery } from '#tests/views/gallery-server.ts';

const folder = fileURLToPath(new URL('../../screenshots', import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const screens = [
  { name: 'phone', width: 360, height: 740 },
  { name: 'desk', width: 1280, height: 800 },
];
const schemes = ['light', 'dark'] as const;

async function takeAll(wanted: readonly string[]): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const pages = writeGallery(`${folder}/html`).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  await using gallery = await serveGallery(`${folder}/html`);
  const browser = await launchChromium();
  const problems: string[] = [];
  try {
    for (const screen of screens) {
      for (const colorScheme of schemes) {
        const viewport = { width: screen.width, height: screen.height };
        const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
        const file = ({ name, language }: GalleryPage) =>
          `${folder}/${name}.${language}.${screen.name}.${colorScheme}.png`;
        problems.push(...(await takeEach(context, { origin: gallery.origin, pages, file })));
        await context.close();
      }
    }
    problems.push(
      ...(await checkZoomed(await browser.newContext({ viewport: { width: 640, height: 400 } }), {
        origin: gallery.origin,
        pages,
      })),
    );
  } finally {
    await browser.close();
  }
  for (const problem of problems) console.error(problem);
  console.log(
    `${pages.length} pages on ${screens.length} screens, light and dark: ${problems.length} problems. ${folder}`,
  );
  return problems.length;
}

type Round = { origin: string; pages: readonly GalleryPage[] };

async function takeEach(
  context: BrowserContext,
  { origin, pages, file }: Round & { file: (page: GalleryPage) => string },
): Promise<string[]> {
  const problems: string[] = [];
  const tab = await context.newPage();
  for (const page of pages) {
    const complaints = collectComplaints(tab);
    await open(tab, `${origin}${page.path}`);
    await tab.screenshot({ path: file(page), fullPage: true });
    const found = [...complaints.splice(0), ...(await tooWide(tab)), ...(await axeViolations(tab))];
    problems.push(...found.map((problem) => `${file(page).replace(`${folder}/`, '')}: ${problem}`));
    tab.removeAllListeners('console');
  }
  return problems;
}

/** Zooming to 200 % halves the width that a page has: 1280 px become 640, and 720 of a small laptop become 360. */
async function checkZoomed(context: BrowserContext, { origin, pages }: Round): Promise<string[]> {
  const problems: string[] = [];
  const tab = await context.newPage();
  for (const width of [640, 320]) {
    await tab.setViewportSize({ width, height: 400 });
    for (const page of pages) {
      await open(tab, `${origin}${page.path}`);
      problems.push(...(await tooWide(tab)).map((problem) => `${page.path} at ${width} px: ${problem}`));
    }
  }
  await context.close();
  return problems;
}

/** The page that posts itself on would be gone before it is pictured: its script is not loaded here. */
async function open(tab: Page, url: string): Promise<void> {
  await tab.route('**/auto-submit.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
  await tab.goto(url);
  await tab.evaluate('document.fonts.ready.then(() => undefined)');
}

function collectComplaints(tab: Page): string[] {
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

async function tooWide(tab: Page): Promise<string[]> {
  const widths = await tab.evaluate<{ page: number; screen: number }>(
    '({ page: document.documentElement.scrollWidth, screen: window.innerWidth })',
  );
  return widths.page > widths.screen ? [`${widths.page} px wide on a screen of ${widths.screen} px`] : [];
}

async function axeViolations(tab: Page): Promise<string[]> {
  await tab.evaluate(axeSource);
  const { violations } = await tab.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

if (import.meta.main) {
  process.exitCode = (await takeAll(process.argv.slice(2))) === 0 ? 0 : 1;
}
