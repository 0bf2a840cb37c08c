import { z } from 'zod';
import type { Approvals } from '#operators/approvals.ts';
import type { WaitingChange } from '#relying-parties/approved-acts.ts';
import type { Registrations } from '#relying-parties/registrations.ts';
import { answerChange, askForChange } from './change-answers.ts';
import { listed, pageQuery, waiting, why } from './common-shapes.ts';
import type { OwnEntries } from './own-entries.ts';
import { Problem } from './problem.ts';
import {
  changedShape,
  changeShape,
  draftShape,
  listedBody,
  listedShape,
  listQuery,
  relyingPartyBody,
  relyingPartyShape,
  tagOf,
} from './relying-party-shape.ts';
import { type ApiRoute, route } from './route.ts';

export type RelyingPartyNeeds = {
  registrations: Pick<Registrations, 'register' | 'change' | 'suspend' | 'resume' | 'listFor'>;
  entries: OwnEntries;
  approvals: Pick<Approvals, 'ask'>;
};

const waits = { says: 'Somebody of the ministry has to agree', body: waiting };

/** Entries of the registry: over the same rules as the console, because they are the same verbs. */
export function relyingPartyRoutes({ registrations, entries, approvals }: RelyingPartyNeeds): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/relying-parties',
      name: 'listRelyingParties',
      summary: 'The relying parties of the organisation, by client id',
      scope: 'api:relying-parties:read',
      cost: 'read',
      query: z.strictObject({ ...pageQuery, ...listQuery }),
      answers: { 200: { says: 'A page of them', body: listed(listedShape) } },
      refusals: ['not-a-cursor'],
      async answer({ caller: { organisationId }, query }) {
        const page = await registrations.listFor({ ...query, organisationId });
        if (page.outcome === 'not-a-cursor') throw new Problem('not-a-cursor');
        const { relyingParties, next } = page;
        return {
          status: 200,
          body: { items: relyingParties.map(listedBody), ...(next !== undefined && { next }) },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties',
      name: 'registerRelyingParty',
      summary: 'Registers one: a test entry works at once, one for production waits until it goes live',
      scope: 'api:relying-parties:write',
      cost: 'write',
      body: draftShape,
      answers: { 201: { says: 'Registered; a secret is shown here and never again', body: changedShape } },
      async answer({ caller: { organisationId, by }, body: { note = '', ...draft } }) {
        const changed = await registrations.register({ by, note, draft: { ...draft, organisationId } });
        return answerChange(changed, { status: 201, ask: neverAsked });
      },
    }),
    route({
      method: 'GET',
      path: '/relying-parties/{clientId}',
      name: 'getRelyingParty',
      summary: 'One of them, with its ETag',
      scope: 'api:relying-parties:read',
      cost: 'read',
      answers: { 200: { says: 'The relying party', body: relyingPartyShape } },
      async answer({ caller, params: { clientId } }) {
        const entry = await entries.get(caller, clientId);
        return { status: 200, body: relyingPartyBody(entry), headers: tagOf(entry) };
      },
    }),
    route({
      method: 'PATCH',
      path: '/relying-parties/{clientId}',
      name: 'changeRelyingParty',
      summary: 'Changes it; what weakens an entry in production needs a second person',
      scope: 'api:relying-parties:write',
      cost: 'write',
      needsRevision: true,
      body: changeShape,
      answers: { 200: { says: 'Changed', body: changedShape }, 202: waits },
      refusals: ['entry-may-more'],
      async answer({ caller, params, body: { note = '', ...change }, expectedRevision }) {
        const { clientId } = await entries.getToChange(caller, params.clientId);
        const asked: WaitingChange = { change, expectedRevision, note };
        const changed = await registrations.change({ by: caller.by, clientId, ...asked });
        return answerChange(changed, { ask: askForChange({ approvals, caller, clientId, asked }) });
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/suspension',
      name: 'suspendRelyingParty',
      summary: 'Stops it everywhere within five seconds, at once and by one person: it protects',
      scope: 'api:relying-parties:write',
      cost: 'write',
      body: z.strictObject({ why }),
      answers: { 200: { says: 'Suspended', body: changedShape } },
      refusals: ['not-from-here'],
      async answer({ caller, params, body }) {
        const { clientId } = await entries.get(caller, params.clientId);
        const changed = await registrations.suspend({ by: caller.by, clientId, why: body.why });
        return answerChange(changed, { ask: neverAsked });
      },
    }),
    route({
      method: 'POST',
      path: '/relying-parties/{clientId}/resumption',
      name: 'resumeRelyingParty',
      summary: 'Lets a suspended one work again; in production a second person has to agree',
      scope: 'api:relying-parties:write',
      cost: 'write',
      body: z.strictObject({ why }),
      answers: { 200: { says: 'Active again', body: changedShape }, 202: waits },
      refusals: ['not-from-here', 'entry-may-more'],
      async answer({ caller, params, body }) {
        const entry = await entries.getToChange(caller, params.clientId);
        if (entry.state !== 'suspended') throw new Problem('not-from-here');
        const { by, organisationId } = caller;
        return answerChange(await registrations.resume({ by, clientId: entry.clientId, why: body.why }), {
          ask: () =>
            approvals.ask({
              act: 'resume',
              subject: entry.clientId,
              organisationId,
              askedBy: by,
              why: body.why,
              payload: {},
            }),
        });
      },
    }),
  ];
}

function neverAsked(): never {
  throw new Error('this act needs no second person');
}
