import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import type { Browser, Page } from './browser.ts';
import type { TestProvider } from './provider.ts';
import { INSECURE } from './second-relying-party.ts';

/** A device without a keyboard: it has a key behind a jwks_uri of its own, shows a code, and asks until it is answered. */
export type TestDevice = {
  clientId: string;
  begin(scope?: string): Promise<oauth.DeviceAuthorizationResponse>;
  /** The tokens, or the name of the error. */
  ask(deviceCode: string): Promise<oauth.TokenEndpointResponse | string>;
  /** Gives the refreshed tokens, or the name of the error. */
  refresh(refreshToken: string): Promise<oauth.TokenEndpointResponse | string>;
  /** What it learns of the citizen; throws when it is about somebody else than the ID token. */
  askUserInfo(tokens: oauth.TokenEndpointResponse): Promise<oauth.UserInfoResponse>;
  close(): void;
};

export async function createDevice(
  provider: Pick<TestProvider, 'issuer' | 'register'>,
  { clientId }: { clientId: string },
): Promise<TestDevice> {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const kid = `${clientId}-key`;
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid, use: 'sig', alg: 'ES256' }] };
  const keyServer = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks)),
  );
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  await provider.register({
    clientId,
    metadata: {
      application_type: 'native',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `http://localhost:${(keyServer.address() as AddressInfo).port}/jwks`,
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
  });
  const issuer = new URL(provider.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  const client: oauth.Client = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt({ key: keys.privateKey, kid });
  const orError = (error: unknown) => {
    if (error instanceof oauth.ResponseBodyError) return error.error;
    throw error;
  };

  return {
    clientId,
    async begin(scope = 'openid profile') {
      const response = await oauth.deviceAuthorizationRequest(server, client, authentication, { scope }, INSECURE);
      return oauth.processDeviceAuthorizationResponse(server, client, response);
    },
    async ask(deviceCode) {
      const response = await oauth.deviceCodeGrantRequest(server, client, authentication, deviceCode, INSECURE);
      return oauth.processDeviceCodeResponse(server, client, response).catch(orError);
    },
    async refresh(refreshToken) {
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, INSECURE);
      return oauth.processRefreshTokenResponse(server, client, response).catch(orError);
    },
    async askUserInfo(tokens) {
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      const response = await oauth.userInfoRequest(server, client, tokens.access_token, INSECURE);
      return oauth.processUserInfoResponse(server, client, claims?.sub ?? '', response);
    },
    close() {
      keyServer.closeAllConnections();
      keyServer.close();
    },
  };
}

/** Types the code; the answer is the question whether to connect. */
export async function enterUserCode(browser: Browser, code: string, stayAt: string): Promise<Page> {
  return browser.submit(await browser.open(`${stayAt}/device`, { stayAt }), { user_code: code }, { stayAt });
}

type Who = { nationalCode: string; password: string };

/** Through the question, sign-in and consent, as far as they are asked for. */
export async function connectDevice(browser: Browser, question: Page, who: Who, stayAt: string): Promise<Page> {
  let page = await browser.submit(question, {}, { stayAt });
  if (page.url.includes('/sign-in/'))
    page = await browser.submit(page, { national_code: who.nationalCode, password: who.password }, { stayAt });
  if (page.url.includes('/consent/')) page = await browser.submit(page, { decision: 'allow' }, { stayAt });
  return page;
}
