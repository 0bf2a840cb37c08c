import type { Exposure, ReaderExposure } from '#signing-keys/exposure/exposure.ts';
import type { KeysWords } from './keys-words-fa.ts';

/** A list that strangers can make long is shown as far as a person reads it; `--json` has all of it. */
const UNNAMED_SHOWN = 10;

/** Who has a key and who still trusts it, those who matter first. */
export function exposureInWords(exposure: Exposure, words: KeysWords, language: 'fa' | 'en'): string {
  const { relyingParties, unnamed } = exposure;
  const named = relyingParties.map((it) => ({ ...it, title: `${it.name[language]} (${it.clientId})` }));
  const lines = exposure.leftAt === undefined ? holders(named, words) : believers(named, words);
  return [
    words.exposureOf(exposure),
    ...lines,
    ...unnamed.slice(0, UNNAMED_SHOWN).map(words.unnamedFetches),
    ...(unnamed.length > UNNAMED_SHOWN ? [words.moreUnnamed(unnamed.length - UNNAMED_SHOWN)] : []),
  ].join('\n');
}

type Titled = ReaderExposure & { title: string };

function holders(all: readonly Titled[], words: KeysWords): string[] {
  const without = all.filter(({ hasItSince }) => hasItSince === undefined);
  const having = all.filter(({ hasItSince }) => hasItSince !== undefined);
  return [
    ...without.map((it) => words.lacksKey(it)),
    ...having.map((it) => words.hasKey({ ...it, hasItSince: it.hasItSince ?? 0 })),
  ];
}

function believers(all: readonly Titled[], words: KeysWords): string[] {
  const trusting = all.filter(({ mayTrustIt }) => mayTrustIt);
  const done = all.filter(({ mayTrustIt }) => !mayTrustIt);
  return [
    ...trusting.map((it) => words.mayTrust({ ...it, trustsUntil: it.trustsUntil ?? 0 })),
    ...done.map((it) => words.letGo(it)),
  ];
}
