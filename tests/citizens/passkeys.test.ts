import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Citizen } from '#citizens/citizen.ts';
import { MINUTE } from '#platform/durations.ts';
import { createSoftwareAuthenticator, type Lies } from '#tests/support/software-authenticator.ts';

import { ISSUER, type OpenFactors, openFactors } from './open-factors.ts';

const binding = 'interaction one, browser one';
const page = { origin: ISSUER };
let room: OpenFactors;

beforeAll(async () => {
  room = await openFactors();
}, 60_000);
afterAll(() => room.close());

const proofFor = (citizenId: string) => room.proofs.issue({ citizenId, purpose: 'add-passkey', binding });

async function register(citizen: Citizen, authenticator = createSoftwareAuthenticator(), lies: Lies = {}) {
  const options = await room.passkeys.registrationOptions({ citizen, binding });
  const response = authenticator.create(options, { ...page, ...lies });
  const proof = await proofFor(citizen.id);
  return room.passkeys.register({ citizenId: citizen.id, binding, response, name: 'گوشی', proof });
}

async function withPasskey(kind: Parameters<typeof createSoftwareAuthenticator>[0] = {}) {
  const citizen = await room.newCitizen();
  const authenticator = createSoftwareAuthenticator(kind);
  const added = await register(citizen, authenticator);
  if (added.outcome !== 'added') throw new Error(`the passkey was refused: ${added.reason}`);
  return { citizen, authenticator, id: added.id };
}

type Signing = Awaited<ReturnType<typeof withPasskey>>;

async function signIn({ authenticator }: Pick<Signing, 'authenticator'>, lies: Lies = {}) {
  const options = await room.passkeys.signInOptions({ binding });
  return room.passkeys.signIn({ binding, response: authenticator.get(options, { ...page, ...lies }) });
}

