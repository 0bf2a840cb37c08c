import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Authenticate, PasswordSignIn } from '#citizens/authenticate.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { needsRehash } from '#citizens/password-cost.ts';
import { createPasswordPool, type PasswordPool, PasswordWorkFailed, PoolFull } from '#citizens/password-pool.ts';

import { makeNationalCode } from './make-national-code.ts';
import { type OpenCitizens, openCitizens, someCitizen } from './open-citizens.ts';

const RIGHT = 'open-the-window';
const WRONG = 'open-the-door';

// Every sign-in hashes for real, at a low priority: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let room: OpenCitizens;
let passwords: PasswordPool;
let hashOfRight: string;
let authenticate: Authenticate;

beforeAll(async () => {
  room = await openCitizens();
  passwords = createPasswordPool({ workers: 1 });
  hashOfRight = await passwords.hash(RIGHT);
}, 60_000);
afterAll(async () => {
  await passwords.close();
  await room.close();
});
beforeEach(() => {
  room.refusals.length = 0;
  authenticate = room.openAuthenticate({ passwords });
});

async function saved(change: Partial<Citizen> = {}, hash: string | undefined = hashOfRight): Promise<Citizen> {
  const citizen = someCitizen(change);
  await room.citizens.save(citizen);
  if (hash !== '') await room.citizens.setPasswordHash(citizen.id, hash);
  return citizen;
}

const signIn = (attempt: Pick<PasswordSignIn, 'nationalCode'> & Partial<PasswordSignIn>) =>
  authenticate({
    ...{ password: RIGHT, network: '203.0.113.7', device: undefined, hasSolvedPuzzle: 'not-asked' as const },
    ...attempt,
  });

describe('each state of an account, with a right and with a wrong password', () => {
  test.each([
    ['active', { outcome: 'accepted' }],
    ['must-change-password', { outcome: 'accepted' }],
    ['locked', { outcome: 'not-allowed', reason: 'locked' }],
    ['closed', { outcome: 'not-allowed', reason: 'closed' }],
  ] as const)('%s', async (state, withRightPassword) => {
    const { id, nationalCode } = await saved({ state });
    expect(await signIn({ nationalCode })).toMatchObject(withRightPassword);
    const isRefused = withRightPassword.outcome === 'not-allowed';
    expect(room.refusals.map(({ reason }) => reason)).toEqual(isRefused ? [state] : []);
    room.refusals.length = 0;
    expect(await signIn({ nationalCode, password: WRONG })).toEqual({ outcome: 'wrong-credentials' });
    expect(room.refusals).toEqual([{ citizenId: id, reason: 'wrong-password', network: '203.0.113.7' }]);
  });

  test('a wrong password is told to those who count, and a right one is not told as wrong', async () => {
    const attempts = room.openAttempts();
    let failed = 0;
    authenticate = room.openAuthenticate({
      passwords,
      attempts: {
        ...attempts,
        async begin(attempt) {
          const begun = await attempts.begin(attempt);
          if (begun.outcome !== 'begun') return begun;
          const fail = async () => {
            failed += 1;
            await begun.attempt.fail();
          };
          return { ...begun, attempt: { ...begun.attempt, fail } };
        },
      },
    });
    const { nationalCode } = await saved();
    await signIn({ nationalCode, password: WRONG });
    await signIn({ nationalCode: makeNationalCode(77_777), password: WRONG });
    expect(failed).toBe(2);
    await signIn({ nationalCode });
    expect(failed).toBe(2);
  });

  test('one who never chose a password cannot sign in with any', async () => {
    const { nationalCode } = await saved({}, '');
    for (const password of ['', RIGHT, 'undefined', 'null']) {
      expect(await signIn({ nationalCode, password })).toEqual({ outcome: 'wrong-credentials' });
    }
  });

  test('an account that is locked while its password is being checked stays out', async () => {
    const { id, nationalCode } = await saved();
    const locksMeanwhile: PasswordPool = {
      ...passwords,
      async verify(check) {
        await room.citizens.setState(id, 'locked', 'reported-stolen');
        return passwords.verify(check);
      },
    };
    authenticate = room.openAuthenticate({ passwords: locksMeanwhile });
    expect(await signIn({ nationalCode })).toEqual({ outcome: 'not-allowed', reason: 'locked' });
  });
});

describe('who exists', () => {
  test('a code that nobody has gets the same answer as a wrong password', async () => {
    const { nationalCode } = await saved();
    const nobody = await signIn({ nationalCode: makeNationalCode(1) });
    expect(nobody).toEqual(await signIn({ nationalCode, password: WRONG }));
    expect(room.refusals.map(({ reason }) => reason)).toEqual(['unknown-code', 'wrong-password']);
  });

  test('a code that nobody has costs one hashing too, and so does an account without a password', async () => {
    let verified = 0;
    const counting = {
      ...passwords,
      verify(check: Parameters<PasswordPool['verify']>[0]) {
        verified += 1;
        return passwords.verify(check);
      },
    };
    authenticate = room.openAuthenticate({ passwords: counting });
    await signIn({ nationalCode: makeNationalCode(2) });
    await signIn({ nationalCode: (await saved({}, '')).nationalCode });
    await signIn({ nationalCode: (await saved()).nationalCode, password: WRONG });
    expect(verified).toBe(3);
  });

  test('a code that nobody has is slowed down after as many tries as one that somebody has', async () => {
    const outcomes = async (nationalCode: string) => {
      const list = [];
      for (let i = 0; i < 8; i++) list.push((await signIn({ nationalCode, password: WRONG })).outcome);
      return list;
    };
    const nobodys = await outcomes(makeNationalCode(3));
    expect(nobodys).toEqual(await outcomes((await saved()).nationalCode));
    expect(nobodys.at(-1)).toBe('slow-down');
  });
});

