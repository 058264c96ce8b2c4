// RFC 9162 section 2.1, written as its recursive definitions (the contract walks indexes instead).
import { createHash } from 'node:crypto';

import { type Hex, hexToBytes, toHex } from 'viem';

const sha256 = (...parts: Uint8Array[]): Hex => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return toHex(hash.digest());
};

export const leafHash = (leaf: Hex): Hex => sha256(Uint8Array.of(0), hexToBytes(leaf));
export const nodeHash = (left: Hex, right: Hex): Hex =>
  sha256(Uint8Array.of(1), hexToBytes(left), hexToBytes(right));

// The largest power of two below `size`.
const split = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);

export function merkleRoot(leaves: Hex[]): Hex {
  const [first, ...rest] = leaves;
  if (first === undefined) return sha256();
  if (rest.length === 0) return leafHash(first);
  const k = split(leaves.length);
  return nodeHash(merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)));
}

export function inclusionProof(leaves: Hex[], index: number): Hex[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...inclusionProof(left, index), merkleRoot(right)]
    : [...inclusionProof(right, index - k), merkleRoot(left)];
}
