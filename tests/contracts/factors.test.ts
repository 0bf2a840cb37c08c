import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ProofPurpose } from '#citizens/credential-proofs.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { DAY, SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';

const stores: [string, () => Promise<OpenFactors>][] = [
  ['embedded stores', () => openFactors()],
  [
    'PostgreSQL and Redis',
    async () => openFactors({ databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() }),
  ],
];

const binding = 'this browser';
const often = <Result>(times: number, act: () => Promise<Result>) => Promise.all(Array.from({ length: times }, act));

describe.each(stores)('what citizens prove themselves with, on %s', (_name, open) => {
  let room: OpenFactors;
  beforeAll(async () => {
    room = await open();
  });
  afterAll(() => room.close());

  const proofFor = (citizenId: string, purpose: ProofPurpose) => room.proofs.issue({ citizenId, purpose, binding });
  const codeAt = (secret: string, timestamp = room.clock.now()) => new TOTP({ secret }).generate({ timestamp });

  async function withAuthenticator() {
    const citizen = await room.newCitizen();
    const { id: citizenId } = citizen;
    const { secret } = room.authenticators.begin(citizen);
    const proof = await proofFor(citizenId, 'add-authenticator');
    const added = { citizenId, secret, code: codeAt(secret), name: 'گوشی', proof, binding };
    expect(await room.authenticators.confirm(added)).toBe('added');
    room.clock.advance(30 * SECOND);
    return { citizenId, secret };
  }

  test('a code of an authenticator counts once, the one that confirmed it included', async () => {
    const { citizenId, secret } = await withAuthenticator();
    const confirming = codeAt(secret, room.clock.now() - 30 * SECOND);
    expect(await room.authenticators.check({ citizenId, code: confirming })).toBe('used');
    const code = codeAt(secret);
    expect(await room.authenticators.check({ citizenId, code })).toBe('right');
    expect(await room.authenticators.check({ citizenId, code })).toBe('used');
  });

  test('checked 64 times at once it is right once', async () => {
    const { citizenId, secret } = await withAuthenticator();
    const outcomes = await often(64, () => room.authenticators.check({ citizenId, code: codeAt(secret) }));
    expect(outcomes.filter((outcome) => outcome === 'right')).toHaveLength(1);
  });

  test('an authenticator belongs to its citizen: another one’s code is wrong, and nobody else removes it', async () => {
    const [mine, other] = [await withAuthenticator(), await withAuthenticator()];
    const code = codeAt(mine.secret);
    expect(await room.authenticators.check({ citizenId: other.citizenId, code })).toBe('wrong');
    const [{ id = '' } = {}] = await room.authenticators.list(mine.citizenId);
    const proof = await proofFor(other.citizenId, 'remove-factor');
    expect(await room.authenticators.remove({ citizenId: other.citizenId, id, proof, binding })).toBe(false);
    expect(await room.authenticators.check({ citizenId: mine.citizenId, code }), 'control').toBe('right');
    const own = await proofFor(mine.citizenId, 'remove-factor');
    expect(await room.authenticators.remove({ citizenId: mine.citizenId, id, proof: own, binding })).toBe(true);
    expect(await room.authenticators.list(mine.citizenId)).toEqual([]);
  });

  test('a secret that is not of our full length is none, whoever knows its codes', async () => {
    const citizen = await room.newCitizen();
    const add = async (secret: string) => {
      const proof = await proofFor(citizen.id, 'add-authenticator');
      return room.authenticators.confirm({
        ...{ citizenId: citizen.id, secret, code: codeAt(secret), name: '', proof, binding },
      });
    };
    const { secret } = room.authenticators.begin(citizen);
    for (const length of [8, 16, 24]) expect(await add(secret.slice(0, length))).toBe('wrong-code');
    expect(await add(secret), 'control').toBe('added');
  });

  test('there are three at the most, even when ten are added at once', async () => {
    const citizen = await room.newCitizen();
    const outcomes = await often(10, async () => {
      const { secret } = room.authenticators.begin(citizen);
      const proof = await proofFor(citizen.id, 'add-authenticator');
      const added = { citizenId: citizen.id, secret, code: codeAt(secret), name: '', proof, binding };
      return room.authenticators.confirm(added);
    });
    expect(outcomes.toSorted()).toEqual([...Array(3).fill('added'), ...Array(7).fill('too-many')]);
  });

  async function withRecoveryCodes() {
    const { id: citizenId } = await room.newCitizen();
    const proof = await proofFor(citizenId, 'issue-recovery-codes');
    const codes = (await room.recoveryCodes.issue({ citizenId, proof, binding })) ?? [];
    expect(new Set(codes).size).toBe(10);
    return { citizenId, codes, first: codes[0] ?? '' };
  }

  test('a recovery code is used once, also when two hands use it at once', async () => {
    const { citizenId, codes, first } = await withRecoveryCodes();
    const outcomes = await often(8, () => room.recoveryCodes.use({ citizenId, code: first }));
    expect(outcomes.filter((outcome) => outcome === 'right')).toHaveLength(1);
    expect(await room.recoveryCodes.left(citizenId)).toBe(9);
    const inPersian = codes[1]?.replace(/\d/g, (digit) => String.fromCodePoint(0x6f0 + Number(digit))) ?? '';
    expect(await room.recoveryCodes.use({ citizenId, code: inPersian })).toBe('right');
  });

  test('another citizen’s recovery code is wrong, and new codes void the old ones', async () => {
    const [mine, other] = [await withRecoveryCodes(), await withRecoveryCodes()];
    expect(await room.recoveryCodes.use({ citizenId: other.citizenId, code: mine.first })).toBe('wrong');
    const { citizenId } = mine;
    const proof = await proofFor(citizenId, 'issue-recovery-codes');
    await room.recoveryCodes.issue({ citizenId, proof, binding });
    expect(await room.recoveryCodes.use({ citizenId, code: mine.first })).toBe('wrong');
    expect(await room.recoveryCodes.use({ citizenId: other.citizenId, code: other.first }), 'control').toBe('right');
  });

  test('a proof is consumed once by 64 at once, and by nothing that it was not issued for', async () => {
    const of = { citizenId: rowId(), purpose: 'set-password' as const, binding };
    const proof = await room.proofs.issue(of);
    const others = [
      { ...of, citizenId: rowId() },
      { ...of, purpose: 'add-passkey' as const },
      { ...of, binding: 'another browser' },
    ];
    for (const other of others) expect(await room.proofs.consume({ ...other, proof })).toBe(false);
    for (const made of ['', 'x', proof.slice(1), `${proof}=`])
      expect(await room.proofs.consume({ ...of, proof: made })).toBe(false);
    const outcomes = await often(64, () => room.proofs.consume({ ...of, proof }));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  test('a device is remembered for thirty days, for its citizen, in one cookie with others', async () => {
    const [sara, omid] = [await room.newCitizen(), await room.newCitizen()];
    const device = { userAgent: 'Firefox', network: '203.0.113.7' };
    const alone = await room.devices.remember({ citizenId: sara.id, ...device });
    const cookie = await room.devices.remember({ citizenId: omid.id, ...device, cookie: alone });
    for (const { id } of [sara, omid]) expect(await room.devices.isRemembered({ citizenId: id, cookie })).toBe(true);
    expect(await room.devices.isRemembered({ citizenId: omid.id, cookie: alone })).toBe(false);
    const [known] = await room.devices.list(sara.id);
    expect(known).toMatchObject({ ...device, expiresAt: room.clock.now() + 30 * DAY });
    room.clock.advance(30 * DAY);
    expect(await room.devices.isRemembered({ citizenId: sara.id, cookie })).toBe(false);
    expect(await room.devices.list(sara.id)).toEqual([]);
    expect(await room.stores.devices.pruneExpired(room.clock.now())).toBeGreaterThanOrEqual(2);
  });

  test('a forgotten device is not remembered; cookies that were made up are nobody’s', async () => {
    const { id: citizenId } = await room.newCitizen();
    const device = { citizenId, userAgent: 'Firefox', network: '203.0.113.7' };
    const cookies = [await room.devices.remember(device), await room.devices.remember(device)];
    const [newest] = await room.devices.list(citizenId);
    expect(await room.devices.forget({ citizenId: (await room.newCitizen()).id, id: newest?.id ?? '' })).toBe(false);
    expect(await room.devices.forget({ citizenId, id: newest?.id ?? '' })).toBe(true);
    const left = await Promise.all(cookies.map((cookie) => room.devices.isRemembered({ citizenId, cookie })));
    expect(left.toSorted()).toEqual([false, true]);
    for (const cookie of [undefined, '', '1.', `1.${'x'.repeat(43)}`, 'x'.repeat(100_000), `${cookies[0]}.`])
      expect(await room.devices.isRemembered({ citizenId, cookie })).toBe(false);
    await room.devices.forgetAll(citizenId);
    for (const cookie of cookies) expect(await room.devices.isRemembered({ citizenId, cookie })).toBe(false);
  });

  test('of more than twenty devices the one unused the longest is forgotten', async () => {
    const { id: citizenId } = await room.newCitizen();
    const cookies: string[] = [];
    for (let index = 0; index < 21; index++) {
      room.clock.advance(SECOND);
      cookies.push(await room.devices.remember({ citizenId, userAgent: '', network: '' }));
    }
    expect(await room.devices.list(citizenId)).toHaveLength(20);
    expect(await room.devices.isRemembered({ citizenId, cookie: cookies[0] })).toBe(false);
    expect(await room.devices.isRemembered({ citizenId, cookie: cookies[1] })).toBe(true);
  });

  test('a factor changes and a notice is owed, or neither', async () => {
    const phone = readMobileNumber('09131112233');
    const citizen = await room.newCitizen({ ...(phone && { phone }) });
    const { id: citizenId } = citizen;
    const proof = await proofFor(citizenId, 'issue-recovery-codes');
    await sql`alter table text_messages rename to text_messages_away`.execute(room.database);
    await expect(room.recoveryCodes.issue({ citizenId, proof, binding })).rejects.toThrow();
    await sql`alter table text_messages_away rename to text_messages`.execute(room.database);
    expect(await room.recoveryCodes.left(citizenId)).toBe(0);
    const again = await proofFor(citizenId, 'issue-recovery-codes');
    await room.recoveryCodes.issue({ citizenId, proof: again, binding });
    expect(await room.recoveryCodes.left(citizenId), 'control').toBe(10);
    room.sms.length = 0;
    await room.deliver();
    expect(room.sms.filter(({ to }) => to === phone)).toHaveLength(1);
  });

  test('what a citizen can prove is counted', async () => {
    const { citizenId } = await withAuthenticator();
    const proof = await proofFor(citizenId, 'issue-recovery-codes');
    await room.recoveryCodes.issue({ citizenId, proof, binding });
    await room.citizens.setPasswordHash(citizenId, 'hash');
    expect(await room.factorsOf(citizenId)).toEqual({
      hasPassword: true,
      authenticators: 1,
      passkeys: 0,
      recoveryCodesLeft: 10,
    });
  });

  test('of somebody who has nothing, nothing is counted, and nothing of others', async () => {
    await withAuthenticator();
    const { id: citizenId } = await room.newCitizen();
    expect(await room.factorsOf(citizenId)).toMatchObject({
      hasPassword: false,
      authenticators: 0,
      passkeys: 0,
      recoveryCodesLeft: 0,
    });
  });
});
