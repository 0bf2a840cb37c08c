import type { OperatorActEvent } from '#audit/operator-acts-store.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { ActShown } from '#views/console/audit/audit.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfActor } from '../actor-names.ts';
import type { NameOfPerson } from '../person-names.ts';

export type ShownActNeeds = {
  organisations: Pick<Organisations, 'find'>;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
  nameOf: NameOfPerson;
  nameOfActor: NameOfActor;
};

/** Members of an event that say who, and whom it is about: they have columns of their own. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['by', 'organisationId', 'subject']);

/** One act of an operator with the names of those in it. */
export function createShownAct({ organisations, findAnyRelyingParty, nameOf, nameOfActor }: ShownActNeeds) {
  return async function shownAct(event: OperatorActEvent, text: Text): Promise<ActShown> {
    const { id, at, name, citizenId, clientId, details } = event;
    const isOwn = name === 'console.entered' || name === 'console.left';
    const by = isOwn ? citizenId : textOf(details.by);
    const isRole = details.act === 'grant-operator' || details.act === 'revoke-operator';
    const subject = textOf(details.subject);
    const person = (name === 'operator.changed' ? citizenId : undefined) ?? (isRole ? subject : undefined);
    const service = clientId ?? (person === undefined ? subject : undefined);
    const organisationId = textOf(details.organisationId);
    const rest = Object.entries(details).filter(
      ([member, value]) => !TOLD_ELSEWHERE.has(member) && value !== undefined && value !== null,
    );
    return {
      ...{ id, at, act: name },
      by: by === undefined ? undefined : { id: by, name: await nameOfActor(by, text) },
      person: person === undefined ? undefined : await nameOf(person),
      organisation: organisationId === undefined ? undefined : await organisationOf(organisationId),
      about: service === undefined ? undefined : await serviceOf(service),
      details: rest.map(([member, value]) => ({ member, value: String(value) })),
    };
  };

  async function organisationOf(id: string) {
    return { id, name: (await organisations.find(id))?.name };
  }

  /** A decision is also about organisations. */
  async function serviceOf(id: string) {
    return { id, name: ((await findAnyRelyingParty(id)) ?? (await organisations.find(id)))?.name };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
