import type { Language } from './text/text.ts';

const PLAIN = { useGrouping: false, maximumFractionDigits: 0 } as const;
const plain = { fa: new Intl.NumberFormat('fa-IR', PLAIN), en: new Intl.NumberFormat('en', PLAIN) };
const grouped = { fa: new Intl.NumberFormat('fa-IR'), en: new Intl.NumberFormat('en') };

/** A whole number in the digits of the language, without grouping. */
export function formatNumber(language: Language, number: number): string {
  return plain[language].format(number);
}

/** One that may be large: ۱٬۲۳۴٬۵۶۰, or 1,234,560. */
export function formatGrouped(language: Language, number: number): string {
  return grouped[language].format(number);
}
