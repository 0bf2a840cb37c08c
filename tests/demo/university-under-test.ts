import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUniversityApp } from '../../demo/university/app.ts';
import { openClientKey } from '../../demo/university/client-key.ts';
import { readUniversitySettings } from '../../demo/university/settings.ts';
import { createUniversity } from '../../demo/university/university.ts';
import { CLIENT_ID, listen } from './spoiling-provider.ts';

export type UniversityUnderTest = Awaited<ReturnType<typeof startUniversity>>;

export async function startUniversity({
  issuer,
  now,
  args = [],
}: {
  issuer: string;
  now: () => number;
  args?: string[];
}) {
  const folder = await mkdtemp(join(tmpdir(), 'demo-university-'));
  let listener: RequestListener | undefined;
  const server = createServer((request, response) => listener?.(request, response));
  const url = `http://localhost:${await listen(server)}`;
  const settings = readUniversitySettings(
    ['--url', url, '--issuer', issuer, '--client-id', CLIENT_ID, '--data', folder, ...args],
    {},
  );
  const clientKey = await openClientKey({ folder, clientId: CLIENT_ID });
  const university = createUniversity({ settings, clientKey, now, log: () => {} });
  listener = createUniversityApp(university).callback();
  return {
    url,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** A browser: a cookie jar for localhost, and redirects that are followed by hand. */
export function createBrowser() {
  const jar = new Map<string, string>();

  async function visit(
    address: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  return {
    jar,
    visit,
    /** Follows redirects until a page, and gives every address on the way. */
    async follow(address: string): Promise<{ response: Response; addresses: string[] }> {
      const addresses = [address];
      let response = await visit(address);
      for (let hops = 0; hops < 10; hops += 1) {
        const location = response.headers.get('location');
        if (location === null) break;
        await response.body?.cancel();
        addresses.push(new URL(location, addresses.at(-1)).href);
        response = await visit(addresses.at(-1) ?? '');
      }
      return { response, addresses };
    },
  };
}
