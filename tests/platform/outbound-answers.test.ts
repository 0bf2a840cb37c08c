import { describe, expect, test } from 'vitest';
import { outbound, reasonOf, serve } from './outbound-under-test.ts';

describe('what an answer may be', () => {
  test('a redirect is not followed', async () => {
    let followed = 0;
    const target = await serve((_, response) => {
      followed++;
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const at = await serve((_, response) => response.writeHead(status, { location: target }).end());
      expect(await reasonOf(outbound()(at))).toBe('redirect');
    }
    expect(followed).toBe(0);
  });

  test('64 kB are taken and one byte more is not, announced or not', async () => {
    const sized = (size: number, announced: boolean) =>
      serve((_, response) => {
        if (announced) response.setHeader('content-length', size);
        response.end(Buffer.alloc(size, 97));
      });
    expect((await (await outbound()(await sized(64 * 1024, true))).arrayBuffer()).byteLength).toBe(64 * 1024);
    expect((await (await outbound()(await sized(64 * 1024, false))).arrayBuffer()).byteLength).toBe(64 * 1024);
    expect(await reasonOf(outbound()(await sized(64 * 1024 + 1, true)))).toBe('too-large');
    expect(await reasonOf(outbound()(await sized(64 * 1024 + 1, false)))).toBe('too-large');
  });

  test('an endless body ends at the limit', async () => {
    const at = await serve((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await reasonOf(outbound()(at))).toBe('too-large');
  });

  test('a compressed body is refused unread', async () => {
    const at = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end('x'));
    expect(await reasonOf(outbound()(at))).toBe('encoded');
  });

  test('the time limit covers silence and a body that drips', async () => {
    const silent = await serve(() => {});
    const dripping = await serve((_, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await reasonOf(outbound({ timeoutMs: 150 })(silent))).toBe('timeout');
    expect(await reasonOf(outbound({ timeoutMs: 150 })(dripping))).toBe('timeout');
  });

  test('an error carries the host and nothing else of the address', async () => {
    const at = await serve((_, response) => response.writeHead(302).end());
    const error = await outbound()(`${at}/secret-path?token=secret`).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('localhost');
    expect(String(error)).not.toContain('secret');
  });
});
