import type { Form } from '#platform/http/form.ts';

/** National codes and phone numbers have ten digits and more; nothing that belongs into a note has eight. */
const NUMBER_OF_A_PERSON = /(?:\p{Nd}[\s\u200c-]*){8,}/u;
const LONGEST = 1000;

type TypedNote = { typed: string; fault: 'missing' | 'personal' | undefined };

/** What an operator writes down for others to read for years. */
export function readNote(form: Form, name: string): TypedNote {
  const typed = form.text(name).trim().slice(0, LONGEST);
  if (typed === '') return { typed, fault: 'missing' };
  return { typed, fault: NUMBER_OF_A_PERSON.test(typed) ? 'personal' : undefined };
}
