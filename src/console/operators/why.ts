import type { Form } from '#platform/http/form.ts';

/** A few sentences; it stays on record. */
const LONGEST = 1000;

export function readWhy(form: Form): string {
  return form.text('why').replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}
