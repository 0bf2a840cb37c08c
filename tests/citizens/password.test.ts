import { describe, expect, test } from 'vitest';

import { hashPassword, matchesPassword } from '#citizens/password.ts';
import { hashThatNothingMatches, needsRehash } from '#citizens/password-cost.ts';

test('a password is hashed with argon2id at the cost that OWASP names, with a salt of its own each time', async () => {
  const [one, other] = [await hashPassword('open-the-window'), await hashPassword('open-the-window')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(other);
  expect(needsRehash(one)).toBe(false);
});

test('the right password matches, others do not', async () => {
  const hash = await hashPassword('open-the-window');
  expect(await matchesPassword({ hash, password: 'open-the-window' })).toBe(true);
  for (const password of ['', 'Open-the-window', 'open-the-window ', 'x'.repeat(10_000)]) {
    expect(await matchesPassword({ hash, password })).toBe(false);
  }
});

test.each([
  ['پنجره۱۲۳', 'پنجره123'],
  ['كتاب علي', 'کتاب علی'],
  ['ﻋﻠﻲ ٤٢', 'علی 42'],
  ['e\u0301tude', '\u00e9tude'],
])('%s typed on another keyboard is the same password', async (chosen, typed) => {
  expect(await matchesPassword({ hash: await hashPassword(chosen), password: typed })).toBe(true);
});

test('what was hashed in the past keeps matching: the preparation of a password is frozen', async () => {
  // Made with the first version, from the text in the first column of a keyboard with Arabic letters and digits.
  const hash = '$argon2id$v=19$m=19456,p=1,t=2$Wcf1/6RRxUkl99/sS8MFgg$kO34Q9z5xChA+LmLJGNw05LOMfGq92KM94sYIsJLTIs';
  expect(await matchesPassword({ hash, password: 'كليد ٤٢ پنجره' })).toBe(true);
});

describe('the hash that nothing matches', () => {
  test('has the form and the cost of a real one, and refuses', async () => {
    const nobodys = hashThatNothingMatches();
    expect(nobodys).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await matchesPassword({ hash: nobodys, password: '' })).toBe(false);
    expect(hashThatNothingMatches()).not.toBe(nobodys);
  });
});

test('the order in which a library writes the cost does not matter', () => {
  expect(needsRehash('$argon2id$v=19$p=1,t=2,m=19456$c2FsdHNhbHQ$aGFzaA')).toBe(false);
});

test.each([
  '$argon2id$v=19$m=19456,t=3,p=1$c2FsdHNhbHQ$aGFzaA',
  '$argon2id$v=19$m=9216,t=4,p=1$c2FsdHNhbHQ$aGFzaA',
  '$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA',
  '$2b$12$abcdefghijklmnopqrstuv',
])('%s was made at another cost and is made anew when it can be', (hash) => {
  expect(needsRehash(hash)).toBe(true);
});
