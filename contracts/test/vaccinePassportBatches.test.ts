// Mirrors contracts/src/VaccinePassport.sol: batches that are anchored by one root.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Hex, zeroHash } from 'viem';

import { inclusionProof, leafHash, merkleRoot, nodeHash } from './support/merkle';
import {
  authority,
  digest,
  hospital,
  makeWorld,
  onEveryChain,
  otherHospital,
  stranger,
  type World,
} from './support/world';

const NOTHING = [0n, 0n, 0];
const REASON = 2;

onEveryChain('VaccinePassport', (url) => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(url);
  });
  const contract = () => world.passport;
  const status = (issuer: Hex, commitment: Hex) => contract().read('status', [issuer, commitment]);

  describe('anchor', () => {
    const leavesOf = (size: number) => Array.from({ length: size }, (_, i) => digest(`leaf ${i}`));
    const leaves = leavesOf(7);
    const root = merkleRoot(leaves);
    const proofOf = (index: number) => inclusionProof(leaves, index);
    const ask = (
      proof: Hex[],
      index: bigint,
      commitment: Hex,
      change: { root?: Hex; issuer?: Hex } = {},
    ) =>
      [change.issuer ?? hospital.address, change.root ?? root, proof, index, commitment] as const;

    it('puts a batch on chain', async () => {
      const { events, time } = await contract().send(hospital, 'anchor', [root, 7n]);
      const anchored = { issuer: hospital.address, root, count: 7n, anchoredAt: time };
      expect(events).toEqual([{ name: 'Anchored', args: anchored }]);
      expect(await contract().read('anchored', [hospital.address, root])).toEqual([
        time,
        7n,
        0n,
        0,
      ]);
      expect(await contract().read('anchored', [otherHospital.address, root])).toEqual([
        ...[0n, 0n, 0n, 0],
      ]);
    });

    it('refuses an empty batch, the zero root, and the same root twice', async () => {
      await contract().refuses(hospital, 'anchor', [root, 0n], 'VaccinePassportEmptyBatch');
      await contract().refuses(hospital, 'anchor', [zeroHash, 1n], 'VaccinePassportZeroDigest');
      await contract().send(hospital, 'anchor', [root, 7n]);
      const refusal = 'VaccinePassportAlreadyAnchored';
      await contract().refuses(hospital, 'anchor', [root, 8n], refusal, [hospital.address, root]);
      await contract().send(otherHospital, 'anchor', [root, 7n]);
    });

    it('proves every leaf of every tree of up to 17 leaves, at its own index alone', async () => {
      for (let size = 1; size <= 17; ++size) {
        const batch = leavesOf(size);
        const top = merkleRoot(batch);
        const { time } = await contract().send(hospital, 'anchor', [top, BigInt(size)]);
        const answers = batch.map((leaf, index) => {
          const call = ask(inclusionProof(batch, index), BigInt(index), leaf, { root: top });
          return contract().read('statusAnchored', call);
        });
        const expected = batch.map(() => [time, 0n, 0]);
        expect(await Promise.all(answers)).toEqual(expected);
        for (let other = 0; other < size; ++other) {
          if (other === 1) continue;
          const leaf = batch[1];
          if (leaf === undefined) continue;
          const call = ask(inclusionProof(batch, 1), BigInt(other), leaf, { root: top });
          const named = [top, BigInt(other), leaf];
          const refusal = 'VaccinePassportInvalidProof';
          await contract().refuses(stranger, 'statusAnchored', call, refusal, named);
        }
      }
    });

    it('answers nothing for a root that the issuer did not anchor', async () => {
      const call = ask(proofOf(3), 3n, leaves[3] as Hex);
      expect(await contract().read('statusAnchored', call)).toEqual(NOTHING);
      await contract().send(otherHospital, 'anchor', [root, 7n]);
      expect(await contract().read('statusAnchored', call)).toEqual(NOTHING);
    });

    it('refuses each proof that does not hold', async () => {
      await contract().send(hospital, 'anchor', [root, 7n]);
      const good = proofOf(3);
      const leaf = leaves[3] as Hex;
      const flipped = good.map((hash, i) => (i === 1 ? digest('wrong') : hash));
      const sibling = nodeHash(leafHash(leaves[2] as Hex), leafHash(leaf));
      const cases: [string, Hex[], bigint, Hex][] = [
        ['too short', good.slice(0, -1), 3n, leaf],
        ['too long', [...good, digest('more')], 3n, leaf],
        ['empty', [], 3n, leaf],
        ['one wrong hash', flipped, 3n, leaf],
        ['reversed', good.toReversed(), 3n, leaf],
        ['another leaf', good, 3n, digest('not in it')],
        ['another index', good, 2n, leaf],
        ['index at the count', good, 7n, leaf],
        ['index of 256 bits', good, 2n ** 256n - 1n, leaf],
        ['a node for a leaf', good.slice(1), 1n, sibling],
      ];
      for (const [what, proof, index, commitment] of cases) {
        const call = ask(proof, index, commitment);
        const named = [root, index, commitment];
        const refusal = 'VaccinePassportInvalidProof';
        await contract()
          .refuses(stranger, 'statusAnchored', call, refusal, named)
          .catch((error: unknown) => expect.fail(`${what}: ${String(error)}`));
      }
    });

    it('refuses proofs against a batch of another count', async () => {
      await contract().send(hospital, 'anchor', [root, 5n]);
      const leaf = leaves[4] as Hex;
      const call = ask(proofOf(4), 4n, leaf);
      const refusal = 'VaccinePassportInvalidProof';
      await contract().refuses(stranger, 'statusAnchored', call, refusal, [root, 4n, leaf]);
    });

    it.each([
      ['issuer', hospital],
      ['authority', authority],
    ])('lets the %s revoke one of the batch', async (_, by) => {
      const anchored = await contract().send(hospital, 'anchor', [root, 7n]);
      const leaf = leaves[6] as Hex;
      const call = ask(proofOf(6), 6n, leaf);
      const { events, time } = await contract().send(by, 'revokeAnchored', [...call, REASON]);
      const revoked = { issuer: hospital.address, commitment: leaf, by: by.address };
      expect(events).toEqual([
        { name: 'Revoked', args: { ...revoked, reason: REASON, revokedAt: time } },
      ]);
      const expected = [anchored.time, time, REASON];
      expect(await contract().read('statusAnchored', call)).toEqual(expected);
      expect(await status(hospital.address, leaf)).toEqual(expected);
      const other = ask(proofOf(5), 5n, leaves[5] as Hex);
      expect(await contract().read('statusAnchored', other)).toEqual([anchored.time, 0n, 0]);
    });

    it('refuses to revoke one of a batch by name', async () => {
      const leaf = leaves[0] as Hex;
      const call = [...ask(proofOf(0), 0n, leaf), REASON] as const;
      const issuer = hospital.address;
      const refuse = (who: typeof hospital, name: string, named: unknown[], change = call) =>
        contract().refuses(who, 'revokeAnchored', change, name, named);
      await refuse(hospital, 'VaccinePassportNotAnchored', [issuer, root]);
      await contract().send(hospital, 'anchor', [root, 7n]);
      await refuse(stranger, 'VaccinePassportUnauthorized', [stranger.address]);
      await refuse(otherHospital, 'VaccinePassportUnauthorized', [otherHospital.address]);
      const wrong = [...ask(proofOf(1), 0n, leaf), REASON] as const;
      await refuse(hospital, 'VaccinePassportInvalidProof', [root, 0n, leaf], wrong);
      await contract().refuses(hospital, 'revoke', [issuer, leaf, 1], 'VaccinePassportNotIssued', [
        issuer,
        leaf,
      ]);
      await contract().send(hospital, 'revokeAnchored', call);
      await refuse(hospital, 'VaccinePassportAlreadyRevoked', [issuer, leaf]);
      await world.accreditation.send(authority, 'suspend', [issuer]);
      await refuse(hospital, 'VaccinePassportNotAccredited', [issuer]);
    });

    it.each([
      ['issuer', hospital],
      ['authority', authority],
    ])('lets the %s revoke the whole batch', async (_, by) => {
      const issuer = hospital.address;
      const anchored = await contract().send(hospital, 'anchor', [root, 7n]);
      const single = ask(proofOf(6), 6n, leaves[6] as Hex);
      const before = await contract().send(hospital, 'revokeAnchored', [...single, 1]);
      const { events, time } = await contract().send(by, 'revokeBatch', [issuer, root, REASON]);
      const revoked = { issuer, root, by: by.address, reason: REASON, revokedAt: time };
      expect(events).toEqual([{ name: 'BatchRevoked', args: revoked }]);
      const state = await contract().read('anchored', [issuer, root]);
      expect(state).toEqual([anchored.time, 7n, time, REASON]);
      for (const index of [0, 3, 5]) {
        const call = ask(proofOf(index), BigInt(index), leaves[index] as Hex);
        const answer = await contract().read('statusAnchored', call);
        expect(answer).toEqual([anchored.time, time, REASON]);
      }
      // What was revoked before keeps its date and reason.
      const own = await contract().read('statusAnchored', single);
      expect(own).toEqual([anchored.time, before.time, 1]);
      const wrong = ask(proofOf(2), 3n, leaves[3] as Hex);
      const named = [root, 3n, leaves[3]];
      const refusal = 'VaccinePassportInvalidProof';
      await contract().refuses(stranger, 'statusAnchored', wrong, refusal, named);
    });

    it('leaves other batches of the same leaves alone', async () => {
      await contract().send(hospital, 'anchor', [root, 7n]);
      const theirs = await contract().send(otherHospital, 'anchor', [root, 7n]);
      const some = leaves.slice(0, 3);
      const ours = await contract().send(hospital, 'anchor', [merkleRoot(some), 3n]);
      await contract().send(hospital, 'revokeBatch', [hospital.address, root, REASON]);
      const leaf = leaves[1] as Hex;
      const other = ask(proofOf(1), 1n, leaf, { issuer: otherHospital.address });
      expect(await contract().read('statusAnchored', other)).toEqual([theirs.time, 0n, 0]);
      const again = ask(inclusionProof(some, 1), 1n, leaf, { root: merkleRoot(some) });
      expect(await contract().read('statusAnchored', again)).toEqual([ours.time, 0n, 0]);
    });

    it('refuses to revoke a batch by name', async () => {
      const issuer = hospital.address;
      const call = [issuer, root, REASON] as const;
      const refuse = (who: typeof hospital, name: string, named: unknown[]) =>
        contract().refuses(who, 'revokeBatch', call, name, named);
      await refuse(hospital, 'VaccinePassportNotAnchored', [issuer, root]);
      await contract().send(hospital, 'anchor', [root, 7n]);
      await refuse(stranger, 'VaccinePassportUnauthorized', [stranger.address]);
      await refuse(otherHospital, 'VaccinePassportUnauthorized', [otherHospital.address]);
      await world.accreditation.send(authority, 'suspend', [issuer]);
      await refuse(hospital, 'VaccinePassportNotAccredited', [issuer]);
      await contract().send(authority, 'revokeBatch', call);
      await refuse(authority, 'VaccinePassportBatchAlreadyRevoked', [issuer, root]);
      const one = [...ask(proofOf(1), 1n, leaves[1] as Hex), REASON] as const;
      const refusal = 'VaccinePassportBatchAlreadyRevoked';
      await contract().refuses(authority, 'revokeAnchored', one, refusal, [issuer, root]);
      await world.accreditation.send(authority, 'reinstate', [issuer]);
      const refused = 'VaccinePassportAlreadyAnchored';
      await contract().refuses(hospital, 'anchor', [root, 7n], refused, [issuer, root]);
    });

    it('revokes what was issued both ways in both', async () => {
      const anchored = await contract().send(hospital, 'anchor', [root, 7n]);
      await world.chain.after(anchored.time);
      const leaf = leaves[2] as Hex;
      const issued = await contract().send(hospital, 'issue', [leaf]);
      const call = ask(proofOf(2), 2n, leaf);
      const { time } = await contract().send(hospital, 'revokeAnchored', [...call, REASON]);
      expect(await status(hospital.address, leaf)).toEqual([issued.time, time, REASON]);
      expect(issued.time).toBeGreaterThan(anchored.time);
      const state = await contract().read('statusAnchored', call);
      expect(state).toEqual([anchored.time, time, REASON]);
    });

    it('cannot issue anew what was revoked out of a batch', async () => {
      await contract().send(hospital, 'anchor', [root, 7n]);
      const leaf = leaves[2] as Hex;
      const call = [...ask(proofOf(2), 2n, leaf), REASON] as const;
      await contract().send(hospital, 'revokeAnchored', call);
      const refusal = 'VaccinePassportAlreadyIssued';
      await contract().refuses(hospital, 'issue', [leaf], refusal, [hospital.address, leaf]);
    });
  });
});
