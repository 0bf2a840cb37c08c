import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ProofPurpose } from '#citizens/credential-proofs.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { createSoftwareAuthenticator } from '#tests/support/software-authenticator.ts';

/**
 * Recovery bypass (Keycloak CVE-2026-18963): no credential is set, added or taken away unless a proof is consumed that
 * was issued for this citizen, this purpose and this browser, a moment ago, and not used before.
 */
const binding = 'recovery one, browser one';
const page = { origin: 'https://sso.example.ir' };
let room: OpenFactors;

beforeAll(async () => {
  room = await openFactors();
});
afterAll(() => room.close());

/** What an attacker can do to a credential of a citizen: true when it worked. */
type Change = { purpose: ProofPurpose; make(about: { citizenId: string; proof: string }): Promise<boolean> };

const changes: Record<string, Change> = {
  'set a password': {
    purpose: 'set-password',
    async make(about) {
      const password = 'سه گربه روی بام خانه';
      const { outcome } = await room.setPassword({ ...about, binding, password });
      const isSet = (await room.citizens.passwordHashOf(about.citizenId)) === `hash of ${password}`;
      expect(isSet).toBe(outcome === 'set');
      return isSet;
    },
  },
  'add an authenticator app': {
    purpose: 'add-authenticator',
    async make(about) {
      const { secret } = room.authenticators.begin({ givenName: 'آ', familyName: 'ب' });
      const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
      await room.authenticators.confirm({ ...about, binding, secret, code, name: 'x' });
      return (await room.authenticators.list(about.citizenId)).length > 1;
    },
  },
  'add a passkey': {
    purpose: 'add-passkey',
    async make(about) {
      const citizen = { id: about.citizenId, givenName: 'آ', familyName: 'ب' };
      const options = await room.passkeys.registrationOptions({ citizen, binding });
      const response = createSoftwareAuthenticator().create(options, page);
      await room.passkeys.register({ ...about, binding, response, name: 'x' });
      return (await room.passkeys.list(about.citizenId)).length > 1;
    },
  },
  'print recovery codes': {
    purpose: 'issue-recovery-codes',
    async make(about) {
      return (await room.recoveryCodes.issue({ ...about, binding })) !== undefined;
    },
  },
  'remove an authenticator app': {
    purpose: 'remove-factor',
    async make(about) {
      const [{ id = '' } = {}] = await room.authenticators.list(about.citizenId);
      await room.authenticators.remove({ ...about, binding, id });
      return (await room.authenticators.list(about.citizenId)).length === 0;
    },
  },
  'remove a passkey': {
    purpose: 'remove-factor',
    async make(about) {
      const [{ id = '' } = {}] = await room.passkeys.list(about.citizenId);
      await room.passkeys.remove({ ...about, binding, id });
      return (await room.passkeys.list(about.citizenId)).length === 0;
    },
  },
};

/** Every kind of thing that is no proof. Each answers the value to present. */
const forgeries: Record<string, (of: { citizenId: string; purpose: ProofPurpose }) => Promise<string>> = {
  'nothing at all': async () => '',
  'a value made up': async () => 'A'.repeat(43),
  'the proof of another citizen': async ({ purpose }) =>
    room.proofs.issue({ citizenId: (await room.newCitizen()).id, purpose, binding }),
  'the proof of another browser': ({ citizenId, purpose }) =>
    room.proofs.issue({ citizenId, purpose, binding: 'recovery one, browser two' }),
  'a proof for something else': ({ citizenId, purpose }) =>
    room.proofs.issue({ citizenId, purpose: purpose === 'change-phone' ? 'remove-factor' : 'change-phone', binding }),
  'a proof that was used': async ({ citizenId, purpose }) => {
    const proof = await room.proofs.issue({ citizenId, purpose, binding });
    await room.proofs.consume({ citizenId, purpose, binding, proof });
    return proof;
  },
  'a proof from ten minutes ago': async ({ citizenId, purpose }) => {
    const proof = await room.proofs.issue({ citizenId, purpose, binding });
    room.clock.advance(10 * MINUTE);
    return proof;
  },
  'a proof with a letter more': async ({ citizenId, purpose }) =>
    `${await room.proofs.issue({ citizenId, purpose, binding })}A`,
};

