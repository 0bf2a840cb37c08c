import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGradesService, GRADES, saveGrades } from '#tests/support/grades.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { obtainCode } from './hostile-requests.ts';

/** Whoever learnt that a key is about to be revoked holds requests open that began before, and ends them afterwards. */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
  await createGradesService(provider);
  await saveGrades(provider, { organisationId: 'service' });
}, 180_000);
afterAll(() => provider.close());

const asService = { grant_type: 'client_credentials', resource: GRADES, scope: 'grades:read' };

/** Sends everything but the last byte, and answers with what sends that. */
async function beginRequest(fields: Record<string, string> = asService, clientId = 'service') {
  const form = new URLSearchParams(fields).toString();
  const begun: ClientRequest = request(`${provider.issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${clientId}:${SECRET}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
    },
  });
  const arrived = once(provider.app.server, 'request');
  begun.write(form.slice(0, -1));
  await arrived;
  return async () => {
    const answered = once(begun, 'response') as Promise<[IncomingMessage]>;
    begun.end(form.slice(-1));
    const [answer] = await answered;
    const body = (await json(answer)) as { access_token?: string; id_token?: string; error?: string };
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body };
  };
}

const kidOf = (token: string | undefined) => decodeProtectedHeader(token ?? '').kid;

function signer(): string | undefined {
  return provider.services.signingKeys.current().algorithms.find(({ alg }) => alg === 'ES256')?.active.kid;
}

test('a request that began before a planned rotation is answered as ever', async () => {
  const { signingKeys } = provider.services;
  const before = signer();
  const end = await beginRequest();
  await expect(signingKeys.stage({ by: 'Sara', alg: 'ES256' })).resolves.toMatchObject({ outcome: 'done' });
  const { status, body } = await end();
  expect(status).toBe(200);
  expect(kidOf(body.access_token)).toBe(before);
});

test('a request that began before a revocation gets nothing that the revoked key signs, and loses nothing by it', async () => {
  const { signingKeys } = provider.services;
  const kid = signer() ?? '';
  const { refresh_token = '' } = await university.signIn({
    extra: { scope: 'openid offline_access', prompt: 'consent' },
  });
  const { fields: ofCode } = await obtainCode(provider, university);
  const ofRefresh = { grant_type: 'refresh_token', refresh_token };
  const asked = [[asService], [ofCode, 'university'], [ofRefresh, 'university']] as const;
  const ends = await Promise.all(asked.map(([fields, clientId]) => beginRequest(fields, clientId)));
  await signingKeys.requestRevocation({ kid, reason: 'a drill', by: 'Sara' });
  await expect(signingKeys.approveRevocation({ kid, by: 'Dariush' })).resolves.toMatchObject({ outcome: 'done' });

  const refused = { status: 503, retryAfter: '5', body: { error: 'temporarily_unavailable' } };
  for (const late of await Promise.all(ends.map((end) => end()))) expect(late).toMatchObject(refused);

  for (const [fields, clientId] of asked) {
    const { status, body } = await (await beginRequest(fields, clientId))();
    expect({ status, error: body.error }, fields.grant_type).toEqual({ status: 200, error: undefined });
    expect(kidOf(body.id_token ?? body.access_token)).toBe(signer());
  }
  expect(signer()).not.toBe(kid);
  // What was answered is spent: nothing is given back but what nobody got an answer for.
  expect((await (await beginRequest(ofCode, 'university'))()).body.error).toBe('invalid_grant');
});
