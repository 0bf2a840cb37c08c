import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ClaimsSources, SourceFault } from './claims-sources.ts';
import type { StoredSource } from './claims-sources-store.ts';
import { SOURCE_ALGORITHMS, type SourceDraft } from './source.ts';
import { SOURCE_CLAIMS } from './source-claims.ts';

/** What a second person's word connects or changes, and what was registered when it was asked for. */
export type AskedSource = { before: StoredSource | null; after: StoredSource };

const keySet = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) });
const source = z.strictObject({
  clientId: z.string(),
  issuer: z.string(),
  endpoint: z.string(),
  claims: z.array(z.enum(SOURCE_CLAIMS)),
  alg: z.enum(SOURCE_ALGORITHMS),
  keys: z.union([z.strictObject({ uri: z.string() }), z.strictObject({ set: keySet })]),
  state: z.enum(['active', 'suspended']),
});
const askedSource = z.strictObject({ before: source.nullable(), after: source });

/** Undefined for what is none; what has waited is outside data. */
export function readAskedSource(payload: unknown): AskedSource | undefined {
  const read = askedSource.safeParse(payload);
  return read.success ? read.data : undefined;
}

type Waiting = { id: string; act: string; subject: string; payload: unknown };
type Asked = { subject: string; askedBy: string; payload: unknown };

type Needs = { claimsSources: Pick<ClaimsSources, 'findRegistered' | 'listRegistered' | 'save'> };

/**
 * A source is believed about citizens wherever they sign in, so connecting or changing one takes two people. Done twice
 * it is as if done once.
 */
export function createSourceApproval({ claimsSources: { findRegistered, listRegistered, save } }: Needs) {
  return {
    async connectSource({ subject, askedBy: by, payload }: Asked): Promise<readonly SourceFault[]> {
      const asked = readAskedSource(payload);
      if (asked?.after.clientId !== subject) return [{ path: 'payload', reason: 'not-a-change' }];
      const now = await findRegistered(subject);
      if (isDeepStrictEqual(now, asked.after)) return [];
      const saved = await save(draftOf(asked.after), { by, expected: asked.before });
      switch (saved.outcome) {
        case 'saved':
          return [];
        case 'refused':
          return saved.faults;
        default:
          return [{ path: 'source', reason: saved.outcome }];
      }
    },

    /** Those before which something else was registered, or it was taken away; of a whole queue at once. */
    async listMovedOn(waiting: readonly Waiting[]): Promise<string[]> {
      const ours = waiting.flatMap(({ id, act, subject, payload }) => {
        const asked = act === 'connect-source' ? readAskedSource(payload) : undefined;
        return asked === undefined ? [] : [{ id, subject, ...asked }];
      });
      if (ours.length === 0) return [];
      const sources = new Map((await listRegistered()).map((each) => [each.clientId, each]));
      const isOne = (subject: string, ...these: unknown[]) =>
        these.some((each) => isDeepStrictEqual(sources.get(subject) ?? null, each));
      return ours.flatMap(({ id, subject, before, after }) => (isOne(subject, before, after) ? [] : [id]));
    },
  };
}

function draftOf({ keys, ...of }: StoredSource): SourceDraft {
  return { ...of, ...('uri' in keys ? { jwksUri: keys.uri } : { jwks: keys.set }) };
}
