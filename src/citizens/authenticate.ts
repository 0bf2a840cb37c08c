import type { AuditEvents } from '#audit/events.ts';

import { mayUseAccount } from './citizen.ts';
import type { CitizensStore, Credentials } from './citizens-store.ts';
import type { CitizenWithFactors, FindWithFactors } from './factors.ts';
import { type NationalCode, readNationalCode } from './national-code.ts';
import { hashThatNothingMatches, needsRehash } from './password-cost.ts';
import { type PasswordPool, PoolFull } from './password-pool.ts';
import type { HasSolvedPuzzle, SignInAttempts } from './sign-in-attempts.ts';

export type PasswordSignIn = {
  /** As typed: it is brought to its one form before it is counted or looked up. */
  nationalCode: string;
  password: string;
  /** Where the attempt comes from, one address or one customer's range; counted, and kept in the audit. */
  network: string;
  /** The device cookie, as the browser sent it. */
  device: string | undefined;
  /** False turns a try away that has to come with a solved puzzle (see sign-in-attempts). */
  hasSolvedPuzzle: HasSolvedPuzzle;
};

type SignInOutcome =
  /** Whose it is, as they were after the password was checked. */
  | ({ outcome: 'accepted'; knownDevice: string } & CitizenWithFactors)
  | { outcome: 'wrong-credentials' }
  | { outcome: 'slow-down'; retryAfterMs: number }
  /** Nothing was looked at; only ever the answer to `hasSolvedPuzzle: false`. */
  | { outcome: 'puzzle-needed' }
  /** Only said to somebody who knows the password. */
  | { outcome: 'not-allowed'; reason: 'locked' | 'closed' };

/** Throws PoolFull, LimitsUnavailable, and what the stores throw. */
export type Authenticate = (attempt: PasswordSignIn) => Promise<SignInOutcome>;

export type AuthenticateNeeds = {
  citizens: Pick<CitizensStore, 'findCredentials' | 'replacePasswordHash'>;
  findWithFactors: FindWithFactors;
  passwords: Pick<PasswordPool, 'hash' | 'verify'>;
  attempts: SignInAttempts;
  audit: Pick<AuditEvents, 'signInRefused'>;
};

export function createAuthenticate(needs: AuthenticateNeeds): Authenticate {
  const { citizens, findWithFactors, passwords, attempts, audit } = needs;
  const nobodysHash = hashThatNothingMatches();

  return async ({ nationalCode: typed, password, network, device, hasSolvedPuzzle }) => {
    const refuse = async <Outcome extends SignInOutcome>(reason: string, outcome: Outcome, citizenId?: string) => {
      await audit.signInRefused({ citizenId, reason, network });
      return outcome;
    };

    // That a code cannot be anybody's is public arithmetic, so nothing is given away by answering at once.
    const nationalCode = readNationalCode(typed);
    if (nationalCode === undefined) return refuse('malformed-code', { outcome: 'wrong-credentials' });

    const begun = await attempts.begin({ nationalCode, network, device, hasSolvedPuzzle });
    if (begun.outcome === 'slow-down') return refuse('too-many-attempts', begun);
    if (begun.outcome === 'puzzle-needed') return refuse('no-puzzle', begun);

    const { credentials, matches } = await checkPassword(nationalCode, password).catch(async (error: unknown) => {
      // What is said is why the password was not checked, not that the try could not be given back either.
      await begun.attempt.abandon().catch(() => {});
      throw error;
    });

    if (credentials === undefined || !matches) {
      await begun.attempt.fail();
      const reason = credentials === undefined ? 'unknown-code' : 'wrong-password';
      return refuse(reason, { outcome: 'wrong-credentials' }, credentials?.citizenId);
    }
    const { citizenId } = credentials;

    // Asked after the hashing: who was locked meanwhile stays out.
    const [knownDevice, known] = await Promise.all([begun.attempt.succeed(), findWithFactors(citizenId)]);
    await renewHash(credentials, password);
    if (known !== undefined && mayUseAccount(known.citizen)) return { outcome: 'accepted', ...known, knownDevice };
    const reason = known?.citizen.state === 'locked' ? 'locked' : 'closed';
    return refuse(reason, { outcome: 'not-allowed', reason }, citizenId);
  };

  /** The same query and the same hashing, whether the code is somebody's or not. */
  async function checkPassword(nationalCode: NationalCode, password: string) {
    const credentials = await citizens.findCredentials(nationalCode);
    const hash = credentials?.passwordHash ?? nobodysHash;
    return { credentials, matches: await passwords.verify({ hash, password }) };
  }

  async function renewHash({ citizenId, passwordHash }: Credentials, password: string): Promise<void> {
    if (passwordHash === undefined || !needsRehash(passwordHash)) return;
    try {
      await citizens.replacePasswordHash(citizenId, {
        from: passwordHash,
        to: await passwords.hash(password),
      });
    } catch (error) {
      // There will be another sign-in; this one must not fail because others are waiting.
      if (!(error instanceof PoolFull)) throw error;
    }
  }
}
