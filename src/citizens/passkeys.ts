import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';

import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import { type Citizen, mayUseAccount } from './citizen.ts';
import type { CredentialProofs } from './credential-proofs.ts';
import type { FactorChanges } from './factor-changes.ts';
import { readFactorName } from './factor-name.ts';
import { CHALLENGE_LIVES, type PasskeyChallenges } from './passkey-challenges.ts';
import { readAuthentication, readRegistration } from './passkey-responses.ts';
import type { KeptPasskey, PasskeysStore } from './passkeys-store.ts';
import { sameText } from './typed-digits.ts';

/** Read when the first passkey is asked for: it is a tenth of what a start has to read. */
const webAuthn = () => import('@simplewebauthn/server');

/** Passkeys (WebAuthn Level 3): discoverable and with user verification, so that one alone is a whole sign-in. */
export type Passkeys = {
  /** For the journey and browser of `binding` and this citizen alone. */
  registrationOptions(of: {
    citizen: Pick<Citizen, 'id' | 'givenName' | 'familyName'>;
    binding: string;
  }): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** The proof's purpose is `add-passkey`; it is used up only by a passkey that was right. */
  register(answer: NewPasskeyAnswer): Promise<{ outcome: 'added'; id: string } | PasskeyRefused>;
  /**
   * Without a citizen the browser offers whatever passkeys it has (conditional UI). Name one only after another of
   * their factors was right: the answer tells which passkeys they have.
   */
  signInOptions(of: {
    binding: string;
    citizenId?: string | undefined;
  }): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** The citizen may use the account at this moment. */
  signIn(answer: {
    binding: string;
    response: unknown;
    /** In a step-up: nobody else's passkey counts. */
    citizenId?: string | undefined;
  }): Promise<{ outcome: 'accepted'; citizenId: string; isHardwareBound: boolean } | PasskeyRefused>;
  /** Oldest first; times in milliseconds since 1970. */
  list(citizenId: string): Promise<ListedPasskey[]>;
  /** False when there is none, or no proof of the purpose `remove-factor`. */
  remove(removed: { citizenId: string; id: string; proof: string; binding: string }): Promise<boolean>;
};

type NewPasskeyAnswer = {
  citizenId: string;
  binding: string;
  response: unknown;
  name: string;
  proof: string;
  isEnrolment?: boolean;
};

type PasskeyRefused = { outcome: 'refused'; reason: PasskeyRefusal };
type PasskeyRefusal =
  /** Not made for this page, not signed by the key, or no user verification; the browser's fault or an attack. */
  | 'not-valid'
  /** The challenge was used, is too old, or belongs to another page: offer to try again. */
  | 'challenge'
  | 'unknown-passkey'
  | 'somebody-else'
  | 'counter-went-back'
  | 'too-many'
  | 'no-proof'
  | 'locked'
  | 'closed';

type ListedPasskey = { id: string; name: string; addedAt: number; lastUsedAt?: number; isSynced: boolean };

/** RFC 9053: what phones, computers and keys have: EdDSA, ES256, RS256. */
const ALGORITHMS = [-8, -7, -257];
/** Phones, computers and two keys in a drawer; every one is a way in that somebody has to look after. */
const AT_MOST = 10;

type PasskeysNeeds = {
  /** The public address: its host is the relying party id, and its origin the only one that is accepted. */
  issuer: string;
  store: PasskeysStore;
  challenges: PasskeyChallenges;
  keyedHash: KeyedHash;
  proofs: Pick<CredentialProofs, 'consume'>;
  changes: FactorChanges;
  /** As it is now, not as it was cached. */
  findCitizen(id: string): Promise<Pick<Citizen, 'state'> | undefined>;
  audit: Pick<AuditEvents, 'passkeyRefused'>;
  clock: Clock;
};