/** With one of everything, so that there is something to take away. */
async function victim(): Promise<string> {
  const citizen = await room.newCitizen();
  const { id: citizenId } = citizen;
  const proofFor = (purpose: ProofPurpose) => room.proofs.issue({ citizenId, purpose, binding });
  const { secret } = room.authenticators.begin(citizen);
  const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
  const authenticator = { citizenId, binding, secret, code, name: '', proof: await proofFor('add-authenticator') };
  expect(await room.authenticators.confirm(authenticator)).toBe('added');
  const options = await room.passkeys.registrationOptions({ citizen, binding });
  const response = createSoftwareAuthenticator().create(options, page);
  const passkey = { citizenId, binding, response, name: '', proof: await proofFor('add-passkey') };
  expect(await room.passkeys.register(passkey)).toMatchObject({ outcome: 'added' });
  room.clock.advance(30 * SECOND);
  return citizenId;
}

describe.each(Object.entries(changes))('to %s', (_change, { purpose, make }) => {
  test.each(Object.entries(forgeries))('%s is not enough', async (_name, forge) => {
    const citizenId = await victim();
    const told = room.heard.length;
    expect(await make({ citizenId, proof: await forge({ citizenId, purpose }) })).toBe(false);
    const events = room.heard.slice(told).filter(({ name }) => name === 'factor.changed');
    expect(events).toEqual([]);
  });

  test('control: the right proof is, once; the audit hears of it and the citizen is owed a message', async () => {
    const citizenId = await victim();
    const told = room.heard.length;
    const proof = await room.proofs.issue({ citizenId, purpose, binding });
    expect(await make({ citizenId, proof })).toBe(true);
    expect(room.heard.slice(told)).toContainEqual(expect.objectContaining({ name: 'factor.changed', citizenId }));
    expect(await room.proofs.consume({ citizenId, purpose, binding, proof })).toBe(false);
  });
});

test('of 16 who set a password with one proof at the same time one does', async () => {
  const { id: citizenId } = await room.newCitizen();
  const proof = await room.proofs.issue({ citizenId, purpose: 'set-password', binding });
  const outcomes = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      room.setPassword({ citizenId, proof, binding, password: `lantern under water ${index}` }),
    ),
  );
  expect(outcomes.filter(({ outcome }) => outcome === 'set')).toHaveLength(1);
});

describe('in the sources', () => {
  const files = execFileSync('git', ['ls-files', '-z', 'src'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  const namedIn = (pattern: RegExp) => files.filter((path) => pattern.test(readFileSync(path, 'utf8')));

  test('a password is written by set-password alone, and by the demo’s seeding', () => {
    expect(namedIn(/\.setPasswordHash\(/)).toEqual(['src/citizens/set-password.ts', 'src/commands/seed-citizens.ts']);
  });

  test('the stores of credentials are opened by their own rooms’ verbs alone', () => {
    const stores = /create(?:Authenticators|Passkeys|RecoveryCodes|RememberedDevices)Store\(/;
    const outside = namedIn(stores).filter((path) => !path.endsWith('-store.ts'));
    expect(outside).toEqual(['src/services/factors.ts']);
  });

  /** Each was read: what comes before the proof in it is a completed enrolment or recovery, or a fresh strong sign-in. */
  const ISSUERS = [
    'src/account/strongly-here.ts',
    'src/proofing/create-enrolments.ts',
    'src/proofing/credential-steps.ts',
    'src/proofing/forget-factors.ts',
    'src/proofing/password-step.ts',
    'src/proofing/recovery-ends.ts',
    'src/sign-in/new-password.ts',
  ];

  test('a proof is issued where somebody has looked at it, and nowhere else', () => {
    const issuers = namedIn(/\b(?:credentialProofs|proofs)\.issue\(/);
    expect(issuers.filter((path) => !ISSUERS.includes(path))).toEqual([]);
    expect(issuers.length, 'control: the pattern finds them').toBeGreaterThan(3);
  });
});
