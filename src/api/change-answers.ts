import type { Approval, Approvals } from '#operators/approvals.ts';
import { actOf, type WaitingChange } from '#relying-parties/approved-acts.ts';
import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import type { Changed } from '#relying-parties/registrations.ts';
import type { Caller } from './callers.ts';
import { type Fault, Problem } from './problem.ts';
import { relyingPartyBody, tagOf } from './relying-party-shape.ts';
import { type ApiAnswer, pointerTo } from './route.ts';

/** Whatever a verb of the registry says of a change, as an answer. `ask` puts it before a second person. */
export async function answerChange(
  changed: Changed,
  { status = 200, ask }: { status?: 200 | 201; ask(reasons: readonly string[]): Promise<Pick<Approval, 'id'>> },
): Promise<ApiAnswer> {
  switch (changed.outcome) {
    case 'changed': {
      const { relyingParty, secret } = changed;
      return {
        status,
        body: { relyingParty: relyingPartyBody(relyingParty), ...(secret !== undefined && { secret }) },
        headers: {
          ...tagOf(relyingParty),
          ...(status === 201 && { Location: `/api/relying-parties/${relyingParty.clientId}` }),
        },
      };
    }
    case 'needs-approval':
      return answerWaiting(await ask(changed.reasons), changed.reasons);
    case 'not-found':
      throw new Problem('not-found');
    case 'changed-meanwhile':
      throw new Problem('changed-meanwhile', { headers: tagOf(changed) });
    case 'refused':
      throw changed.faults.some(({ path }) => path === 'state')
        ? new Problem('not-from-here')
        : new Problem('values-refused', { errors: changed.faults.map(faultOf) });
    case 'same-person':
      throw new Error('a call of the API was taken for an approval');
  }
}

/** Puts a change of an entry in production before a second person. */
export function askForChange({
  approvals,
  caller: { by, organisationId },
  clientId,
  asked,
}: {
  approvals: Pick<Approvals, 'ask'>;
  caller: Caller;
  clientId: string;
  asked: WaitingChange;
}) {
  return (reasons: readonly string[]) =>
    approvals.ask({
      act: actOf(reasons),
      subject: clientId,
      organisationId,
      askedBy: by,
      why: asked.note,
      payload: asked,
    });
}

/** 202: it is written down, and a person of the ministry decides. */
export function answerWaiting({ id }: Pick<Approval, 'id'>, reasons: readonly string[]): ApiAnswer {
  const href = `/api/approvals/${id}`;
  return { status: 202, body: { approval: { id, href }, reasons }, headers: { Location: href } };
}

/** The registry's own names of what is not metadata, as callers write them. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  client_id: [],
  organisation_id: [],
  tested_as: ['testedAs'],
  'name.fa': ['name', 'fa'],
  'name.en': ['name', 'en'],
};

function faultOf({ path, reason }: MetadataFault): Fault {
  const elsewhere = Object.hasOwn(ELSEWHERE, path) ? ELSEWHERE[path] : undefined;
  const inMetadata = path === '' ? ['metadata'] : ['metadata', ...path.split('.')];
  return { pointer: pointerTo(elsewhere ?? inMetadata), reason };
}
