import type { Language } from './text/text.ts';

/** A whole number in the digits of the language, without grouping. */
export function formatNumber(language: Language, number: number): string {
  return new Intl.NumberFormat(language === 'fa' ? 'fa-IR' : 'en', {
    useGrouping: false,
    maximumFractionDigits: 0,
  }).format(number);
}
