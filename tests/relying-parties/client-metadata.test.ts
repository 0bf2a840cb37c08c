import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClientMetadata } from '#relying-parties/client-metadata.ts';

const ordinary = { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'client_secret_basic' };
const surroundings = { environment: 'production', securityProfile: 'default' } as const;

function faultsOf(changes: object, around: Partial<Parameters<typeof readClientMetadata>[1]> = {}): string[] {
  const read = readClientMetadata({ ...ordinary, ...changes }, { ...surroundings, ...around });
  return read.outcome === 'read' ? [] : read.faults.map(({ path, reason }) => `${path}: ${reason}`);
}

test('ordinary metadata is read, with safe defaults', () => {
  expect(readClientMetadata(ordinary, surroundings)).toMatchObject({
    outcome: 'read',
    metadata: { grant_types: ['authorization_code'], id_token_signed_response_alg: 'ES256', application_type: 'web' },
  });
});

test.each([
  'client_id',
  'client_secret',
  'scope',
  'subject_type',
  'sector_identifier_uri',
  'response_types',
  'response_modes',
  'request_uris',
  'tls_client_certificate_bound_access_tokens',
  'id_token_encrypted_response_alg',
  'security_profile',
  'state',
  'environment',
  '__proto__x',
  'constructor',
])('a relying party cannot set %s itself', (member) => {
  expect(faultsOf({ [member]: 'x' })).toHaveLength(1);
});

test('nothing outside the allow-list is read, whatever its name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (name, value) => {
      const read = readClientMetadata({ ...ordinary, [`x${name}`]: value }, surroundings);
      expect(read.outcome).toBe('refused');
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['implicit'],
  ['password'],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  ['urn:openid:params:grant-type:ciba'],
])('there is no %s grant', (grant) => {
  expect(faultsOf({ grant_types: [grant] })).not.toEqual([]);
});

test('links that are shown may only be https', () => {
  for (const member of ['logo_uri', 'policy_uri', 'tos_uri', 'client_uri']) {
    expect(faultsOf({ [member]: 'javascript:alert(1)' })).toEqual([`${member}: not-https`]);
    expect(faultsOf({ [member]: 'https://app.example/x' })).toEqual([]);
  }
});

test('a private or a weak key is no public key', () => {
  const signing = { token_endpoint_auth_method: 'private_key_jwt' };
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  expect(faultsOf({ ...signing, jwks: { keys: [pair.publicKey.export({ format: 'jwk' })] } })).toEqual([]);
  expect(faultsOf({ ...signing, jwks: { keys: [pair.privateKey.export({ format: 'jwk' })] } })).not.toEqual([]);
  expect(faultsOf({ ...signing, jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } })).not.toEqual([]);
  expect(faultsOf({ ...signing, jwks: { keys: [weak.publicKey.export({ format: 'jwk' })] } })).not.toEqual([]);
});

test('addresses of servers are judged like redirect URIs', () => {
  for (const member of ['jwks_uri', 'backchannel_logout_uri', 'initiate_login_uri']) {
    expect(faultsOf({ [member]: 'http://169.254.169.254/latest' })).toEqual([`${member}: not-https`]);
    expect(faultsOf({ [member]: 'https://10.0.0.1/x' })).toEqual([`${member}: host-not-a-name`]);
    expect(faultsOf({ [member]: 'http://localhost:3001/x' })).toEqual([`${member}: loopback-not-allowed`]);
    expect(faultsOf({ [member]: 'http://localhost:3001/x' }, { environment: 'test' })).toEqual([]);
  }
});

test.each([
  [{ token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method: only-native-may-be-public'],
  [{ token_endpoint_auth_method: 'private_key_jwt' }, 'jwks_uri: private-key-jwt-needs-keys'],
  [
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'ES256' },
    'token_endpoint_auth_signing_alg: algorithm-does-not-fit-method',
  ],
  [{ redirect_uris: [] }, 'redirect_uris: missing'],
  [{ redirect_uris: ['https://a.example/', 'https://b.example/'] }, 'redirect_uris: several-hosts'],
  [{ grant_types: ['client_credentials'] }, 'redirect_uris: no-grant-that-redirects'],
])('what does not fit together is refused: %j', (changes, fault) => {
  expect(faultsOf(changes)).toContain(fault);
});

test('FAPI 2.0 takes no shared secret', () => {
  expect(faultsOf({}, { securityProfile: 'fapi2' })).toEqual([
    'token_endpoint_auth_method: fapi2-needs-private-key-jwt',
  ]);
});
