import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCivilRegistryApp } from '../../demo/outside/civil-registry-app.ts';
import type { Faults } from '../../demo/outside/faults.ts';
import { createMobileOwnershipApp } from '../../demo/outside/mobile-ownership-app.ts';
import { createInboxApp } from '../../demo/sms/app.ts';
import { createInbox } from '../../demo/sms/inbox.ts';

export type OutsideName = 'civil-registry' | 'mobile-ownership' | 'sms';

/** The demo's civil registry, mobile ownership and SMS gateway, on ports of their own, with their switches. */
export type OutsideServices = {
  /** For startProvider. */
  environment: Record<string, string>;
  /** Until it is switched back; what is not named works. */
  spoil(name: OutsideName, faults: Partial<Faults>): Promise<void>;
  /** Texts to this number, newest first. */
  messagesTo(phone: string): readonly string[];
  /** Codes that were sent to this number, newest first; a notice may have come in between. */
  codesTo(phone: string): readonly string[];
  /** The newest of them. */
  codeFor(phone: string): string;
  close(): Promise<void>;
};

const TOKEN = 'a-token-of-the-tests';

export async function startOutsideServices(): Promise<OutsideServices> {
  const log = () => undefined;
  // The order of arrival is all that matters of its time.
  const inbox = createInbox({ now: () => 0 });
  const urls: Record<OutsideName, Listening> = {
    'civil-registry': await listen(createCivilRegistryApp({ token: TOKEN, log }).callback()),
    'mobile-ownership': await listen(createMobileOwnershipApp({ token: TOKEN, log }).callback()),
    sms: await listen(createInboxApp({ inbox, log, token: TOKEN }).callback()),
  };
  const messagesTo = (phone: string) => inbox.list({ to: phone }).map(({ text }) => text);
  const codesTo = (phone: string) => messagesTo(phone).flatMap((text) => /(?<!\d)\d{6}(?!\d)/.exec(text) ?? []);

  return {
    environment: {
      PANJEREH_CIVIL_REGISTRY_URL: urls['civil-registry'].url,
      PANJEREH_CIVIL_REGISTRY_TOKEN: TOKEN,
      PANJEREH_MOBILE_OWNERSHIP_URL: urls['mobile-ownership'].url,
      PANJEREH_MOBILE_OWNERSHIP_TOKEN: TOKEN,
      PANJEREH_SMS_GATEWAY_URL: urls.sms.url,
      PANJEREH_SMS_GATEWAY_TOKEN: TOKEN,
    },
    async spoil(name, faults) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${urls[name].url}/switch`, { method: 'POST', headers, body: JSON.stringify(faults) });
      if (answer.status !== 200) throw new Error(`${name} was not switched: ${answer.status}`);
    },
    messagesTo,
    codesTo,
    codeFor(phone) {
      const [code] = codesTo(phone);
      if (code === undefined) throw new Error(`no code was sent to ${phone}`);
      return code;
    },
    async close() {
      await Promise.all(Object.values(urls).map((each) => each.close()));
    },
  };
}

type Listening = { url: string; close(): Promise<void> };

async function listen(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
