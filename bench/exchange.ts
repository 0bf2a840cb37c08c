import { Pool } from 'undici';
import type { Side } from './side.ts';

export type Reply = {
  status: number;
  location: string | undefined;
  setCookies: readonly string[];
  body: string;
};
export type Ask = {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
};

export type Exchange = {
  /** Never follows a redirect. */
  send(ask: Ask): Promise<Reply>;
  close(): Promise<void>;
};

/** HTTP/1.1 with kept-alive connections, one for each concurrent worker. `from` is the loopback address to call from. */
export function createExchange(side: Side, { connections, from }: { connections: number; from?: string }): Exchange {
  const pool = new Pool(side.origin, {
    connections,
    pipelining: 1,
    ...(from === undefined ? {} : { connect: { localAddress: from } }),
  });

  return {
    async send({ method, path, headers, form }) {
      const {
        statusCode,
        headers: answered,
        body,
      } = await pool.request({
        method,
        path,
        headers: {
          ...side.proxyHeaders,
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
        body: form === undefined ? null : new URLSearchParams(form).toString(),
      });
      const { location, 'set-cookie': cookies } = answered;
      return {
        status: statusCode,
        location: typeof location === 'string' ? location : undefined,
        setCookies: cookies === undefined ? [] : [cookies].flat(),
        body: await body.text(),
      };
    },
    close: () => pool.close(),
  };
}

/** RFC 6749 section 2.3.1. */
export function basicAuthorization(id: string, secret: string): Record<string, string> {
  const encode = (part: string): string => encodeURIComponent(part);
  return {
    authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`,
  };
}

export function check(reply: Reply, step: string, status: number): void {
  if (reply.status !== status) throw new Error(`${step}: ${reply.status} ${reply.body.slice(0, 200)}`);
}