describe('adding a passkey', () => {
  test('asks for one that is found without a name and verifies its owner, and gives it no national code', async () => {
    const citizen = await room.newCitizen();
    const options = await room.passkeys.registrationOptions({ citizen, binding });
    expect(options).toMatchObject({
      rp: { id: 'sso.example.ir' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
    expect(JSON.stringify(options)).not.toContain(citizen.nationalCode);
    expect(JSON.stringify(options)).not.toContain(citizen.id);
  });

  test('a citizen’s passkeys are listed, and not offered to be made twice on one device', async () => {
    const { citizen, id } = await withPasskey({ isSyncable: true });
    expect(await room.passkeys.list(citizen.id)).toEqual([
      { id, name: 'گوشی', addedAt: room.clock.now(), isSynced: true },
    ]);
    const again = await room.passkeys.registrationOptions({ citizen, binding });
    expect(again.excludeCredentials).toEqual([{ id, transports: ['internal'], type: 'public-key' }]);
  });

  const lies: [string, Lies, string][] = [
    ['made on another page', { origin: 'https://sso.example.ir.evil.example' }, 'not-valid'],
    ['made over http', { origin: 'http://sso.example.ir' }, 'not-valid'],
    ['made for another host', { rpId: 'example.ir' }, 'not-valid'],
    ['made without verifying the owner', { isUserVerified: false }, 'not-valid'],
    ['made with nobody there', { isUserPresent: false }, 'not-valid'],
    ['that is an answer to a sign-in', { type: 'webauthn.get' }, 'not-valid'],
    ['for a challenge that is not ours', { challenge: 'AAAA' }, 'challenge'],
  ];
  test.each(lies)('one %s is refused', async (_name, lie, reason) => {
    const citizen = await room.newCitizen();
    expect(await register(citizen, undefined, lie)).toEqual({ outcome: 'refused', reason });
    expect(await room.passkeys.list(citizen.id)).toEqual([]);
    expect(await register(citizen), 'control: honestly made').toMatchObject({ outcome: 'added' });
  });

  test('a challenge is good once, for its citizen, in its binding, for five minutes', async () => {
    const [citizen, other] = [await room.newCitizen(), await room.newCitizen()];
    const answer = async () => {
      const options = await room.passkeys.registrationOptions({ citizen, binding });
      return createSoftwareAuthenticator().create(options, page);
    };
    const send = async (response: unknown, change: Partial<{ citizenId: string; binding: string }> = {}) => {
      const to = { citizenId: citizen.id, binding, ...change };
      const proof = await room.proofs.issue({ ...to, purpose: 'add-passkey' });
      return room.passkeys.register({ ...to, response, name: '', proof });
    };
    const refused = { outcome: 'refused', reason: 'challenge' };
    expect(await send(await answer(), { citizenId: other.id })).toEqual(refused);
    expect(await send(await answer(), { binding: 'another browser' })).toEqual(refused);
    const late = await answer();
    room.clock.advance(5 * MINUTE);
    expect(await send(late)).toEqual(refused);
    const right = await answer();
    expect(await send(right), 'control').toMatchObject({ outcome: 'added' });
    expect(await send(right)).toEqual(refused);
  });

  test('without a proof, with somebody else’s or a used one nothing is added', async () => {
    const [citizen, other] = [await room.newCitizen(), await room.newCitizen()];
    const used = await proofFor(citizen.id);
    await room.proofs.consume({ citizenId: citizen.id, purpose: 'add-passkey', binding, proof: used });
    const forDevice = await room.proofs.issue({ citizenId: citizen.id, purpose: 'set-password', binding });
    for (const proof of ['', used, forDevice, await proofFor(other.id)]) {
      const options = await room.passkeys.registrationOptions({ citizen, binding });
      const response = createSoftwareAuthenticator().create(options, page);
      const added = await room.passkeys.register({ citizenId: citizen.id, binding, response, name: '', proof });
      expect(added).toEqual({ outcome: 'refused', reason: 'no-proof' });
    }
    expect(await room.passkeys.list(citizen.id)).toEqual([]);
  });

  test('nobody can take over a passkey by registering its id as their own', async () => {
    const { citizen, authenticator, id } = await withPasskey();
    const thief = await room.newCitizen();
    const options = await room.passkeys.registrationOptions({ citizen: thief, binding });
    const made = createSoftwareAuthenticator().create(options, page);
    const attestation = Buffer.from(made.response.attestationObject, 'base64url');
    const own = Buffer.from(made.id, 'base64url');
    attestation.set(Buffer.from(id, 'base64url'), attestation.indexOf(own));
    const response = {
      ...made,
      id,
      rawId: id,
      response: { ...made.response, attestationObject: attestation.toString('base64url') },
    };
    const proof = await proofFor(thief.id);
    expect(await room.passkeys.register({ citizenId: thief.id, binding, response, name: '', proof })).toEqual({
      outcome: 'refused',
      reason: 'somebody-else',
    });
    expect(await signIn({ authenticator })).toMatchObject({ outcome: 'accepted', citizenId: citizen.id });
  });

  test('there are ten at the most', async () => {
    const citizen = await room.newCitizen();
    for (let index = 0; index < 10; index++) expect(await register(citizen)).toMatchObject({ outcome: 'added' });
    expect(await register(citizen)).toEqual({ outcome: 'refused', reason: 'too-many' });
  });

  test.each([undefined, null, 7, 'x', {}, { id: 'x' }, [], { id: 'x', rawId: 'x', type: 'public-key', response: {} }])(
    'what is no answer at all (%j) is refused',
    async (response) => {
      const { id: citizenId } = await room.newCitizen();
      const proof = await proofFor(citizenId);
      const refused = { outcome: 'refused', reason: 'not-valid' };
      expect(await room.passkeys.register({ citizenId, binding, response, name: '', proof })).toEqual(refused);
      expect(await room.passkeys.signIn({ binding, response })).toEqual(refused);
    },
  );
});

describe('signing in with a passkey alone', () => {
  test('tells who it is and whether the key is bound to its hardware', async () => {
    const bound = await withPasskey();
    const synced = await withPasskey({ isSyncable: true });
    expect(await signIn(bound)).toEqual({
      outcome: 'accepted',
      citizenId: bound.citizen.id,
      isHardwareBound: true,
    });
    expect(await signIn(synced)).toEqual({
      outcome: 'accepted',
      citizenId: synced.citizen.id,
      isHardwareBound: false,
    });
  });

  const lies: [string, Lies, string][] = [
    ['on a look-alike page', { origin: 'https://sso-example.ir' }, 'not-valid'],
    ['for another host', { rpId: 'evil.example' }, 'not-valid'],
    ['without verifying the owner', { isUserVerified: false }, 'not-valid'],
    ['with nobody there', { isUserPresent: false }, 'not-valid'],
    ['with another signature', { breakSignature: true }, 'not-valid'],
    ['as an answer to a registration', { type: 'webauthn.create' }, 'not-valid'],
    ['inside another page', { crossOrigin: true, topOrigin: 'https://evil.example' }, 'not-valid'],
    ['for a challenge that is not ours', { challenge: 'AAAA' }, 'challenge'],
    ['in another citizen’s name', { userHandle: 'QUFBQQ' }, 'somebody-else'],
  ];
  test.each(lies)('an answer made %s is refused', async (_name, lie, reason) => {
    const own = await withPasskey();
    expect(await signIn(own, lie)).toEqual({ outcome: 'refused', reason });
    expect(await signIn(own), 'control: honestly made').toMatchObject({ outcome: 'accepted' });
  });

  test('an answer is good once, also for 16 at the same time, and in its own binding alone', async () => {
    const own = await withPasskey();
    const options = await room.passkeys.signInOptions({ binding });
    const response = own.authenticator.get(options, page);
    expect(await room.passkeys.signIn({ binding: 'another browser', response })).toMatchObject({ reason: 'challenge' });
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => room.passkeys.signIn({ binding, response })));
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('a challenge of a registration is none for a sign-in', async () => {
    const own = await withPasskey();
    const { challenge } = await room.passkeys.registrationOptions({ citizen: own.citizen, binding });
    expect(await signIn(own, { challenge })).toEqual({ outcome: 'refused', reason: 'challenge' });
  });

  test('in a step-up only the citizen’s own passkeys are offered and count', async () => {
    const [mine, other] = [await withPasskey(), await withPasskey()];
    const options = await room.passkeys.signInOptions({ binding, citizenId: mine.citizen.id });
    expect(options.allowCredentials).toEqual([{ id: mine.id, transports: ['internal'], type: 'public-key' }]);
    const signed = (by: Signing) =>
      room.passkeys.signIn({ binding, response: by.authenticator.get(options, page), citizenId: mine.citizen.id });
    expect(await signed(other)).toEqual({ outcome: 'refused', reason: 'somebody-else' });
    expect(await signed(mine), 'control').toMatchObject({ outcome: 'accepted' });
  });

  test('a counter that does not go up is a copied key, and is refused and heard of', async () => {
    const own = await withPasskey();
    expect(await signIn(own, { counter: 9 })).toMatchObject({ outcome: 'accepted' });
    for (const counter of [9, 8, 0])
      expect(await signIn(own, { counter })).toEqual({ outcome: 'refused', reason: 'counter-went-back' });
    expect(room.heard.at(-1)).toMatchObject({ name: 'passkey.refused', citizenId: own.citizen.id });
    expect(await signIn(own, { counter: 10 }), 'control').toMatchObject({ outcome: 'accepted' });
  });

  test('a key that does not count always says 0, and is believed', async () => {
    const own = await withPasskey({ isSyncable: true });
    for (let times = 0; times < 3; times++) expect(await signIn(own)).toMatchObject({ outcome: 'accepted' });
  });

  test.each(['locked', 'closed'] as const)('an account that is %s is not entered by it either', async (state) => {
    const own = await withPasskey();
    await room.citizens.setState(own.citizen.id, state, 'asked-for');
    expect(await signIn(own)).toEqual({ outcome: 'refused', reason: state });
    await room.citizens.setState(own.citizen.id, 'active', 'asked-for');
    expect(await signIn(own), 'control').toMatchObject({ outcome: 'accepted' });
  });

  test('a passkey that was removed opens nothing; nobody removes one without a proof', async () => {
    const own = await withPasskey();
    const { id: citizenId } = own.citizen;
    const removed = { citizenId, id: own.id, binding };
    expect(await room.passkeys.remove({ ...removed, proof: await proofFor(citizenId) })).toBe(false);
    expect(await signIn(own), 'control').toMatchObject({ outcome: 'accepted' });
    const proof = await room.proofs.issue({ citizenId, purpose: 'remove-factor', binding });
    expect(await room.passkeys.remove({ ...removed, proof })).toBe(true);
    expect(await signIn(own)).toEqual({ outcome: 'refused', reason: 'unknown-passkey' });
  });
});
