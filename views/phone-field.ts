import { type FormError, field } from './components.ts';
import type { Html } from './html.ts';
import type { Text } from './text/text.ts';

/** A mobile number, as people write theirs. */
export function phoneField(
  text: Text,
  {
    words,
    typed,
    errors,
    wantsFocus,
  }: {
    words: { label: string; hint: string };
    typed: string | undefined;
    errors: readonly FormError[];
    wantsFocus?: boolean;
  },
): Html {
  return field(text, {
    name: 'phone',
    label: words.label,
    hint: words.hint,
    error: errors.find((error) => error.field === 'phone')?.message,
    value: typed,
    autocomplete: 'tel-national',
    inputmode: 'numeric',
    dir: 'ltr',
    characters: 10,
    maxLength: 40,
    ...(wantsFocus !== undefined && { wantsFocus }),
  });
}
