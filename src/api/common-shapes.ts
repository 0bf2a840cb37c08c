import { z } from 'zod';

/** RFC 3339, in UTC. */
export const instant = z.iso.datetime().describe('RFC 3339, in UTC');

/** What callers may write: with any offset. */
export const givenInstant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const bothLanguages = z.strictObject({ fa: z.string().max(500), en: z.string().max(500) });

/** Any JSON object; whoever reads it says what is wrong with it. */
export const members = z.record(z.string(), z.unknown());

export const why = z.string().trim().min(1).max(1000);

export const listed = (item: z.ZodType) =>
  z.strictObject({ items: z.array(item), next: z.string().optional().describe('`after` of the next page') });

/** In a query everything is text. */
export const pageQuery = {
  after: z.string().max(200).optional().describe('`next` of the page before'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .optional()
    .describe('At most 200; 50 without it'),
};

/** An act that needs a second person waits for one. */
export const waiting = z.strictObject({
  approval: z.strictObject({ id: z.string(), href: z.string() }),
  reasons: z.array(z.string()).describe('Why one person is not enough'),
});

export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** For members that may be absent. */
export function instantIn<Name extends string>(name: Name, milliseconds: number | undefined) {
  return milliseconds === undefined ? {} : { [name]: instantOf(milliseconds) };
}
