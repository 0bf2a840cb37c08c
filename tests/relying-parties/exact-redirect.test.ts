import fc from 'fast-check';
import { type ClientMetadata, Provider } from 'oidc-provider';
import { expect, test } from 'vitest';
import { readClientMetadata } from '#relying-parties/client-metadata.ts';
import { libraryMetadata } from '#relying-parties/library-metadata.ts';
import { aDraft } from './drafts.ts';

/** The library's own judgement about a relying party as we hand it over. */
const inForce = { state: 'in-force', version: 1, from: 0 } as const;

async function clientWith(redirectUri: string, isNative: boolean) {
  const draft = aDraft({
    metadata: {
      redirect_uris: [redirectUri],
      ...(isNative
        ? { application_type: 'native', token_endpoint_auth_method: 'none' }
        : { token_endpoint_auth_method: 'client_secret_basic' }),
    },
  });
  const read = readClientMetadata(draft.metadata, draft);
  if (read.outcome === 'refused') throw new Error(JSON.stringify(read.faults));
  const relyingParty = {
    ...draft,
    metadata: read.metadata,
    secrets: [],
    revision: 1,
    changedAt: 0,
    agreementStanding: inForce,
  };
  const metadata = libraryMetadata(relyingParty, isNative ? undefined : draft.clientSecret);
  const provider = new Provider('https://sso.example', {
    // The library's types know no absent optional members (exactOptionalPropertyTypes).
    clients: [{ ...metadata, id_token_signed_response_alg: 'RS256' } as ClientMetadata],
    scopes: ['openid', 'profile'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async () => 'subject',
  });
  const client = await provider.Client.find(draft.clientId);
  if (client === undefined) throw new Error('the library does not know the client');
  return client;
}

const registered = 'https://app.sharif.example/callback';

test('the library takes our metadata and allows the registered redirect URI', async () => {
  const client = await clientWith(registered, false);
  expect(client.redirectUriAllowed(registered)).toBe(true);
});

test('no other spelling of a registered redirect URI is allowed', async () => {
  const client = await clientWith(registered, false);
  const spoiled = [
    `${registered}/`,
    `${registered}?`,
    `${registered}#`,
    `${registered}?x=1`,
    `${registered}/..;/x`,
    `${registered}%2f`,
    ` ${registered}`,
    'https://app.sharif.example:443/callback',
    'https://APP.sharif.example/callback',
    'HTTPS://app.sharif.example/callback',
    'http://app.sharif.example/callback',
    'https://x@app.sharif.example/callback',
    'https://app.sharif.example@evil.example/callback',
    'https://app.sharif.example.evil.example/callback',
    'https://app.sharif.example/%63allback',
    'https://app.sharif.example/a/../callback',
    'https://app.sharif.example./callback',
    'https://app.sharif.example//callback',
    'https://app.sharif.example/Callback',
    'javascript:alert(1)',
    '',
  ];
  for (const uri of spoiled) expect(client.redirectUriAllowed(uri), uri).toBe(false);

  const character = fc.constantFrom(
    '/',
    '.',
    '%',
    '@',
    ':',
    '#',
    '?',
    ';',
    '\\',
    ' ',
    '*',
    'a',
    'A',
    '0',
    '\u0000',
    'آ',
  );
  const change = fc.record({
    at: fc.nat(registered.length),
    remove: fc.nat(3),
    add: fc.string({ unit: character, maxLength: 4 }),
  });
  fc.assert(
    fc.property(change, ({ at, remove, add }) => {
      const asked = registered.slice(0, at) + add + registered.slice(at + remove);
      return client.redirectUriAllowed(asked) === (asked === registered);
    }),
    { numRuns: 5000 },
  );
});

test('an installed application may choose its loopback port, and nothing else', async () => {
  const client = await clientWith('http://127.0.0.1/callback', true);
  expect(client.redirectUriAllowed('http://127.0.0.1:49152/callback')).toBe(true);
  for (const uri of [
    'http://127.0.0.2:1/callback',
    'http://localhost:1/callback',
    'http://127.0.0.1:1/other',
    'https://127.0.0.1:1/callback',
  ]) {
    expect(client.redirectUriAllowed(uri), uri).toBe(false);
  }
});

test('a web application may not', async () => {
  expect(
    (await clientWith('https://app.sharif.example/callback', false)).redirectUriAllowed(
      'https://app.sharif.example:8443/callback',
    ),
  ).toBe(false);
});
