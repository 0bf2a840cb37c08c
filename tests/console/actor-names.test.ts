import { expect, test } from 'vitest';
import { createActorNames } from '#console/actor-names.ts';
import { en } from '#views/text/en.ts';
import { fa } from '#views/text/fa.ts';

const people = new Map([
  ['id-1', 'Mina Kazemi'],
  ['id-2', 'Keyvan Salehi'],
]);
const nameOfActor = createActorNames({
  nameOf: async (id) => people.get(id) ?? id,
  findAnyRelyingParty: async (id) => (id === 'learning' ? { name: { fa: 'آموزش', en: 'Learning' } } : undefined),
});

test.each([
  ['id-1', 'Mina Kazemi', 'Mina Kazemi'],
  ['id-1 + id-2', 'Mina Kazemi, Keyvan Salehi', 'Mina Kazemi، Keyvan Salehi'],
  ['client:learning', 'The program of Learning', 'برنامهٔ آموزش'],
  ['client:gone', 'The program of gone', 'برنامهٔ gone'],
  ['command:ops', 'ops, by a command', 'ops، با فرمان'],
  ['registry', 'The provider itself', 'خود پنجره'],
  ['toString', 'toString', 'toString'],
  ['somebody unknown', 'somebody unknown', 'somebody unknown'],
])('who is on record as %s is told in words in both languages', async (by, english, persian) => {
  expect([await nameOfActor(by, en), await nameOfActor(by, fa)]).toEqual([english, persian]);
});
