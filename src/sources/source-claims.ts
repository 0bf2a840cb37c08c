import { z } from 'zod';
import { hasBidiControls } from '#platform/persian-text.ts';

/** Where somebody stands at a university. */
const STUDENT_STATUSES = ['active', 'on-leave', 'graduated', 'left'] as const;

/** What a university has awarded, in the order of what counts as more: کاردانی، کارشناسی، کارشناسی ارشد، دکتری حرفه‌ای، دکتری. */
const DEGREES = ['associate', 'bachelor', 'master', 'professional-doctorate', 'doctorate'] as const;

const RANKS: readonly string[] = DEGREES;

/** Everything that a source may be registered to say, and what its values look like. docs/openapi/claims-source.yaml */
const shapes = {
  student_status: z.enum(STUDENT_STATUSES),
  /** The highest one that this university has awarded; absent where there is none yet. */
  degree: z.enum(DEGREES),
  /** Of the present studies, else of that degree. */
  field: z
    .string()
    .min(1)
    .max(100)
    .refine((text) => !hasBidiControls(text), 'a field must not turn the text around it'),
  /** Year of the solar Hijri calendar in which the present or last studies began. */
  entry_year: z.number().int().min(1300).max(1500),
};

export type SourceClaim = keyof typeof shapes;
export type SaidClaims = { [Claim in SourceClaim]?: z.output<(typeof shapes)[Claim]> };

export const SOURCE_CLAIMS = Object.keys(shapes) as readonly SourceClaim[];

/** What is worked out of them, so that a relying party need not learn them: never said by a source. */
export const MINIMAL_CLAIMS = { is_student: 'student_status', degree_at_least: 'degree' } as const satisfies Record<
  string,
  SourceClaim
>;

function isSourceClaim(name: string): name is SourceClaim {
  return Object.hasOwn(shapes, name);
}

/** What this source may say, of what it said. Undefined when a value is not one: then nothing of it is believed. */
export function readSaidClaims(said: Readonly<Record<string, unknown>>, allowed: readonly SourceClaim[]) {
  const known = Object.entries(said).filter(([name]) => isSourceClaim(name) && allowed.includes(name));
  const read = z.object(shapes).partial().safeParse(Object.fromEntries(known));
  if (!read.success) return undefined;
  const claims: SaidClaims = Object.fromEntries(Object.entries(read.data).filter(([, value]) => value !== undefined));
  return claims;
}

/** On leave is a student, too: the enrolment goes on. */
export function isStudent({ student_status: status }: SaidClaims): boolean | undefined {
  return status === undefined ? undefined : status === 'active' || status === 'on-leave';
}

/** Undefined where the source does not say which degrees there are, or where what is asked is no degree. */
export function hasDegreeAtLeast({ degree }: SaidClaims, wanted: unknown): boolean | undefined {
  const least = typeof wanted === 'string' ? RANKS.indexOf(wanted) : -1;
  if (least < 0) return undefined;
  return degree === undefined ? false : RANKS.indexOf(degree) >= least;
}
