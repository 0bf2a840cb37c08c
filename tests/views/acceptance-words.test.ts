import { expect, test } from 'vitest';
import { SEEN_WORDS } from '#relying-parties/acceptance/case.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { BROKEN_WHYS } from '#relying-parties/acceptance/run.ts';
import { textFor } from '#views/text/text.ts';

test.for(['fa', 'en'] as const)('every case, everything seen and every broken run has its words in %s', (language) => {
  const { acceptance, acceptanceCases } = textFor(language);
  expect(Object.keys(acceptanceCases.cases).sort()).toEqual([...CASE_IDS].sort());
  expect(Object.keys(acceptance.seen).sort()).toEqual([...SEEN_WORDS].sort());
  expect(Object.keys(acceptance.brokenWhys).sort()).toEqual([...BROKEN_WHYS].sort());
});
