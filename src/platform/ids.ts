import { randomBytes, randomUUID } from 'node:crypto';

/** A bearer value that nobody can guess: 256 random bits, base64url, 43 characters. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The identifier of a row: unique, not secret. */
export function rowId(): string {
  return randomUUID();
}

/** What a person reads out to support: 10 characters without look-alikes, about 50 random bits. */
export function referenceNumber(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return Array.from(randomBytes(10), (byte) => letters[byte % letters.length]).join('');
}
