import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNationalCode } from '#citizens/national-code.ts';
import { MINUTE } from '#platform/durations.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { createRecovering, NEW } from './recovering.ts';

let proofing: OpenProofing;
beforeAll(async () => {
  proofing = await openProofing();
}, 2 * MINUTE);
afterAll(() => proofing.close());

test(
  'two tabs that choose a password at once make one account, with the password of the one that is told so',
  async () => {
    const from = { network: 'home', language: 'fa' as const };
    for (const deviceSecret of ['one', 'two', 'three', 'four', 'five']) {
      const { enrolments } = proofing.start();
      const { nationalCode, birthDate, phones } = createRecovering(proofing).newcomer();
      const phone = phones[0] ?? '';
      await enrolments.begin({ deviceSecret, from });
      await enrolments.act(deviceSecret, { step: 'identity', nationalCode, birthDate }, from);
      await enrolments.act(deviceSecret, { step: 'phone', phone }, from);
      await enrolments.act(deviceSecret, { step: 'phone-code', code: codeIn(proofing, phone) }, from);
      const both = await Promise.all(
        [`${NEW} یک`, `${NEW} دو`].map((password) =>
          enrolments.act(deviceSecret, { step: 'password', password }, from),
        ),
      );
      expect(both.map(({ outcome }) => outcome).sort()).toEqual(['moved', 'not-now']);
      const code = readNationalCode(nationalCode);
      const { id = '' } = (code && (await proofing.citizens.findByNationalCode(code))) ?? {};
      const chosen = both[0]?.outcome === 'moved' ? 'یک' : 'دو';
      expect(await proofing.citizens.passwordHashOf(id)).toBe(`hash of ${NEW} ${chosen}`);
    }
  },
  MINUTE,
);
