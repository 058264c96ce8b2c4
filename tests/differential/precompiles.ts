// Inputs of precompiled contracts: good ones, and good ones broken.
import { readFileSync } from 'node:fs';

import { bls12_381 } from '@noble/curves/bls12-381.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { type Fork, has } from './opcodes';
import type { Random } from './random';

interface Call {
  address: number;
  input: Uint8Array;
}

/** Inputs for the pairing curves, by address. */
const CURVE_INPUTS = new Map<number, Uint8Array[]>();
const vectors = new URL('../vectors/pairing_curves.txt', import.meta.url);
for (const line of readFileSync(vectors, 'utf8').split('\n')) {
  const [address, input] = line.split(' ');
  if (!address || !input || input.length > 4000) continue;
  const list = CURVE_INPUTS.get(parseInt(address, 16)) ?? [];
  list.push(Uint8Array.from(Buffer.from(input, 'hex')));
  CURVE_INPUTS.set(parseInt(address, 16), list);
}

function word(value: bigint | number): Uint8Array {
  return Uint8Array.from(Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex'));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function recover(random: Random): Uint8Array {
  const hash = random.bytes(32);
  const key = random.bytes(32);
  key[0] = 1;
  const signature = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' });
  return concat(hash, word(27 + (signature[0] ?? 0)), signature.subarray(1));
}

function verify(random: Random): Uint8Array {
  const hash = random.bytes(32);
  const key = random.bytes(32);
  key[0] = 1;
  const signature = p256.sign(hash, key, { prehash: false, lowS: false });
  return concat(hash, signature, p256.getPublicKey(key, false).subarray(1));
}

function modexp(random: Random): Uint8Array {
  const size = () =>
    random.weighted([
      [6, random.below(40)],
      [3, random.below(130)],
      [1, random.between(250, 400)],
    ] as const);
  const sizes = [size(), size(), size()] as const;
  const modulus = random.bytes(sizes[2]);
  if (random.oneIn(8)) modulus.fill(0);
  return concat(
    ...sizes.map((item) => word(random.oneIn(60) ? random.word() : item)),
    random.bytes(sizes[0]),
    random.bytes(sizes[1]),
    modulus,
  );
}

function blake2f(random: Random): Uint8Array {
  const rounds = Uint8Array.from([0, 0, random.oneIn(20) ? 9 : 0, random.below(256)]);
  return concat(rounds, random.bytes(208), Uint8Array.from([random.below(2)]));
}

/** A constant polynomial: its commitment is the constant times the generator, its proof nothing. */
function pointEvaluation(random: Random): Uint8Array {
  const constant = random.bits(248) + 1n;
  const commitment = bls12_381.G1.Point.BASE.multiply(constant).toBytes();
  const hash = sha256(commitment);
  hash[0] = 1;
  const proof = new Uint8Array(48);
  proof[0] = 0xc0;
  return concat(hash, word(random.bits(248)), word(constant), commitment, proof);
}

function broken(input: Uint8Array, random: Random): Uint8Array {
  const out = Uint8Array.from(input);
  switch (random.below(5)) {
    case 0:
      if (out.length > 0) out[random.below(out.length)] = random.below(256);
      return out;
    case 1:
      return out.subarray(0, random.below(out.length + 1));
    case 2:
      return concat(out, random.bytes(random.between(1, 64)));
    case 3:
      if (out.length >= 32) out.set(word(random.word()), 32 * random.below(out.length >> 5));
      return out;
    default:
      return random.bytes(out.length);
  }
}

export function precompileCall(random: Random, fork: Fork): Call {
  const address = random.weighted([
    [6, 1],
    [3, 2],
    [3, 3],
    [4, 4],
    [6, 5],
    [4, 6],
    [3, 7],
    [1, 8],
    [4, 9],
    [has(fork, 'Cancun') ? 2 : 0, 10],
    ...[11, 12, 13, 14, 15, 16, 17].map(
      (item) => [has(fork, 'Prague') ? (item === 15 ? 1 : 2) : 0, item] as const,
    ),
    [has(fork, 'Osaka') ? 5 : 1, 0x100],
  ] as const);
  const make: Record<number, (random: Random) => Uint8Array> = {
    1: recover,
    5: modexp,
    9: blake2f,
    10: pointEvaluation,
    0x100: verify,
  };
  const known = CURVE_INPUTS.get(address);
  const input = known
    ? random.pick(known)
    : (make[address] ?? ((it) => it.bytes(it.below(200))))(random);
  return { address, input: random.oneIn(4) ? broken(input, random) : input };
}
