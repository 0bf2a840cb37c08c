import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafHash, pathTo, rootOf } from '#audit/merkle.ts';

const leaves = fc.array(fc.string(), { minLength: 1, maxLength: 70 }).map((all) => all.map(leafHash));

/** RFC 9162 section 2.1.1, word for word and slowly: the largest power of two smaller than n goes to the left. */
function byTheBook(all: readonly Buffer[]): Buffer {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < all.length) split *= 2;
  return nodeOf(byTheBook(all.slice(0, split)), byTheBook(all.slice(split)));
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

function rootAlong(leaf: Buffer, path: ReturnType<typeof pathTo>): Buffer {
  return path.reduce(
    (hash, sibling) => (sibling.side === 'left' ? nodeOf(sibling.hash, hash) : nodeOf(hash, sibling.hash)),
    leaf,
  );
}

test('the root is that of RFC 9162, whatever the number of leaves', () => {
  fc.assert(fc.property(leaves, (all) => rootOf(all).equals(byTheBook(all))));
});

test('every leaf leads to the root along its path, and no other leaf does', () => {
  fc.assert(
    fc.property(leaves, fc.nat(), (all, at) => {
      const position = at % all.length;
      const path = pathTo(all, position);
      const leaf = all[position] ?? Buffer.alloc(0);
      expect(rootAlong(leaf, path)).toEqual(rootOf(all));
      expect(rootAlong(leafHash(`not ${leaf.toString('hex')}`), path)).not.toEqual(rootOf(all));
    }),
  );
});

test('an inner node does not pass for a leaf', () => {
  const [a, b] = [leafHash('a'), leafHash('b')];
  const asContent = Buffer.concat([a, b]).toString('latin1');
  expect(leafHash(asContent)).not.toEqual(rootOf([a, b]));
});
