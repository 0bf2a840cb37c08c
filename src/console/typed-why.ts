import type { Form } from '#platform/http/form.ts';

/** A few sentences; it stays on record. */
const LONGEST = 1000;

export function readWhy(form: Pick<Form, 'text'>, name = 'why'): string {
  return form.text(name).replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}
