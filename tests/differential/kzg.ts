// The KZG proof of EIP-4844 on @noble/curves: @ethereumjs/vm brings none of its own.
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { KZG } from '@ethereumjs/util';

const { G1, G2, fields } = bls12_381;

// [tau]G2 of the ceremony of 2023: the second point of g2_monomial in trusted_setup.json.
const TAU_G2 = G2.Point.fromHex(
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
);

function verifyProof(commitment: string, z: string, y: string, proof: string): boolean {
  const scalar = (hex: string) => {
    const value = BigInt(hex);
    if (value >= fields.Fr.ORDER) throw new Error('not canonical');
    return value;
  };
  const point = (hex: string) => {
    const out = G1.Point.fromHex(hex.slice(2));
    out.assertValidity();
    return out;
  };
  const times = <P extends { multiplyUnsafe(by: bigint): P }>(p: P, by: bigint) =>
    p.multiplyUnsafe(by);
  const left = point(commitment).subtract(times(G1.Point.BASE, scalar(y)));
  const right = TAU_G2.subtract(times(G2.Point.BASE, scalar(z)));
  const pairs = [
    { g1: left, g2: G2.Point.BASE.negate() },
    { g1: point(proof), g2: right },
  ].filter(({ g1, g2 }) => !g1.is0() && !g2.is0());
  if (pairs.length === 0) return true;
  return fields.Fp12.eql(bls12_381.pairingBatch(pairs), fields.Fp12.ONE);
}

/** Only what the precompile calls; blobs themselves are no matter of the EVM. */
export const kzg = { verifyProof } as unknown as KZG;
