import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { type OutsideName, type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { faultsOf, faultsWithoutScript } from '#tests/support/page-checks.ts';
import { inPersianDigits } from '#tests/support/virtual-person.ts';

/** Whoever tries the demo makes its outside services fail by a form on their pages, without a program. */
const services: Record<OutsideName, { setting: string; question: string; body: object; answers: number }> = {
  'civil-registry': {
    ...{ setting: 'CIVIL_REGISTRY', question: '/v1/person-matches', answers: 200 },
    body: { nationalCode: '4419057726', birthDate: '2005-02-04' },
  },
  'mobile-ownership': {
    ...{ setting: 'MOBILE_OWNERSHIP', question: '/v1/ownership-checks', answers: 200 },
    body: { nationalCode: '4419057726', mobileNumber: '+989990000011' },
  },
  sms: {
    ...{ setting: 'SMS_GATEWAY', question: '/messages', answers: 202 },
    body: { to: '+989990000011', text: 'a message' },
  },
};
const names = Object.keys(services) as OutsideName[];

let chromium: Browser;
let outside: OutsideServices;
beforeAll(async () => {
  chromium = await launchChromium();
  outside = await startOutsideServices();
});
afterEach(async () => {
  for (const name of names) await outside.spoil(name, {});
});
afterAll(async () => {
  await chromium.close();
  await outside.close();
});

const setting = (name: OutsideName, of: 'URL' | 'TOKEN') =>
  outside.environment[`PANJEREH_${services[name].setting}_${of}`] ?? '';

/** As the provider asks: a status, or nothing. */
function ask(name: OutsideName): Promise<number | 'no answer'> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${setting(name, 'TOKEN')}` };
  const { question, body } = services[name];
  return fetch(setting(name, 'URL') + question, { method: 'POST', headers, body: JSON.stringify(body) }).then(
    ({ status }) => status,
    () => 'no answer',
  );
}

async function openPage(name: OutsideName, { language, hasScript = true }: { language: string; hasScript?: boolean }) {
  const viewport = { width: 360, height: 780 };
  const context = await chromium.newContext({ locale: language, viewport, javaScriptEnabled: hasScript });
  const tab = await context.newPage();
  tab.setDefaultTimeout(5000);
  await tab.goto(`${setting(name, 'URL')}/?lang=${language}`);
  const faults = hasScript ? faultsOf : faultsWithoutScript;
  expect(await faults(tab)).toEqual([]);
  await tab.locator('a[href="/faults"]').click();
  await tab.waitForURL('**/faults');
  expect(await faults(tab)).toEqual([]);
  return { tab, close: () => context.close() };
}

async function choose(tab: Page, label: string): Promise<void> {
  await tab.getByLabel(label, { exact: true }).check();
  const arrived = tab.waitForEvent('framenavigated');
  await tab.locator('form[action="/switch"] button').click();
  await arrived;
}

const words = {
  fa: { up: 'درست کار می‌کند', errors: 'همیشه خطا می‌دهد', outage: 'از دسترس خارج است' },
  en: { up: 'Works', errors: 'Every answer is an error', outage: 'Cannot be reached' },
} as const;

describe.each(names)('the page of %s', (name) => {
  test.each(['fa', 'en'] as const)('makes it fail, vanish and work again (%s, without script)', async (language) => {
    const { tab, close } = await openPage(name, { language, hasScript: false });
    expect(await ask(name), 'control: before').toBe(services[name].answers);
    for (const [label, answer] of [
      [words[language].errors, 503],
      [words[language].outage, 'no answer'],
      [words[language].up, services[name].answers],
    ] as const) {
      await choose(tab, label);
      expect([label, await ask(name)]).toEqual([label, answer]);
      expect(await tab.getByLabel(label, { exact: true }).isChecked()).toBe(true);
    }
    await close();
  });

  test('passes axe, and takes a delay in Persian digits', async () => {
    const { tab, close } = await openPage(name, { language: 'fa' });
    await tab.fill('[name=latencyMs]', inPersianDigits('300'));
    await choose(tab, words.fa.up);
    expect(await (await fetch(`${setting(name, 'URL')}/switch`)).json()).toEqual({ latencyMs: 300, mode: 'up' });
    await close();
  });

  test('says when a delay cannot be taken, and changes nothing', async () => {
    const { tab, close } = await openPage(name, { language: 'en' });
    await tab.fill('[name=latencyMs]', 'a while');
    await choose(tab, words.en.outage);
    expect(await tab.locator('main [role=alert]').textContent()).toContain('0 to 60000');
    expect(await ask(name)).toBe(services[name].answers);
    await close();
  });
});

test('whoever is choosing a fault of the inbox, whose list refreshes itself, does not lose what they chose', async () => {
  const { tab, close } = await openPage('sms', { language: 'en' });
  const [list, form] = await Promise.all([fetch(setting('sms', 'URL')), fetch(tab.url())]);
  expect([list.headers.get('refresh'), form.headers.get('refresh')]).toEqual(['5', null]);
  await close();
});
