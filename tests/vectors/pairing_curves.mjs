// Writes pairing_curves.txt: calls of the precompiles on pairing curves with the answers of another
// implementation (npm @noble/curves), for src/evm/precompiles_curves_test.cpp. Deterministic.
//
//     node tests/vectors/pairing_curves.mjs > tests/vectors/pairing_curves.txt
//
// A line is: precompile address, input, output; all hexadecimal.
import { bls12_381 } from '@noble/curves/bls12-381';
import { bn254 } from '@noble/curves/bn254';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

let counter = 0;
const random = (below) =>
  BigInt(
    '0x' +
      [0, 1].map((half) => bytesToHex(sha256(utf8ToBytes(`salus ${counter++} ${half}`)))).join(''),
  ) % below;

const hex = (number, bytes) => number.toString(16).padStart(2 * bytes, '0');
const say = (address, input, output) => process.stdout.write(`${address} ${input} ${output}\n`);
const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const uint256 = 1n << 256n;

// --- BN254: EIP-196, EIP-197 --------------------------------------------------------------------

const curve = {
  bn: {
    G1: bn254.G1.ProjectivePoint,
    G2: bn254.G2.ProjectivePoint,
    r: bn254.fields.Fr.ORDER,
    fp: (x) => hex(x, 32),
    fp2: ({ c0, c1 }) => hex(c1, 32) + hex(c0, 32),
  },
  bls: {
    G1: bls12_381.G1.ProjectivePoint,
    G2: bls12_381.G2.ProjectivePoint,
    r: bls12_381.fields.Fr.ORDER,
    fp: (x) => hex(x, 64),
    fp2: ({ c0, c1 }) => hex(c0, 64) + hex(c1, 64),
  },
};
const encode1 = ({ fp }, point) => {
  const { x, y } = point.toAffine();
  return fp(x) + fp(y);
};
const encode2 = ({ fp2 }, point) => {
  const { x, y } = point.toAffine();
  return fp2(x) + fp2(y);
};
const times = (c, point, scalar) => {
  const reduced = scalar % c.r;
  return reduced === 0n ? point.constructor.ZERO : point.multiply(reduced);
};
const point1 = (c) => c.G1.BASE.multiply(random(c.r - 1n) + 1n);
const point2 = (c) => c.G2.BASE.multiply(random(c.r - 1n) + 1n);

const additions = (c, address, make, encode) => {
  const [p, q] = [make(c), make(c)];
  const zero = p.constructor.ZERO;
  for (const [a, b] of [
    [p, q],
    [p, p],
    [p, p.negate()],
    [zero, q],
    [p, zero],
    [zero, zero],
  ]) {
    say(address, encode(c, a) + encode(c, b), encode(c, a.add(b)));
  }
};

const sums = (c, address, make, encode, sizes) => {
  for (const size of sizes) {
    const items = repeat(size, (i) => [
      i === 3 ? make(c).constructor.ZERO : make(c),
      i === 2 ? 0n : random(uint256),
    ]);
    const sum = items.map(([p, k]) => times(c, p, k)).reduce((a, b) => a.add(b));
    say(address, items.map(([p, k]) => encode(c, p) + hex(k, 32)).join(''), encode(c, sum));
  }
  for (const k of [0n, 1n, 2n, c.r - 1n, c.r, c.r + 1n, uint256 - 1n]) {
    const p = make(c);
    say(address, encode(c, p) + hex(k, 32), encode(c, times(c, p, k)));
  }
};

// e(a_i G, b_i H) over all i is one where the sum of a_i b_i is zero, which the last pair brings
// about or misses.
const pairings = (c, address, sizes) => {
  for (const size of sizes) {
    for (const off of [0n, 1n]) {
      const factors = repeat(size - 1, () => [random(c.r - 1n) + 1n, random(c.r - 1n) + 1n]);
      const sum = factors.reduce((total, [a, b]) => total + a * b, off);
      const pairs = [...factors, [c.r - (sum % c.r), 1n]];
      const input = pairs.map(
        ([a, b]) => encode1(c, times(c, c.G1.BASE, a)) + encode2(c, times(c, c.G2.BASE, b)),
      );
      say(address, input.join(''), hex(off === 0n ? 1n : 0n, 32));
    }
  }
};

additions(curve.bn, '06', point1, encode1);
sums(
  curve.bn,
  '07',
  point1,
  encode1,
  repeat(8, () => 1),
);
pairings(curve.bn, '08', [2, 3, 5]);

// --- BLS12-381: EIP-2537 ------------------------------------------------------------------------

additions(curve.bls, '0b', point1, encode1);
sums(curve.bls, '0c', point1, encode1, [1, 1, 2, 5, 30]);
additions(curve.bls, '0d', point2, encode2);
sums(curve.bls, '0e', point2, encode2, [1, 1, 2, 5, 14]);
pairings(curve.bls, '0f', [2, 3, 5]);

const p = bls12_381.fields.Fp.ORDER;
for (const u of [0n, 1n, p - 1n, ...repeat(6, () => random(p))]) {
  say('10', hex(u, 64), encode1(curve.bls, bls12_381.G1.mapToCurve([u])));
}
for (const [c0, c1] of [[0n, 0n], [1n, 0n], [0n, 1n], ...repeat(6, () => [random(p), random(p)])]) {
  say('11', hex(c0, 64) + hex(c1, 64), encode2(curve.bls, bls12_381.G2.mapToCurve([c0, c1])));
}
