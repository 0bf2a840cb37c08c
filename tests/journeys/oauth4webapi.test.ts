import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { GRADES, saveGrades } from '#tests/support/grades.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createSecondRelyingParty, INSECURE, type SecondRelyingParty } from '#tests/support/second-relying-party.ts';

const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
});
afterAll(() => provider.close());

describe('a relying party on oauth4webapi', () => {
  let party: SecondRelyingParty;
  beforeAll(async () => {
    party = await createSecondRelyingParty(provider, { clientId: 'second', scopes: ['grades:read'] });
    await saveGrades(provider, { organisationId: 'second' });
  });

  const refresh = async (token: string) => {
    const response = await oauth.refreshTokenGrantRequest(
      party.server,
      party.client,
      party.authentication,
      token,
      INSECURE,
    );
    return oauth.processRefreshTokenResponse(party.server, party.client, response);
  };
  const introspect = async (token: string) => {
    const response = await oauth.introspectionRequest(
      party.server,
      party.client,
      party.authentication,
      token,
      INSECURE,
    );
    return oauth.processIntrospectionResponse(party.server, party.client, response);
  };

  test('signs a citizen in with a pushed request, PKCE and private_key_jwt, and reads their claims', async () => {
    const { tokens, claims } = await party.signIn();
    expect(claims).toMatchObject({ iss: provider.issuer, aud: 'second', acr: 'urn:panjereh:aal:1', amr: ['pwd'] });
    const response = await oauth.userInfoRequest(party.server, party.client, tokens.access_token, INSECURE);
    const userinfo = await oauth.processUserInfoResponse(party.server, party.client, claims.sub, response);
    expect(userinfo).toMatchObject({
      sub: claims.sub,
      given_name: provider.citizens[0]?.givenName,
      family_name: provider.citizens[0]?.familyName,
    });
    expect(userinfo).not.toHaveProperty('national_code');
  });

  test('refreshes, introspects and revokes, and nothing is alive after that', async () => {
    const { tokens } = await party.signIn({ parameters: offline });
    const fresh = await refresh(tokens.refresh_token ?? '');
    expect(await introspect(fresh.access_token)).toMatchObject({ active: true, client_id: 'second' });
    const revocation = await oauth.revocationRequest(
      party.server,
      party.client,
      party.authentication,
      fresh.refresh_token ?? '',
      INSECURE,
    );
    await oauth.processRevocationResponse(revocation);
    expect(await introspect(fresh.access_token)).toMatchObject({ active: false });
    await expect(refresh(fresh.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a client assertion signed with another key is refused', async () => {
    const stranger = await oauth.generateKeyPair('ES256');
    const { parameters } = await party.prepare();
    const response = await oauth.pushedAuthorizationRequest(
      party.server,
      party.client,
      oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: 'second-key' }),
      parameters,
      INSECURE,
    );
    await expect(oauth.processPushedAuthorizationResponse(party.server, party.client, response)).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  test('a DPoP-bound token opens userinfo with its key, and with no other', async () => {
    const [own, other] = await Promise.all([oauth.generateKeyPair('ES256'), oauth.generateKeyPair('ES256')]);
    const dpop = oauth.DPoP(party.client, own);
    const { tokens, claims } = await party.signIn({ dpop });
    expect(tokens.token_type).toBe('dpop');
    const ask = (handle: oauth.DPoPHandle) =>
      oauth.userInfoRequest(party.server, party.client, tokens.access_token, { ...INSECURE, DPoP: handle });
    const userinfo = await oauth.processUserInfoResponse(party.server, party.client, claims.sub, await ask(dpop));
    expect(userinfo.sub).toBe(claims.sub);
    expect((await ask(oauth.DPoP(party.client, other))).status).toBe(401);
  });

  test('a JWT access token for a resource is verified by the resource itself, and is not meant for another', async () => {
    const { tokens, claims } = await party.signIn({ parameters: { scope: 'openid grades:read' }, resource: GRADES });
    const request = () =>
      new Request(`${GRADES}/grades`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const seen = await oauth.validateJwtAccessToken(party.server, request(), GRADES, INSECURE);
    expect(seen).toMatchObject({ sub: claims.sub, client_id: 'second', scope: 'grades:read' });
    await expect(
      oauth.validateJwtAccessToken(party.server, request(), 'https://other.example', INSECURE),
    ).rejects.toThrow();
  });
});

describe('a relying party under FAPI 2.0', () => {
  let bank: SecondRelyingParty;
  let dpop: oauth.DPoPHandle;
  beforeAll(async () => {
    bank = await createSecondRelyingParty(provider, { clientId: 'bank', securityProfile: 'fapi2' });
    dpop = oauth.DPoP(bank.client, await oauth.generateKeyPair('ES256'));
  });

  test('signs in with a pushed request, DPoP and private_key_jwt', async () => {
    const { tokens, claims } = await bank.signIn({ dpop });
    expect(tokens.token_type).toBe('dpop');
    const response = await oauth.userInfoRequest(bank.server, bank.client, tokens.access_token, {
      ...INSECURE,
      DPoP: dpop,
    });
    expect((await oauth.processUserInfoResponse(bank.server, bank.client, claims.sub, response)).sub).toBe(claims.sub);
  });

  test('is refused when the request was not pushed', async () => {
    const { parameters } = await bank.prepare();
    const page = await createBrowser().open(bank.addressWith(parameters), { stayAt: provider.issuer });
    expect(page.leadsTo ?? page.text).toContain('invalid_request');
    expect(page.leadsTo ?? '').not.toContain('code=');
  });

  test('gets no token without DPoP', async () => {
    await expect(bank.signIn()).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('gets no token from a request without PKCE', async () => {
    const { code_challenge: _left, code_challenge_method: _out, ...parameters } = (await bank.prepare()).parameters;
    await expect(bank.push(parameters, dpop)).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
