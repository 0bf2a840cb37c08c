/**
 * How Persian is typed and how it is stored differ: keyboards, phones and old systems produce three sets of digits and
 * two forms of the same letter. Unicode normalisation (NFKC) folds none of them, so it is done here, once.
 */

const PERSIAN_ZERO = 0x06f0;
const ARABIC_ZERO = 0x0660;
const ASCII_ZERO = 0x30;

/** Arabic kaf, yeh and alef maksura, as older keyboards type them, and the Persian letters that are meant. */
const FOLDED_LETTERS: Record<string, string> = {
  '\u064a': '\u06cc',
  '\u0649': '\u06cc',
  '\u0643': '\u06a9',
};

/** Tatweel only stretches a word, harakat only show its vowels: neither makes it another word. */
const ORNAMENTS = /[\u0640\u064b-\u0652]/g;
const ZERO_WIDTH_NON_JOINER = /\u200c/g;

/** Embeddings, overrides and isolates (Unicode UAX 9): one left open turns the rest of a page around. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/;

/** Persian and Arabic digits become ASCII digits; everything else stays as it is. */
export function normaliseDigits(text: string): string {
  return text
    .replace(/[\u06f0-\u06f9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - PERSIAN_ZERO + ASCII_ZERO))
    .replace(/[\u0660-\u0669]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - ARABIC_ZERO + ASCII_ZERO));
}

/** Letters in their Persian form, without ornaments. ZWNJ stays: it belongs to the spelling (می‌خواهم). */
export function normaliseLetters(text: string): string {
  return text.replace(/[\u0643\u0649\u064a]/g, (letter) => FOLDED_LETTERS[letter] ?? letter).replace(ORNAMENTS, '');
}

/**
 * Two spellings of one name have one key. Only for comparing and looking up, never stored as a name or shown:
 * names are kept as the registry gives them.
 */
export function comparisonKey(text: string): string {
  // A composition can appear once an ornament between two characters is gone, hence the normalisation at both ends.
  return normaliseLetters(normaliseDigits(text.normalize('NFKC')))
    .replace(ZERO_WIDTH_NON_JOINER, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFKC');
}

/** A name that is shown must not carry one: it could make the text around it read as something else. */
export function hasBidiControls(text: string): boolean {
  return BIDI_CONTROLS.test(text);
}
