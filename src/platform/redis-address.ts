/** A Redis URL, taken apart. The password is in it: never log one. */
export type RedisAddress = {
  kind: 'one-node' | 'sentinel' | 'cluster';
  hosts: readonly [Host, ...Host[]];
  isEncrypted: boolean;
  username?: string;
  password?: string;
  /** What the Sentinels call the group they watch. */
  service?: string;
  sentinelPassword?: string;
  database: number;
};

type Host = { host: string; port: number };

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26379;

/**
 * `redis://[user:password@]host[:port][/database]`, the same with `rediss://` for TLS;
 * `redis+sentinel://[user:password@]host:port,host:port/service[/database][?sentinel_password=…]`;
 * `redis+cluster://[user:password@]host:port,host:port`; and with TLS `rediss+sentinel://`, `rediss+cluster://`.
 * Parts with special characters are percent-encoded. The platform's URL type knows one host only, so it is read here.
 *
 * @throws Error whose message does not repeat the URL
 */
export function readRedisUrl(url: string): RedisAddress {
  const match =
    /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^/?#@]+)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(url);
  if (match === null)
    throw unreadable(
      'expected redis://host:port, redis+sentinel://host:port,host:port/service or redis+cluster://host:port,host:port',
    );
  const [, scheme, topology, credentials, hosts = '', path = '', query = ''] = match;
  const kind = topology === 'sentinel' || topology === 'cluster' ? topology : 'one-node';
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  const service = kind === 'sentinel' ? segments.shift() : undefined;
  if (kind === 'sentinel' && service === undefined)
    throw unreadable('after the Sentinels comes a slash and the name of the service they watch, such as /mymaster');
  const sentinelPassword = new URLSearchParams(query).get('sentinel_password');

  return {
    kind,
    hosts: readHosts(hosts, kind),
    isEncrypted: scheme === 'rediss',
    ...readCredentials(credentials),
    ...(service !== undefined && { service }),
    ...(sentinelPassword !== null && { sentinelPassword }),
    database: readDatabase(segments, kind),
  };
}

function readHosts(hosts: string, kind: RedisAddress['kind']): RedisAddress['hosts'] {
  const [first, ...others] = hosts.split(',').map((host) => readHost(host, kind));
  if (first === undefined) throw unreadable('it names no host');
  if (kind === 'one-node' && others.length > 0)
    throw unreadable('several hosts need redis+sentinel:// or redis+cluster://');
  return [first, ...others];
}

function readHost(text: string, kind: RedisAddress['kind']): Host {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2] ?? (kind === 'sentinel' ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT));
  if (host === undefined || port < 1 || port > 65_535) throw unreadable('a host must look like name:port');
  return { host, port };
}

function readCredentials(credentials: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (credentials === undefined || credentials === '') return {};
  const colon = credentials.indexOf(':');
  if (colon === -1) throw unreadable('credentials look like user:password@ or :password@');
  const username = decode(credentials.slice(0, colon));
  return { ...(username !== '' && { username }), password: decode(credentials.slice(colon + 1)) };
}

function readDatabase(segments: readonly string[], kind: RedisAddress['kind']): number {
  const [database = '0', ...tooMany] = segments;
  if (tooMany.length > 0 || !/^\d{1,4}$/.test(database))
    throw unreadable('the database is a number after the last slash');
  if (kind === 'cluster' && database !== '0') throw unreadable('a Cluster has only database 0');
  return Number(database);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('a % is not followed by two hex digits');
  }
}

function unreadable(reason: string): Error {
  return new Error(`the Redis URL cannot be read: ${reason}`);
}
