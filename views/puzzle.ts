import { button, field, form } from './components.ts';
import { attributes, type Html, html } from './html.ts';
import type { Text } from './text/text.ts';

/** Something to do before the next try: a calculation of the browser, or a code by SMS in its place. */
export type PuzzleOnPage = {
  /** As JSON. */
  challenge: string;
  sendCodeAction: string;
  isCodeSent: boolean;
};

export const PUZZLE_SCRIPT = '/assets/solve-puzzle.js';

/** Within the form of the password. */
export function puzzleFields(text: Text, { challenge, isCodeSent }: PuzzleOnPage, error: string | undefined): Html {
  const words = text.signInSteps.puzzle;
  return html`<div class="notice notice-information"><p>${words.why}</p>
<p${attributes({ id: 'puzzle', role: 'status', hidden: true, 'data-challenge': challenge, 'data-ready': words.ready })}>${words.working}</p></div>
<input${attributes({ type: 'hidden', id: 'puzzle-answer', name: 'puzzle', value: '' })}>
${
  isCodeSent &&
  field(text, {
    name: 'puzzle_code',
    label: words.codeLabel,
    hint: words.codeHint,
    error,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 6,
    maxLength: 20,
  })
}`;
}

/** Beside it: for browsers that cannot do the calculation. */
export function puzzleByCode(
  text: Text,
  { sendCodeAction, csrf, nationalCode }: { sendCodeAction: string; csrf: string; nationalCode: string },
): Html {
  const words = text.signInSteps.puzzle;
  return html`<div class="way-out"><p class="quiet">${words.noScript}</p>${form({
    action: sendCodeAction,
    csrf,
    hidden: [{ name: 'national_code', value: nationalCode }],
    content: button({ label: words.bySms, kind: 'quiet' }),
  })}</div>`;
}
