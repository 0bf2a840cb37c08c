import { CALLBACK_CASES } from './callback-cases.ts';
import type { Case } from './case.ts';
import { CASE_IDS } from './case-ids.ts';
import { LOGOUT_CASES } from './logout-cases.ts';
import { REQUEST_CASES } from './request-cases.ts';
import { HONEST_CASES, TOKEN_CASES } from './token-cases.ts';

const ALL = [...HONEST_CASES, ...TOKEN_CASES, ...CALLBACK_CASES, ...REQUEST_CASES, ...LOGOUT_CASES];

/** In the order of their names. */
export const CASES: readonly Case[] = CASE_IDS.map((id) => {
  const found = ALL.find((one) => one.id === id);
  if (found === undefined) throw new Error(`nothing tries the case ${id}`);
  return found;
});
