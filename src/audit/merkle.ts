import { hash as hashOnce } from 'node:crypto';

/** A tree of hashes as in RFC 9162 section 2.1: leaves and nodes are hashed apart, so that neither passes for the other. */
type Sibling = { side: 'left' | 'right'; hash: Buffer };

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export function leafHash(content: string): Buffer {
  return sha256(Buffer.concat([LEAF, Buffer.from(content)]));
}

/** The root over at least one leaf. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const root = levelsOf(leaves).at(-1)?.[0];
  if (root === undefined) throw new Error('a tree needs a leaf');
  return root;
}

/** What a leaf needs beside itself to arrive at the root: its siblings, from the lowest up. */
export function pathTo(leaves: readonly Buffer[], position: number): Sibling[] {
  return levelsOf(leaves).flatMap((level, height) => {
    const index = position >> height;
    const sibling = level[index ^ 1];
    return sibling === undefined ? [] : [{ side: index % 2 === 0 ? 'right' : 'left', hash: sibling }];
  });
}

/** From the leaves up. The last of an odd level has no sibling and moves up as it is, which is the shape of RFC 9162. */
function levelsOf(leaves: readonly Buffer[]): Buffer[][] {
  const levels = [[...leaves]];
  for (let level = levels[0] ?? []; level.length > 1; level = levels.at(-1) ?? []) levels.push(parentsOf(level));
  return levels;
}

function parentsOf(level: readonly Buffer[]): Buffer[] {
  const parents: Buffer[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = [level[index], level[index + 1]];
    if (left !== undefined) parents.push(right === undefined ? left : nodeHash(left, right));
  }
  return parents;
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([NODE, left, right]));
}

/** In one call: a hash object for each of some thousand leaves costs three times as much. */
function sha256(bytes: Buffer): Buffer {
  return hashOnce('sha256', bytes, 'buffer');
}
