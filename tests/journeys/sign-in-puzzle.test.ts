import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { solvePuzzle } from '#tests/support/puzzle.ts';
import { beginRecovery } from '#tests/support/recovery.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const NOBODY = '6691000412';
const code = (citizen: number) => provider.citizens[citizen]?.nationalCode ?? '';

/** A page after so many wrong passwords, from a browser that nobody knows. */
async function afterWrong(tries: number, nationalCode: string) {
  const browser = createBrowser();
  const { url, finish } = await university.begin();
  let page = await browser.open(url, { stayAt: provider.issuer });
  for (let attempt = 0; attempt < tries; attempt++) {
    page = await browser.submit(page, { national_code: nationalCode, password: 'wrong' }, { stayAt: provider.issuer });
  }
  const send = (from: Page, fields: Record<string, string>) =>
    browser.submit(from, { national_code: nationalCode, ...fields }, { stayAt: provider.issuer });
  return { browser, page, send, finish };
}

const solve = async (page: Page) => (await solvePuzzle(page)) ?? '';

test('two slips are free; after the third a try has to come with a solved puzzle, and then the password counts', async () => {
  expect((await afterWrong(2, code(0))).page.text).not.toContain('id="puzzle"');
  const { page, send } = await afterWrong(1, code(0));
  expect(page.text).toContain('id="puzzle"');

  const without = await send(page, { password: provider.password });
  expect(without.status).toBe(422);
  expect(without.text).toContain('The browser check was not done');
  const wrong = await send(without, { password: provider.password, puzzle: '{"challenge":{}}' });
  expect(wrong.status).toBe(422);
  const solved = await send(wrong, { password: provider.password, puzzle: await solve(wrong) });
  expect(solved.url).toContain('/consent/');
});

test('a solution counts once', async () => {
  const { page, send } = await afterWrong(3, code(1));
  const puzzle = await solve(page);
  const spent = await send(page, { password: 'wrong', puzzle });
  expect(spent.text).toContain('The national code or the password is not right');
  const again = await send(spent, { password: provider.password, puzzle });
  expect(again.text).toContain('The browser check was not done');
});

test('without script a code by SMS stands in for the puzzle, for this national code alone', async () => {
  const { browser, page, send } = await afterWrong(3, code(2));
  const asked = await submitTo(browser, page, { path: '/puzzle-code', stayAt: provider.issuer });
  expect(asked.text).toContain('name="puzzle_code"');
  // It leaves after the page, so that the page's time tells nothing.
  await expect.poll(() => outside.codesTo('+989990000003').length).toBe(1);
  const puzzle_code = outside.codeFor('+989990000003');
  const other = await send(asked, { national_code: code(1), password: provider.password, puzzle_code });
  expect(other.status).toBe(422);
  const right = await send(asked, { password: provider.password, puzzle_code });
  expect(right.url).toContain('/consent/');
});

test('a lost phone’s page, which takes a password too, is no way around it', async () => {
  const stay = { stayAt: provider.issuer };
  const browser = createBrowser();
  let page = await beginRecovery(browser, provider.issuer, 'lost-phone');
  const send = (fields: Record<string, string>) => browser.submit(page, { national_code: code(0), ...fields }, stay);
  // What was tried at the sign-in page before counts here.
  for (let attempt = 0; attempt < 3; attempt++) page = await send({ password: 'wrong' });
  expect(page.text).toContain('id="puzzle"');
  page = await send({ password: provider.password });
  expect([page.status, page.text]).toEqual([422, expect.stringContaining('The browser check was not done')]);
  page = await submitTo(browser, page, { path: '/puzzle-code', ...stay });
  await expect.poll(() => outside.codesTo('+989990000001').length).toBe(1);
  page = await send({ password: provider.password, puzzle_code: '000000' });
  expect(page.text).toContain('This code is not right or too old');
  const solved = await send({ password: provider.password, puzzle: await solve(page) });
  expect(new URL(solved.url).pathname).toBe('/recover/second-proof');
});

test('nobody can tell from the puzzle or its code who exists', async () => {
  const texts = [];
  for (const nationalCode of [code(3), NOBODY]) {
    const { browser, page } = await afterWrong(3, nationalCode);
    const asked = await submitTo(browser, page, { path: '/puzzle-code', stayAt: provider.issuer });
    for (const shown of [page, asked]) {
      texts.push({
        status: shown.status,
        text: shown.text
          .replaceAll(nationalCode, 'CODE')
          .replace(/value="[\w-]{43}"|&quot;[\w-]{43}&quot;|sign[-_]in[/=][\w-]+|data-challenge="[^"]*"/g, ''),
      });
    }
  }
  expect(texts[0]).toEqual(texts[2]);
  expect(texts[1]).toEqual(texts[3]);
  await expect.poll(() => outside.codesTo('+989990000004').length).toBe(1);
});
