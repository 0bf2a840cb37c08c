import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Goes there by the Tab key alone, and wants one to see where one is. */
export async function tabTo(tab: Page, selector: string): Promise<void> {
  const isOn = () => tab.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
  for (let step = 0; step < 60 && !(await isOn()); step += 1) await tab.keyboard.press('Tab');
  expect([selector, await isOn()]).toEqual([selector, true]);
  const outline = 'parseFloat(getComputedStyle(document.activeElement).outlineWidth)';
  expect(await tab.evaluate<number>(outline)).toBeGreaterThanOrEqual(2);
}
