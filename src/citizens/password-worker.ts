import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

import { hashPassword, matchesPassword } from './password.ts';
import type { PasswordAnswer, PasswordRequest } from './password-pool.ts';

/**
 * One process of the password pool: a request comes in over the channel of its parent, its answer goes back, one at a
 * time. Nothing of a request is ever put into an error or a log line.
 */

giveWay();

process.on('message', (request: PasswordRequest) => {
  answer(request).then(
    (done) => process.send?.(done),
    () => process.send?.({ failed: true } satisfies PasswordAnswer),
  );
});

// The parent decides when a worker ends: it finishes the queue first, although Ctrl-C reaches the whole process group.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));

async function answer(request: PasswordRequest): Promise<PasswordAnswer> {
  if (request.verb === 'hash') return { hash: await hashPassword(request.password) };
  return { matches: await matchesPassword(request) };
}

/**
 * A storm of sign-ins must not take the processor from /token. Linux keeps the priority per thread and the hashing
 * runs on threads that were started while this file was read, so every one of them is told; later ones inherit it.
 */
function giveWay(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) {
    setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
  }
}
