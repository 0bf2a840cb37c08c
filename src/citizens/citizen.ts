import type { MobileNumber } from './mobile-number.ts';
import type { NationalCode } from './national-code.ts';

/** A person as the civil registry knows them, and how their account stands. Everything in it is personal data. */
export type Citizen = {
  /** Ours alone: what other rooms remember, and what audit events carry. */
  id: string;
  state: CitizenState;
  /** As the registry gives them; folded only to compare. */
  givenName: string;
  familyName: string;
  givenNameLatin?: string;
  familyNameLatin?: string;
  /** ISO 8601 calendar date, Gregorian: 1990-03-21. */
  birthDate: string;
  phone?: MobileNumber;
  nationalCode: NationalCode;
  identityLevel: IdentityLevel;
  /** Milliseconds since 1970; the `updated_at` claim is this in seconds (OpenID Connect Core section 5.1). */
  updatedAt: number;
};

/**
 * active: may sign in. must-change-password: may sign in, and is led to choose a new password before anything else.
 * locked: stopped by an operator or by the citizen, can be opened again. closed: ended for good.
 */
export type CitizenState = 'active' | 'must-change-password' | 'locked' | 'closed';

/** How well the identity was verified, weakest first. */
export type IdentityLevel = 'self-asserted' | 'registry-matched' | 'registry-and-phone-matched';

/** Sessions, grants and tokens of anybody else must not work. */
export function mayUseAccount(citizen: Pick<Citizen, 'state'>): boolean {
  return citizen.state === 'active' || citizen.state === 'must-change-password';
}
