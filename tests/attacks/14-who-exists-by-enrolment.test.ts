import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CITIZENS } from '#root/commands/demo-citizens.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { identityFields, KIAN, NAVID, PARISA, phoneOf, walkEnrolment, wordsOf } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, registryRecordOf } from '#tests/support/recovery.ts';
import type { KnownPerson } from '../../demo/people/known-people.ts';

/** Whether somebody has an account is told by no page of enrolment and recovery, before they have proven to be that person. */
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({
    environment: { ...outside.environment, PANJEREH_TRUSTED_PROXIES: '127.0.0.1 ::1' },
  });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

let networks = 0;
/** Each attempt comes from a network of its own, so that limits do not make the difference. */
function newBrowser() {
  networks += 1;
  const forwarded = `192.0.2.${networks}`;
  return createBrowser({
    send: (url, init) => {
      const headers = new Headers(init.headers);
      headers.set('x-forwarded-for', forwarded);
      return fetch(url, { ...init, headers });
    },
  });
}

const stayAt = () => ({ stayAt: provider.issuer });
const recordOf = (state: string): KnownPerson => {
  const citizen = DEMO_CITIZENS.find((each) => each.state === state);
  return registryRecordOf(citizen ?? { nationalCode: '' });
};

/** What an onlooker can compare: everything but what is drawn by lot, and what they typed themselves. */
function comparable({ url, status, headers, text }: Page, who: KnownPerson) {
  const drawn = /^(?:date|x-request-id|etag|content-length|set-cookie)$/;
  return {
    path: new URL(url).pathname,
    status,
    cookies: headers.getSetCookie().map((line) => line.split('=', 1)[0]),
    headers: [...headers].filter(([name]) => !drawn.test(name)),
    text: text
      .replaceAll(who.nationalCode, 'CODE')
      .replaceAll(phoneOf(who).slice(-4), 'LAST')
      .replaceAll(/value="\d{1,4}"/g, 'TYPED')
      .replaceAll(/\b\d+ seconds/g, 'A WHILE')
      .replaceAll(/[\w-]{43}/g, 'DRAWN'),
  };
}

async function enrolUpTo(who: KnownPerson, until: 'phone' | 'code') {
  const browser = newBrowser();
  return { browser, page: await walkEnrolment({ browser, outside, issuer: provider.issuer, who, until }) };
}

describe('an enrolment in the name of', () => {
  test.each(['active', 'locked', 'closed'])(
    'a citizen who is %s looks like one of a person without an account, up to the proof of their number',
    async (state) => {
      const theirs = recordOf(state);
      for (const until of ['phone', 'code'] as const) {
        const [one, other] = [await enrolUpTo(theirs, until), await enrolUpTo(PARISA, until)];
        expect(comparable(one.page, theirs)).toEqual(comparable(other.page, PARISA));
        if (until === 'phone') continue;
        const wrong = { code: '000000' };
        const [refused, alike] = [
          await one.browser.submit(one.page, wrong, stayAt()),
          await other.browser.submit(other.page, wrong, stayAt()),
        ];
        expect(refused.status).toBe(422);
        expect(comparable(refused, theirs)).toEqual(comparable(alike, PARISA));
      }
    },
  );

  test('control: whoever has the number is told, and the account is as it was', async () => {
    const theirs = recordOf('active');
    const { browser, page } = await enrolUpTo(theirs, 'code');
    const told = await browser.submit(page, { code: outside.codeFor(phoneOf(theirs)) }, stayAt());
    expect(wordsOf(told)).toContain('You already have an account');
    const none = await enrolUpTo(NAVID, 'code');
    const asked = await none.browser.submit(none.page, { code: outside.codeFor(phoneOf(NAVID)) }, stayAt());
    expect(comparable(told, theirs)).not.toEqual(comparable(asked, NAVID));
  });
});

describe('a recovery', () => {
  /** Nobody's birth date, and nobody's account: the national code is valid, and no citizen of ours has it. */
  const nobody = KIAN;

  async function forgotten(who: KnownPerson): Promise<Page[]> {
    const browser = newBrowser();
    const identity = await beginRecovery(browser, provider.issuer, 'forgotten-password');
    const code = await browser.submit(identity, identityFields(who), stayAt());
    const wrong = await browser.submit(code, { code: '000000' }, stayAt());
    const tries = [wrong];
    for (let round = 0; round < 6; round += 1) tries.push(await browser.submit(wrong, { code: '000001' }, stayAt()));
    const form = [...wrong.text.matchAll(/<form\b[^>]*action="([^"]*)"/g)].findIndex(
      ([, action]) => action === '/recover/code/again',
    );
    tries.push(await browser.submit(wrong, {}, { ...stayAt(), form }));
    return [identity, code, ...tries];
  }

  test.each(['active', 'locked', 'closed'])(
    'of a forgotten password, for a citizen who is %s, looks like one for nobody: pages, tries and another message',
    async (state) => {
      const theirs = recordOf(state);
      const [one, other] = [await forgotten(theirs), await forgotten(nobody)];
      expect(one.map((page) => comparable(page, theirs))).toEqual(other.map((page) => comparable(page, nobody)));
      expect(one.at(-1)?.status).toBe(429);
    },
  );

  test('of a forgotten password with a wrong birth date looks like one with the right one', async () => {
    const theirs = recordOf('active');
    const wrong = { ...theirs, birthDateJalali: '1360/1/1' };
    const [one, other] = [await forgotten(theirs), await forgotten(wrong)];
    expect(one.map((page) => comparable(page, theirs))).toEqual(other.map((page) => comparable(page, wrong)));
  });

  test('control: only the citizen of that birth date is sent a code, so the pages had something to hide', async () => {
    const theirs = registryRecordOf(provider.citizens[3] ?? { nationalCode: '' });
    await forgotten({ ...theirs, birthDateJalali: '1360/1/1' });
    await forgotten(nobody);
    expect(outside.messagesTo(phoneOf(nobody))).toEqual([]);
    expect(outside.messagesTo(phoneOf(theirs))).toEqual([]);
    await forgotten(theirs);
    await expect.poll(() => outside.codesTo(phoneOf(theirs)).length).toBe(1);
  });

  test.each(['active', 'locked', 'closed'])(
    'of a lost phone with a wrong password, for a citizen who is %s, looks like one for nobody',
    async (state) => {
      const refused = async (who: KnownPerson) => {
        const browser = newBrowser();
        const known = await beginRecovery(browser, provider.issuer, 'lost-phone');
        return browser.submit(known, { national_code: who.nationalCode, password: 'wrong' }, stayAt());
      };
      const theirs = recordOf(state);
      expect(comparable(await refused(theirs), theirs)).toEqual(comparable(await refused(nobody), nobody));
    },
  );

  test('a code that stops nothing is refused alike, whatever it is', async () => {
    const browser = newBrowser();
    const page = await browser.open(`${provider.issuer}/recover/stop`);
    const answers = [];
    for (const code of ['000000000000', '999999999999', 'x'])
      answers.push({
        ...comparable(await browser.submit(page, { code }, stayAt()), KIAN),
        text: '',
      });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});
