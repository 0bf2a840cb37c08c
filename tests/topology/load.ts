import { setTimeout as wait } from 'node:timers/promises';
import type * as oidc from 'openid-client';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

export type Load = {
  answered(): Readonly<Record<Kind, number>>;
  failures: readonly string[];
  /** Resolves when the requests under way are over. */
  stop(): Promise<void>;
};

type Kind = 'authorization' | 'token' | 'userinfo' | 'jwks' | 'introspection';

/** A server behind a slow line: whenever an instance ends, some of its requests are half sent. */
const SLOW_LINES = 4;
const PAUSE_MS = 300;

/**
 * What a busy morning asks: people who are signed in come back at the university, whose server redeems the code,
 * asks who it is, and now and then for the keys. Every answer but the expected one is a failure, and none is retried.
 */
export async function startLoad(university: TestRelyingParty, { people = 6 }: { people?: number } = {}): Promise<Load> {
  const issuer = university.config.serverMetadata().issuer;
  const answered = { authorization: 0, token: 0, userinfo: 0, jwks: 0, introspection: 0 };
  const failures: string[] = [];
  const authorization = `Basic ${btoa(`${university.clientId}:${SECRET}`)}`;
  let isOver = false;

  async function expectStatus(kind: Kind, status: number, asked: Promise<Response>): Promise<Response | undefined> {
    try {
      const response = await asked;
      if (response.status === status) {
        answered[kind] += 1;
        return response;
      }
      failures.push(`${kind}: ${response.status} ${(await response.text()).slice(0, 120)}`);
    } catch (error) {
      failures.push(`${kind}: ${error instanceof Error ? `${error.message} ${String(error.cause)}` : error}`);
    }
    return undefined;
  }

  async function comeBack({ cookies }: Browser): Promise<void> {
    const { url, verifier } = await university.begin();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const known = await expectStatus('authorization', 303, fetch(url, { redirect: 'manual', headers: { cookie } }));
    const callback = URL.parse(known?.headers.get('location') ?? '');
    await known?.text();
    if (callback === null) return;
    const redeemed = await expectStatus(
      'token',
      200,
      fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code') ?? '',
          redirect_uri: university.redirectUri,
          code_verifier: verifier,
        }),
      }),
    );
    if (redeemed === undefined) return;
    const { access_token } = (await redeemed.json()) as oidc.TokenEndpointResponse;
    const headers = { authorization: `Bearer ${access_token}` };
    await (await expectStatus('userinfo', 200, fetch(`${issuer}/userinfo`, { headers })))?.text();
    await (await expectStatus('jwks', 200, fetch(`${issuer}/jwks`)))?.text();
  }

  async function askSlowly(): Promise<void> {
    const halves = (async function* () {
      yield Buffer.from('token=of-');
      await wait(PAUSE_MS);
      yield Buffer.from('nobody');
    })();
    const asked = fetch(`${issuer}/introspect`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: ReadableStream.from(halves),
      duplex: 'half',
    });
    await (await expectStatus('introspection', 200, asked))?.text();
  }

  // One after the other: several tries at one account at the same moment are asked for a proof of work.
  const browsers: Browser[] = [];
  while (browsers.length < people) {
    const browser = createBrowser();
    await university.signIn({ browser });
    browsers.push(browser);
  }
  const forever = async (once: () => Promise<void>) => {
    while (!isOver) await once();
  };
  const walks = [
    ...browsers.map((browser) => forever(() => comeBack(browser))),
    ...Array.from({ length: SLOW_LINES }, () => forever(askSlowly)),
  ];

  return {
    answered: () => ({ ...answered }),
    failures,
    async stop() {
      isOver = true;
      await Promise.all(walks);
    },
  };
}
