import { hasBidiControls } from '#platform/persian-text.ts';

const LONGEST = 40;

/** What a citizen calls a device, on one line and not longer than fits on a phone. Empty when nothing usable was typed. */
export function readFactorName(typed: string): string {
  const name = typed
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return hasBidiControls(name) ? '' : Array.from(name).slice(0, LONGEST).join('');
}