export function createPasskeys(needs: PasskeysNeeds): Passkeys {
  const { issuer, store, challenges, keyedHash, proofs, changes, findCitizen, audit, clock } = needs;
  const { origin, hostname: rpID } = new URL(issuer);
  /** What a passkey keeps as its owner's name: it tells nothing, and is the same for all passkeys of a citizen. */
  const handleOf = (citizenId: string) => keyedHash(`passkey-user:${citizenId}`);

  async function refuse(reason: PasskeyRefusal, citizenId?: string): Promise<PasskeyRefused> {
    await audit.passkeyRefused({ citizenId, reason });
    return { outcome: 'refused', reason };
  }

  return {
    async registrationOptions({ citizen, binding }) {
      const challenge = await challenges.issue({ act: 'registration', binding, citizenId: citizen.id });
      const name = `${citizen.givenName} ${citizen.familyName}`;
      return (await webAuthn()).generateRegistrationOptions({
        rpName: 'Panjereh',
        rpID,
        userName: name,
        userDisplayName: name,
        userID: Uint8Array.from(Buffer.from(handleOf(citizen.id), 'base64url')),
        challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
        timeout: CHALLENGE_LIVES,
        attestationType: 'none',
        excludeCredentials: (await store.list(citizen.id)).map(asDescriptor),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      });
    },

    async register({ citizenId, binding, response, name, proof, isEnrolment }) {
      const answer = readRegistration(response);
      if (answer === undefined) return refuse('not-valid', citizenId);
      const asked = askedOnce((challenge) =>
        challenges.consume({ act: 'registration', binding, citizenId, challenge }),
      );
      const verified = await (await webAuthn())
        .verifyRegistrationResponse({
          response: answer,
          expectedChallenge: asked.isOurs,
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        })
        .catch(() => undefined);
      if (verified?.verified !== true) return refuse(asked.isUnknown() ? 'challenge' : 'not-valid', citizenId);

      if (!(await proofs.consume({ citizenId, purpose: 'add-passkey', binding, proof })))
        return refuse('no-proof', citizenId);
      const { credential, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
      const about = { citizenId, factor: 'passkey', act: 'added', id: credential.id } as const;
      const change = await changes.begin({ ...about, isEnrolment });
      const added = await store.add(
        {
          id: credential.id,
          citizenId,
          name: readFactorName(name),
          publicKey: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: answer.response.transports ?? [],
          mayBeSynced: credentialDeviceType === 'multiDevice',
          isSynced: credentialBackedUp,
          addedAt: clock.now(),
        },
        { atMost: AT_MOST, alongside: change.owe },
      );
      if (added === 'too-many') return refuse('too-many', citizenId);
      if (added === 'taken') return refuse('somebody-else', citizenId);
      await change.record();
      return { outcome: 'added', id: credential.id };
    },

    async signInOptions({ binding, citizenId }) {
      const challenge = await challenges.issue({ act: 'sign-in', binding });
      const own = citizenId === undefined ? [] : await store.list(citizenId);
      return (await webAuthn()).generateAuthenticationOptions({
        rpID,
        challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
        timeout: CHALLENGE_LIVES,
        userVerification: 'required',
        ...(own.length > 0 && { allowCredentials: own.map(asDescriptor) }),
      });
    },

    async signIn({ binding, response, citizenId: expected }) {
      const answer = readAuthentication(response);
      if (answer === undefined) return refuse('not-valid');
      const passkey = await store.find(answer.id);
      if (passkey === undefined) return refuse('unknown-passkey');
      const { citizenId } = passkey;
      const handle = answer.response.userHandle;
      const isSomebodyElses = handle !== undefined && !sameText(handle, handleOf(citizenId));
      if (isSomebodyElses || (expected ?? citizenId) !== citizenId) return refuse('somebody-else', citizenId);

      const asked = askedOnce((challenge) => challenges.consume({ act: 'sign-in', binding, challenge }));
      const verified = await (await webAuthn())
        .verifyAuthenticationResponse({
          response: answer,
          expectedChallenge: asked.isOurs,
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: true,
          // The counter is compared where it is written, so that of two answers at once one is refused.
          credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.publicKey), counter: 0 },
        })
        .catch(() => undefined);
      if (verified?.verified !== true) return refuse(asked.isUnknown() ? 'challenge' : 'not-valid', citizenId);

      const { newCounter: counter, credentialBackedUp: isSynced } = verified.authenticationInfo;
      const isNewest = await store.use({ id: passkey.id, counter, isSynced, at: clock.now() });
      if (!isNewest) return refuse('counter-went-back', citizenId);
      const citizen = await findCitizen(citizenId);
      if (citizen === undefined || !mayUseAccount(citizen))
        return refuse(citizen?.state === 'locked' ? 'locked' : 'closed', citizenId);
      return { outcome: 'accepted', citizenId, isHardwareBound: !passkey.mayBeSynced };
    },

    async list(citizenId) {
      return (await store.list(citizenId)).map(({ id, name, addedAt, usedAt, isSynced }) => ({
        ...{ id, name, addedAt, isSynced },
        ...(usedAt !== undefined && { lastUsedAt: usedAt }),
      }));
    },

    async remove({ citizenId, id, proof, binding }) {
      if (!(await proofs.consume({ citizenId, purpose: 'remove-factor', binding, proof }))) return false;
      const change = await changes.begin({ citizenId, factor: 'passkey', act: 'removed', id });
      if (!(await store.remove({ citizenId, id, alongside: change.owe }))) return false;
      await change.record();
      return true;
    },
  };
}

/** The library asks whether the challenge in an answer is ours; what it was told decides the words of a refusal. */
function askedOnce(consume: (challenge: string) => Promise<boolean>) {
  let isUnknown = false;
  return {
    async isOurs(challenge: string) {
      const isOurs = await consume(challenge);
      isUnknown = !isOurs;
      return isOurs;
    },
    isUnknown: () => isUnknown,
  };
}

function asDescriptor({ id, transports }: Pick<KeptPasskey, 'id' | 'transports'>) {
  return { id, transports: [...transports] };
}
