import { Secret, TOTP } from 'otpauth';

import type { Clock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';

import type { AuthenticatorsStore, KeptAuthenticator } from './authenticators-store.ts';
import type { Citizen } from './citizen.ts';
import type { CredentialProofs } from './credential-proofs.ts';
import type { FactorChanges } from './factor-changes.ts';
import { readFactorName } from './factor-name.ts';
import { readDigits } from './typed-digits.ts';

/** Apps that show a new code every half minute (RFC 6238). */
export type Authenticators = {
  /** Nothing is stored yet. `secret` is for typing, in base32; `uri` for the QR code. Both go on a page and nowhere else. */
  begin(citizen: Pick<Citizen, 'givenName' | 'familyName'>): { secret: string; uri: string };
  /** A wrong code leaves the proof as it is; `add-authenticator` is its purpose. */
  confirm(added: NewAuthenticator): Promise<'added' | 'wrong-code' | 'no-proof' | 'too-many'>;
  /** A right code counts once; in any digits. Count the tries with second-factor-attempts. */
  check(tried: { citizenId: string; code: string }): Promise<'right' | 'wrong' | 'used'>;
  /** Oldest first; times in milliseconds since 1970. */
  list(citizenId: string): Promise<ListedAuthenticator[]>;
  /** False when there is none, or no proof of the purpose `remove-factor`. */
  remove(removed: { citizenId: string; id: string; proof: string; binding: string }): Promise<boolean>;
};

type NewAuthenticator = {
  citizenId: string;
  secret: string;
  code: string;
  name: string;
  proof: string;
  binding: string;
};
type ListedAuthenticator = { id: string; name: string; addedAt: number; lastUsedAt?: number };

/** What every app can do, and most can do nothing else: SHA-1, six digits, 30 s (RFC 6238 section 5.2). */
const PERIOD = 30 * SECOND;
const DIGITS = 6;
/** A clock that is a step off, or a code typed as it changes: one step either way (RFC 6238 section 5.2). */
const STEPS_ASIDE = 1;
/** RFC 4226 section 4, R6 recommends 160 bits. */
const SECRET_BYTES = 20;
/** A phone, an older phone and one more; each makes every guess a little more likely to be right. */
const AT_MOST = 3;

const ISSUER = 'Panjereh';

type AuthenticatorsNeeds = {
  store: AuthenticatorsStore;
  proofs: Pick<CredentialProofs, 'consume'>;
  changes: FactorChanges;
  clock: Clock;
};

export function createAuthenticators({ store, proofs, changes, clock }: AuthenticatorsNeeds): Authenticators {
  return {
    begin({ givenName, familyName }) {
      const secret = new Secret({ size: SECRET_BYTES });
      // The label stays in the app and its backups: a name, never the national code.
      const totp = new TOTP({ issuer: ISSUER, label: `${givenName} ${familyName}`, secret, digits: DIGITS });
      return { secret: secret.base32, uri: totp.toString() };
    },

    async confirm({ citizenId, secret: typed, code, name, proof, binding }) {
      const secret = readSecret(typed);
      const lastStep = secret === undefined ? undefined : stepOf({ secret, code, now: clock.now() });
      if (secret === undefined || lastStep === undefined) return 'wrong-code';
      if (!(await proofs.consume({ citizenId, purpose: 'add-authenticator', binding, proof }))) return 'no-proof';
      const id = rowId();
      const authenticator = { id, citizenId, name: readFactorName(name), secret, lastStep, addedAt: clock.now() };
      const change = await changes.begin({ citizenId, factor: 'authenticator', act: 'added', id });
      if (!(await store.add(authenticator, { atMost: AT_MOST, alongside: change.owe }))) return 'too-many';
      await change.record();
      return 'added';
    },

    async check({ citizenId, code }) {
      const now = clock.now();
      const matching = (await store.list(citizenId)).flatMap(({ id, secret }: KeptAuthenticator) => {
        const step = stepOf({ secret, code, now });
        return step === undefined ? [] : [{ id, step }];
      });
      for (const { id, step } of matching) {
        if (await store.useStep({ citizenId, id, step, at: now })) return 'right';
      }
      return matching.length === 0 ? 'wrong' : 'used';
    },

    async list(citizenId) {
      return (await store.list(citizenId)).map(({ id, name, addedAt, usedAt }) => ({
        id,
        name,
        addedAt,
        ...(usedAt !== undefined && { lastUsedAt: usedAt }),
      }));
    },

    async remove({ citizenId, id, proof, binding }) {
      if (!(await proofs.consume({ citizenId, purpose: 'remove-factor', binding, proof }))) return false;
      const change = await changes.begin({ citizenId, factor: 'authenticator', act: 'removed', id });
      if (!(await store.remove({ citizenId, id, alongside: change.owe }))) return false;
      await change.record();
      return true;
    },
  };
}

/** The step whose code this is, of the present one and its neighbours. */
function stepOf({ secret, code, now }: { secret: string; code: string; now: number }): number | undefined {
  const token = readDigits(code, DIGITS);
  if (token === undefined) return undefined;
  const aside = TOTP.validate({
    token,
    secret: Secret.fromBase32(secret),
    digits: DIGITS,
    timestamp: now,
    window: STEPS_ASIDE,
  });
  return aside === null ? undefined : Math.floor(now / PERIOD) + aside;
}

/** As it came back from the page: our own, of the full length. A shorter one could be guessed. */
function readSecret(typed: string): string | undefined {
  return /^[A-Z2-7]{32}$/.test(typed) ? typed : undefined;
}
