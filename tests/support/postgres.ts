import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { Client } from 'pg';
import { findBinary } from './binaries.ts';
import { findFreePort } from './ports.ts';
import { startProcess, temporaryFolder } from './processes.ts';

export type TestPostgres = {
  /** The server's own database; test files make theirs with createDatabase. */
  url: string;
  port: number;
  /** A new empty database; answers its URL. */
  createDatabase(): Promise<string>;
  /** Goes away with its data kept, and comes back at the same address. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * A private PostgreSQL in a temporary folder. It promises nothing to the disk, which makes it fast, and listens on
 * 127.0.0.1 alone; a cluster that Debian may have set up on port 5432 is never touched.
 */
export async function startPostgres({ port }: { port?: number } = {}): Promise<TestPostgres> {
  const folder = await temporaryFolder('postgres');
  const runAs = unprivilegedUser();
  if (runAs !== undefined) await chown(folder.path, runAs.uid, runAs.gid);
  const asServer = { cwd: folder.path, env: { HOME: folder.path }, ...(runAs === undefined ? {} : { runAs }) };

  const initdb = await startProcess({
    ...asServer,
    command: findBinary('initdb'),
    args: [
      ...['--pgdata', folder.path, '--username', 'postgres', '--auth', 'trust'],
      ...['--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'],
    ],
  });
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed:\n${initdb.output()}`);

  const listensOn = port ?? (await findFreePort());
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${listensOn}`, 'unix_socket_directories=', 'max_connections=300'],
    ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=64MB'],
    ...['autovacuum=off', 'max_wal_senders=0', 'wal_level=minimal', 'jit=off'],
  ];
  const start = () =>
    startProcess({
      ...asServer,
      command: findBinary('postgres'),
      args: ['-D', folder.path, ...settings.flatMap((setting) => ['-c', setting])],
      ready: /ready to accept connections/,
      // SIGTERM would wait for the last client to leave.
      stopSignal: 'SIGINT',
    });
  let server = await start();

  const url = `postgresql://postgres@127.0.0.1:${listensOn}/postgres`;
  return {
    url,
    port: listensOn,
    createDatabase: () => createDatabaseOn(url),
    halt: () => server.stop(),
    async resume() {
      server = await start();
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

/** A new database on any server, private or given from outside, empty or like the one of a URL; answers its URL. */
export async function createDatabaseOn(serverUrl: string, { template }: { template?: string } = {}): Promise<string> {
  const name = `panjereh_test_${randomBytes(6).toString('hex')}`;
  const like = template === undefined ? 'template0' : new URL(template).pathname.slice(1);
  await runOn(serverUrl, `create database ${name} template ${like}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  const serverUrl = new URL(url);
  const name = serverUrl.pathname.slice(1);
  if (!name.startsWith('panjereh_test_')) throw new Error(`${name} is not a database of the tests`);
  serverUrl.pathname = '/postgres';
  await runOn(serverUrl.href, `drop database if exists ${name} with (force)`);
}

async function runOn(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: root hands it to the user that Debian's package made. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const ask = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}
