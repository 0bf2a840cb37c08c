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
  /** That of their pages at the last sign-in, for what is sent to them; unknown before the first. */
  language?: 'fa' | 'en';
  /** Their owner asked for the end of the account, and it comes then. Milliseconds since 1970. */
  closesAt?: number;
  /** Milliseconds since 1970; the `updated_at` claim is this in seconds (OpenID Connect Core section 5.1). */
  updatedAt: number;
};

/**
 * active: may sign in. must-change-password: may sign in, and is led to choose a new password before anything else.
 * locked: stopped by an operator or by the citizen, can be opened again. closed: ended for good.
 */
export type CitizenState = 'active' | 'must-change-password' | 'locked' | 'closed';

/** What a sign-in and a journey do not decide: `save` leaves it as it is. */
export type SavedCitizen = Omit<Citizen, 'updatedAt' | 'language' | 'closesAt'>;

/** How well the identity was verified, weakest first. */
export const IDENTITY_LEVELS = ['self-asserted', 'registry-matched', 'registry-and-phone-matched'] as const;

export type IdentityLevel = (typeof IDENTITY_LEVELS)[number];

/** A demand in words that we do not know is met by nobody. */
export function isIdentityAtLeast(reached: IdentityLevel, least: string): boolean {
  const levels: readonly string[] = IDENTITY_LEVELS;
  const wanted = levels.indexOf(least);
  return wanted >= 0 && levels.indexOf(reached) >= wanted;
}

/** Sessions, grants and tokens of anybody else must not work. */
export function mayUseAccount(citizen: Pick<Citizen, 'state'>): boolean {
  return citizen.state === 'active' || citizen.state === 'must-change-password';
}
