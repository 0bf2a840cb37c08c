import type { Approval } from '#operators/approvals.ts';
import { asRegistered, readWaitingChange } from '#relying-parties/approved-acts.ts';
import type { Organisations } from '#relying-parties/organisations.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { comparePictures, type Difference } from '#relying-parties/revisions.ts';
import type { StoredSource } from '#sources/claims-sources-store.ts';
import { type AskedSource, readAskedSource } from '#sources/source-approval.ts';
import type { ChangeShown } from '#views/console/approvals/decision.ts';
import { saidBy } from '#views/console/sources/source.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfPerson } from '../person-names.ts';
import { isOrganisationRequest, readRoleGrant, readStageMove } from './console-acts.ts';

type Needs = {
  organisations: Pick<Organisations, 'find'>;
  findAnyRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  nameOf: NameOfPerson;
};

/** What exactly an approval would change, beside what is now. */
export function createShownChanges({ organisations, findAnyRelyingParty, nameOf }: Needs) {
  return showChanges;

  async function organisationName(id: string, { language }: Text): Promise<string> {
    return (await organisations.find(id))?.name[language] ?? id;
  }

  async function showChanges(approval: Approval, text: Text): Promise<ChangeShown[]> {
    const { act, payload, subject } = approval;
    const { stages, kinds, roles } = text.console;
    const role = readRoleGrant(payload);
    if (role !== undefined)
      return [
        { name: 'citizen', after: await nameOf(role.citizenId) },
        { name: 'role', [act === 'revoke-operator' ? 'before' : 'after']: roles[role.role] },
        ...(role.organisationId === undefined
          ? []
          : [{ name: 'organisation', after: await organisationName(role.organisationId, text) }]),
      ];
    const move = readStageMove(payload);
    if (move !== undefined || isOrganisationRequest(payload)) {
      const now = await organisations.find(subject);
      const stage = move?.stage ?? 'in-technical-process';
      const request =
        now === undefined || move !== undefined
          ? []
          : [
              { name: 'nameFa', after: now.name.fa },
              { name: 'nameEn', after: now.name.en },
              { name: 'kind', after: kinds[now.kind] },
              { name: 'citizen', after: await nameOf(approval.askedBy) },
              { name: 'role', after: roles['university-staff'] },
            ];
      return [
        { name: 'stage', before: now === undefined ? undefined : stages[now.stage], after: stages[stage] },
        ...request,
      ];
    }
    if (act === 'go-live') return registeredOf(await findAnyRelyingParty(subject));
    const source = readAskedSource(payload);
    if (source !== undefined) return changesOfSource(source, text);
    const waiting = readWaitingChange(payload);
    const now = waiting === undefined ? undefined : await findAnyRelyingParty(subject);
    if (waiting === undefined || now === undefined) return [];
    const { name, metadata, securityProfile, testedAs } = now;
    const before = { name, metadata, securityProfile, testedAs };
    // What is not mentioned stays; the metadata that is handed in replaces the whole of it.
    const said = Object.fromEntries(
      Object.entries(asRegistered(waiting.change, now)).filter(([, value]) => value !== undefined),
    );
    const differences = comparePictures(before as never, { ...before, ...said } as never);
    return differences.map(shown);
  }
}

/** Each line on its own: what it was when it was asked for, and what it would be. */
function changesOfSource({ before, after }: AskedSource, text: Text): ChangeShown[] {
  const one = before === null ? undefined : linesOfSource(before, text);
  return Object.entries(linesOfSource(after, text)).flatMap(([name, line]) =>
    one?.[name] === line ? [] : [{ name: `source.${name}`, before: one?.[name], after: line }],
  );
}

function linesOfSource({ issuer, endpoint, claims, alg, keys, state }: StoredSource, text: Text) {
  const { states } = text.consoleSources;
  const lines: Record<string, string> = {
    ...{ issuer, endpoint, alg },
    claims: saidBy(text, claims),
    // A key is judged by whoever knows it, letter by letter.
    keys: 'uri' in keys ? keys.uri : keys.set.keys.map((key) => JSON.stringify(key)).join('\n'),
    state: state === 'active' ? states.believed : states['taken-away'],
  };
  return lines;
}

/** All of it is new to citizens. */
function registeredOf(relyingParty: RelyingParty | undefined): ChangeShown[] {
  if (relyingParty === undefined) return [];
  const { name, metadata, securityProfile, testedAs } = relyingParty;
  const nothing = { name: {}, metadata: {} };
  return comparePictures(nothing as never, { name, metadata, securityProfile, testedAs } as never).map(shown);
}

function shown({ path, before, after }: Difference): ChangeShown {
  return { name: path, before: written(before), after: written(after) };
}

function written(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
