import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMasterKeyFile, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { SealBroken } from '#platform/sealing/sealer.ts';
import { isCarelesslyMade } from '#platform/sealing/weak-keys.ts';

const line = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url');

describe('master keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'master-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, content: string, mode = 0o600) => {
    writeFileSync(join(folder, name), content, { mode });
    chmodSync(join(folder, name), mode);
  };

  test('a new file holds 32 random bytes, is its owner’s alone, and is never overwritten', () => {
    const path = createMasterKeyFile(folder, '2026-01-31');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    expect(() => createMasterKeyFile(folder, '2026-01-31')).toThrow('must sort after');
    expect(() => createMasterKeyFile(folder, '../elsewhere')).toThrow('letters, digits and hyphens');
    expect(() => createMasterKeyFile(folder, '2025-12-31')).toThrow('would not become the current');
  });

  test('the last file by name is current, and all of them open', () => {
    createMasterKeyFile(folder, '2026-01-31');
    const [old] = readMasterKeys({ folder }).all;
    createMasterKeyFile(folder, '2026-02-28');
    put('notes.txt', 'not a key', 0o644);
    const keys = readMasterKeys({ folder });
    expect(keys.all.map((key) => key.id)).toEqual([keys.current.id, old?.id]);
    expect(keys.current.id).toMatch(/^[0-9a-f]{8}$/);
    expect(keys.current.id).not.toBe(old?.id);
  });

  test('the environment goes before the files, its first key being current', () => {
    createMasterKeyFile(folder, '2026-01-31');
    const [fileKey] = readMasterKeys({ folder }).all;
    const [one, two] = [line(randomBytes(32)), line(randomBytes(32))];
    const keys = readMasterKeys({ folder, environmentValue: `${one}, ${two}\n` });
    expect(keys.all).toHaveLength(3);
    expect(keys.all[0]).toBe(keys.current);
    expect(keys.all[2]?.id).toBe(fileKey?.id);
    expect(readMasterKeys({ folder: join(folder, 'none'), environmentValue: one }).current.id).toBe(keys.current.id);
  });

  test('what one key sealed opens with the same key and the same name only', () => {
    createMasterKeyFile(folder, 'a');
    createMasterKeyFile(folder, 'b');
    const { current, all } = readMasterKeys({ folder });
    const sealed = current.seal(Buffer.from('secret'), 'data-key:state:1');
    expect(current.unseal(sealed, 'data-key:state:1').toString()).toBe('secret');
    expect(() => current.unseal(sealed, 'data-key:state:2')).toThrow(SealBroken);
    expect(() => all[1]?.unseal(sealed, 'data-key:state:1')).toThrow(SealBroken);
  });

  test.each([0o640, 0o604, 0o620, 0o644])('a file with mode %o is refused, with the command that helps', (mode) => {
    put('open.key', `${line(randomBytes(32))}\n`, mode);
    expect(() => readMasterKeys({ folder })).toThrow(/can be read by others.*chmod 600/);
    // The control: the same key with the right mode is taken.
    chmodSync(join(folder, 'open.key'), 0o600);
    expect(readMasterKeys({ folder }).all).toHaveLength(1);
  });

  const counting = Buffer.from(Array.from({ length: 32 }, (_, position) => position * 3));
  test.each([
    ['empty', ''],
    ['too short', line(randomBytes(31))],
    ['too long', line(randomBytes(33))],
    ['in hex', randomBytes(32).toString('hex')],
    ['in plain base64', `${randomBytes(32).toString('base64').replace(/^./, '+')}`],
    ['on two lines', `${line(randomBytes(32))}\n${line(randomBytes(32))}`],
    ['not canonical', `${'A'.repeat(20)}${line(randomBytes(32)).slice(20, 42)}B`],
    ['all zero', line(Buffer.alloc(32))],
    ['sixteen bytes twice', line(Buffer.concat([counting.subarray(0, 16), counting.subarray(0, 16)]))],
    ['counting', line(counting)],
    ['a typed sentence', line('correct horse battery staple! 42')],
  ])('a key that is %s is refused, and not quoted', (_, content) => {
    put('bad.key', `${content}\n`);
    let message = '';
    try {
      readMasterKeys({ folder });
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/bad\.key is not (a master key|random)/);
    if (content !== '') expect(message).not.toContain(content.slice(0, 20));
  });

  test('a copy of a key is refused, for it looks like a new one', () => {
    const path = createMasterKeyFile(folder, '2026-01-31');
    copyFileSync(path, join(folder, '2026-02-28.key'));
    expect(() => readMasterKeys({ folder })).toThrow('is there twice');
  });

  test('no key at all is said in words', () => {
    expect(() => readMasterKeys({ folder })).toThrow(/there is no master key.*make one/);
  });

  test('random keys are not taken for careless ones', () => {
    for (let count = 0; count < 20_000; count += 1) expect(isCarelesslyMade(randomBytes(32))).toBe(false);
  });
});
