import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { writeGallery } from '#tests/views/gallery.ts';
import { serveGallery } from '#tests/views/gallery-server.ts';

/** As wide as A4 is between its margins: narrower than the screens on which tables become lists. */
const PAPER = { width: 718, height: 1000 };

test('a report on paper is a table with every exchange open, and nothing to click', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'panjereh-print-'));
  writeGallery(folder);
  await using site = await serveGallery(folder);
  const browser = await launchChromium();
  try {
    for (const language of ['fa', 'en']) {
      const page = await browser.newPage({ viewport: PAPER });
      await page.goto(`${site.origin}/console-acceptance-red.${language}.html`);
      const exchange = page.locator('.console-table details ol').first();
      const head = page.locator('.console-table thead').first();
      const tabs = page.locator('nav.filter');
      const seen = async () => [await head.isVisible(), await exchange.isVisible(), await tabs.isVisible()];
      expect(await seen(), 'on a narrow screen').toEqual([false, false, true]);
      await page.emulateMedia({ media: 'print' });
      expect(await seen(), 'on paper').toEqual([true, true, false]);
      expect(await page.locator('button:visible, input:visible').count()).toBe(0);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PAPER.width);
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});