describe('one canonical form', () => {
  const inPersian = (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
  const inArabic = (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit)));

  test('a code signs in however its digits are typed', async () => {
    const { id, nationalCode } = await saved();
    for (const typed of [nationalCode, inPersian(nationalCode), inArabic(nationalCode), ` ${nationalCode} `]) {
      expect(await signIn({ nationalCode: typed })).toMatchObject({ outcome: 'accepted', citizen: { id } });
    }
  });

  test('other digits do not bring other tries', async () => {
    const { nationalCode } = await saved();
    const forms = [nationalCode, inPersian(nationalCode), inArabic(nationalCode), [...nationalCode].join('-')];
    const outcomes = [];
    for (let i = 0; i < 12; i++) {
      outcomes.push((await signIn({ nationalCode: forms[i % 4] ?? '', password: WRONG })).outcome);
    }
    expect(outcomes.filter((outcome) => outcome === 'wrong-credentials')).toHaveLength(6);
  });

  test('what cannot be a code is refused like a wrong one, before anything is counted or hashed', async () => {
    for (const nationalCode of ['', '1234567890', "' or 1=1 --", '0'.repeat(10), 'x'.repeat(100_000)]) {
      expect(await signIn({ nationalCode })).toEqual({ outcome: 'wrong-credentials' });
    }
    expect(new Set(room.refusals.map(({ reason }) => reason))).toEqual(new Set(['malformed-code']));
  });
});

describe('a device that is known', () => {
  test('is given with the sign-in, and gets through while strangers are being slowed down', async () => {
    const { nationalCode } = await saved();
    const first = await signIn({ nationalCode });
    if (first.outcome !== 'accepted') throw new Error('was not accepted');
    for (let i = 0; i < 8; i++) await signIn({ nationalCode, password: WRONG });
    expect(await signIn({ nationalCode }), 'control').toMatchObject({ outcome: 'slow-down' });
    expect(await signIn({ nationalCode, device: first.knownDevice })).toMatchObject({ outcome: 'accepted' });
    expect(room.refusals.at(-1)).toMatchObject({ reason: 'too-many-attempts' });
  });
});

describe('when a password cannot be checked', () => {
  test.each([
    ['because too many wait', () => new PoolFull(5000)],
    ['because a worker was lost', () => new PasswordWorkFailed()],
  ])('%s, the error is passed on and no try is used up', async (_name, makeError) => {
    const { nationalCode } = await saved();
    let isBroken = true;
    const attempts = room.openAttempts();
    authenticate = room.openAuthenticate({
      attempts,
      passwords: {
        ...passwords,
        verify: (check) => (isBroken ? Promise.reject(makeError()) : passwords.verify(check)),
      },
    });
    for (let i = 0; i < 30; i++) await expect(signIn({ nationalCode })).rejects.toThrow(makeError().constructor);
    isBroken = false;
    expect(await signIn({ nationalCode })).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a hash made at a lower cost', () => {
  /** The right password at 1 MiB and one pass. */
  const cheap = '$argon2id$v=19$m=1024,p=1,t=1$aZgLcHgKZ3fgCmP8z9yYng$StghtVtzYSH6ADwVMerrxuxQp3Fucbt3/Uqq8X6vRIw';

  test('is made anew at the next right password, and not at a wrong one', async () => {
    const { id, nationalCode } = await saved({}, cheap);
    await signIn({ nationalCode, password: WRONG });
    expect(needsRehash((await room.citizens.passwordHashOf(id)) ?? '')).toBe(true);
    expect(await signIn({ nationalCode })).toMatchObject({ outcome: 'accepted' });
    expect(needsRehash((await room.citizens.passwordHashOf(id)) ?? '')).toBe(false);
    expect(await signIn({ nationalCode })).toMatchObject({ outcome: 'accepted' });
  });

  test('waits for another time when the pool is full', async () => {
    const { id, nationalCode } = await saved({}, cheap);
    const full = { ...passwords, hash: () => Promise.reject(new PoolFull(5000)) };
    authenticate = room.openAuthenticate({ passwords: full });
    expect(await signIn({ nationalCode })).toMatchObject({ outcome: 'accepted' });
    expect(needsRehash((await room.citizens.passwordHashOf(id)) ?? '')).toBe(true);
  });

  test('control: a hash at today’s cost is left as it is', async () => {
    const { id, nationalCode } = await saved();
    await signIn({ nationalCode });
    expect(await room.citizens.passwordHashOf(id)).toBe(hashOfRight);
  });
});

test('the audit hears neither the national code nor the password', async () => {
  const { nationalCode } = await saved();
  for (let i = 0; i < 8; i++) await signIn({ nationalCode, password: WRONG });
  await signIn({ nationalCode: '1234567890', password: WRONG });
  const heard = JSON.stringify(room.refusals);
  for (const secret of [nationalCode, '1234567890', WRONG, hashOfRight]) expect(heard).not.toContain(secret);
});
