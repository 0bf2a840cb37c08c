import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Text } from '#views/text/text.ts';
import type { NameOfPerson } from './person-names.ts';

type Needs = {
  nameOf: NameOfPerson;
  findAnyRelyingParty(clientId: string): Promise<Pick<RelyingParty, 'name'> | undefined>;
};

export type NameOfActor = (by: string, text: Text) => Promise<string>;

/**
 * Whoever stands on record as having done something, in words: a person, the program of a service, somebody at a command
 * or the provider itself. What nobody knows stays as it is on record.
 */
export function createActorNames({ nameOf, findAnyRelyingParty }: Needs): NameOfActor {
  return async function nameOfActor(by: string, text: Text): Promise<string> {
    const { own, program, command } = text.console.actors;
    if (Object.hasOwn(own, by)) return own[by] ?? by;
    // Of a key that two people revoked.
    const several = by.split(' + ');
    if (several.length > 1)
      return (await Promise.all(several.map((each) => nameOfActor(each, text)))).join(text.common.listSeparator);
    const [, kind, id = ''] = /^(client|command):(.+)$/.exec(by) ?? [];
    if (kind === 'client') return program((await findAnyRelyingParty(id))?.name[text.language] ?? id);
    return kind === 'command' ? command(await nameOf(id)) : nameOf(by);
  };
}
