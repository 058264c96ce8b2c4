// Mirrors contracts/src/VaccinePassport.sol.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeDeployData, encodeFunctionData, type Hex, zeroAddress, zeroHash } from 'viem';

import { vaccinePassportAbi, vaccinePassportBytecode } from '../typescript/vaccinePassport';
import {
  authority,
  digest,
  hospital,
  makeWorld,
  onEveryChain,
  otherHospital,
  patient,
  stranger,
  successor,
  type World,
} from './support/world';

const COMMITMENT = digest('a certificate');
const NOTHING = [0n, 0n, 0];
const REASON = 2;

onEveryChain('VaccinePassport', (url) => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(url);
  });
  const contract = () => world.passport;
  const status = (issuer: Hex, commitment: Hex) => contract().read('status', [issuer, commitment]);

  it('names its accreditation', async () => {
    expect(await contract().read('accreditation', [])).toBe(world.accreditation.address);
  });

  it('refuses an accreditation without code', async () => {
    const abi = vaccinePassportAbi;
    const args = [stranger.address] as const;
    const data = encodeDeployData({ abi, bytecode: vaccinePassportBytecode, args });
    const refusal = 'VaccinePassportInvalidAccreditation';
    await world.chain.refusesDeployment(abi, authority, data, refusal, [stranger.address]);
  });

  describe('issue', () => {
    it('puts a commitment on chain', async () => {
      expect(await status(hospital.address, COMMITMENT)).toEqual(NOTHING);
      const { events, time } = await contract().send(hospital, 'issue', [COMMITMENT]);
      const issued = { issuer: hospital.address, commitment: COMMITMENT, issuedAt: time };
      expect(events).toEqual([{ name: 'Issued', args: issued }]);
      expect(await status(hospital.address, COMMITMENT)).toEqual([time, 0n, 0]);
    });

    it.each([
      ['a stranger', stranger],
      ['a patient', patient],
      ['the authority', authority],
    ])('is refused to %s', async (_, who) => {
      const refusal = 'VaccinePassportNotAccredited';
      await contract().refuses(who, 'issue', [COMMITMENT], refusal, [who.address]);
      await contract().refuses(who, 'issueMany', [[COMMITMENT]], refusal, [who.address]);
      await contract().refuses(who, 'anchor', [COMMITMENT, 1n], refusal, [who.address]);
    });

    it('is refused to a suspended hospital, until it is reinstated', async () => {
      const refusal = 'VaccinePassportNotAccredited';
      await world.accreditation.send(authority, 'suspend', [hospital.address]);
      await contract().refuses(hospital, 'issue', [COMMITMENT], refusal, [hospital.address]);
      await world.accreditation.send(authority, 'reinstate', [hospital.address]);
      await contract().send(hospital, 'issue', [COMMITMENT]);
    });

    it('leaves what was issued before a suspension as it is', async () => {
      const { time } = await contract().send(hospital, 'issue', [COMMITMENT]);
      await world.accreditation.send(authority, 'suspend', [hospital.address]);
      expect(await status(hospital.address, COMMITMENT)).toEqual([time, 0n, 0]);
      const question = [hospital.address, time] as const;
      expect(await world.accreditation.read('wasAccredited', question)).toBe(true);
    });

    it('refuses the same commitment twice, also when it was revoked', async () => {
      const refusal = ['VaccinePassportAlreadyIssued', [hospital.address, COMMITMENT]] as const;
      await contract().send(hospital, 'issue', [COMMITMENT]);
      await contract().refuses(hospital, 'issue', [COMMITMENT], ...refusal);
      await contract().send(hospital, 'revoke', [hospital.address, COMMITMENT, REASON]);
      await contract().refuses(hospital, 'issue', [COMMITMENT], ...refusal);
    });

    it('refuses the zero digest', async () => {
      await contract().refuses(hospital, 'issue', [zeroHash], 'VaccinePassportZeroDigest');
    });

    // design.md section 7.
    it('loses nothing where a watcher of pending transactions registers a commitment first', async () => {
      const copied = await contract().send(otherHospital, 'issue', [COMMITMENT]);
      const issued = await contract().send(hospital, 'issue', [COMMITMENT]);
      expect(await status(otherHospital.address, COMMITMENT)).toEqual([copied.time, 0n, 0]);
      expect(await status(hospital.address, COMMITMENT)).toEqual([issued.time, 0n, 0]);
      await contract().send(otherHospital, 'revoke', [otherHospital.address, COMMITMENT, REASON]);
      expect(await status(hospital.address, COMMITMENT)).toEqual([issued.time, 0n, 0]);
    });

    it('costs what it did', async () => {
      const { receipt } = await contract().send(hospital, 'issue', [COMMITMENT]);
      expect(receipt.gasUsed).toBeLessThan(56_000n);
    });

    it('fails on chain as it does in a simulation', async () => {
      const data = encodeFunctionData({
        abi: vaccinePassportAbi,
        functionName: 'issue',
        args: [COMMITMENT],
      });
      const to = contract().address;
      const receipt = await world.chain.transact(stranger, to, data, 200_000n);
      expect(receipt.status).toBe('reverted');
      expect(receipt.logs).toEqual([]);
      expect(await status(stranger.address, COMMITMENT)).toEqual(NOTHING);
    });
  });

  describe('issueMany', () => {
    const commitments = Array.from({ length: 100 }, (_, i) => digest(`certificate ${i}`));

    it('issues each in one transaction', async () => {
      const { events, time, receipt } = await contract().send(hospital, 'issueMany', [commitments]);
      const issuer = hospital.address;
      const expected = commitments.map((commitment) => ({
        name: 'Issued',
        args: { issuer, commitment, issuedAt: time },
      }));
      expect(events).toEqual(expected);
      for (const commitment of [commitments[0], commitments[57], commitments[99]]) {
        expect(await status(issuer, commitment as Hex)).toEqual([time, 0n, 0]);
      }
      expect(receipt.gasUsed).toBeLessThan(2_600_000n);
    });

    it('issues 650 within the gas that one transaction may have (EIP-7825)', async () => {
      const batch = Array.from({ length: 650 }, (_, i) => digest(`one of 650: ${i}`));
      const { events, receipt } = await contract().send(hospital, 'issueMany', [batch]);
      expect(events.length).toBe(650);
      expect(receipt.gasUsed).toBeLessThan(2n ** 24n);
    });

    it('issues none where one is refused', async () => {
      const [first, second, third] = commitments as [Hex, Hex, Hex];
      await contract().send(hospital, 'issue', [second]);
      const refusal = 'VaccinePassportAlreadyIssued';
      await contract().refuses(hospital, 'issueMany', [[first, second, third]], refusal, [
        hospital.address,
        second,
      ]);
      expect(await status(hospital.address, first)).toEqual(NOTHING);
    });

    it('refuses a commitment that stands in it twice', async () => {
      const [first, second] = commitments as [Hex, Hex];
      const refusal = 'VaccinePassportAlreadyIssued';
      await contract().refuses(hospital, 'issueMany', [[first, second, first]], refusal, [
        hospital.address,
        first,
      ]);
    });

    it('refuses an empty batch and the zero digest', async () => {
      await contract().refuses(hospital, 'issueMany', [[]], 'VaccinePassportEmptyBatch');
      const batch = [COMMITMENT, zeroHash] as const;
      await contract().refuses(hospital, 'issueMany', [batch], 'VaccinePassportZeroDigest');
    });
  });

  describe('revoke', () => {
    beforeEach(async () => {
      await contract().send(hospital, 'issue', [COMMITMENT]);
    });
    const args = (reason = REASON) => [hospital.address, COMMITMENT, reason] as const;

    it.each([
      ['issuer', hospital],
      ['authority', authority],
    ])('is open to the %s', async (_, by) => {
      const [issuedAt] = await status(hospital.address, COMMITMENT);
      const { events, time } = await contract().send(by, 'revoke', args());
      const revoked = { issuer: hospital.address, commitment: COMMITMENT, by: by.address };
      expect(events).toEqual([
        { name: 'Revoked', args: { ...revoked, reason: REASON, revokedAt: time } },
      ]);
      expect(await status(hospital.address, COMMITMENT)).toEqual([issuedAt, time, REASON]);
    });

    it.each([
      ['a stranger', stranger],
      ['another hospital', otherHospital],
      ['a patient', patient],
    ])('is refused to %s', async (_, who) => {
      const refusal = 'VaccinePassportUnauthorized';
      await contract().refuses(who, 'revoke', args(), refusal, [who.address]);
    });

    it('is refused to an issuer that is suspended; the authority may', async () => {
      await world.accreditation.send(authority, 'suspend', [hospital.address]);
      const refusal = 'VaccinePassportNotAccredited';
      await contract().refuses(hospital, 'revoke', args(), refusal, [hospital.address]);
      await contract().send(authority, 'revoke', args());
    });

    it('follows the office of the authority', async () => {
      await world.accreditation.send(authority, 'transferAuthority', [successor.address]);
      await world.accreditation.send(successor, 'acceptAuthority', []);
      const refusal = 'VaccinePassportUnauthorized';
      await contract().refuses(authority, 'revoke', args(), refusal, [authority.address]);
      await contract().send(successor, 'revoke', args());
    });

    it.each([0, 255])('takes reason %i', async (reason) => {
      const { time } = await contract().send(hospital, 'revoke', args(reason));
      const [, revokedAt, stored] = await status(hospital.address, COMMITMENT);
      expect([revokedAt, stored]).toEqual([time, reason]);
    });

    it('refuses to revoke twice, whoever did it first', async () => {
      await contract().send(authority, 'revoke', args(1));
      const refusal = ['VaccinePassportAlreadyRevoked', [hospital.address, COMMITMENT]] as const;
      await contract().refuses(hospital, 'revoke', args(5), ...refusal);
      await contract().refuses(authority, 'revoke', args(5), ...refusal);
    });

    it('refuses what was never issued', async () => {
      const unknown = digest('another certificate');
      const refusal = 'VaccinePassportNotIssued';
      const call = [hospital.address, unknown, REASON] as const;
      await contract().refuses(hospital, 'revoke', call, refusal, [hospital.address, unknown]);
      const strange = [stranger.address, COMMITMENT, REASON] as const;
      const named = [stranger.address, COMMITMENT];
      await contract().refuses(authority, 'revoke', strange, refusal, named);
    });
  });

  describe('revokeMany', () => {
    const commitments = Array.from({ length: 200 }, (_, i) => digest(`certificate ${i}`));
    const [first, second] = commitments as [Hex, Hex];
    const args = (some: Hex[], reason = REASON) => [hospital.address, some, reason] as const;

    it.each([
      ['issuer', hospital],
      ['authority', authority],
    ])('revokes each in one transaction, for the %s', async (_, by) => {
      const issued = await contract().send(hospital, 'issueMany', [commitments]);
      const { events, time, receipt } = await contract().send(by, 'revokeMany', args(commitments));
      const revoked = { issuer: hospital.address, by: by.address, reason: REASON, revokedAt: time };
      expect(events).toEqual(
        commitments.map((commitment) => ({ name: 'Revoked', args: { commitment, ...revoked } })),
      );
      for (const commitment of [first, commitments[77], commitments[199]]) {
        const expected = [issued.time, time, REASON];
        expect(await status(hospital.address, commitment as Hex)).toEqual(expected);
      }
      expect(receipt.gasUsed).toBeLessThan(1_850_000n);
    });

    it('revokes none where one is refused', async () => {
      await contract().send(hospital, 'issueMany', [[first, second]]);
      const unknown = digest('another certificate');
      const refuse = (some: Hex[], name: string, named: unknown[]) =>
        contract().refuses(hospital, 'revokeMany', args(some), name, named);
      const issuer = hospital.address;
      await refuse([first, unknown], 'VaccinePassportNotIssued', [issuer, unknown]);
      await refuse([first, second, first], 'VaccinePassportAlreadyRevoked', [issuer, first]);
      await contract().send(hospital, 'revoke', [issuer, second, REASON]);
      await refuse([first, second], 'VaccinePassportAlreadyRevoked', [issuer, second]);
      const [, revokedAt] = await status(issuer, first);
      expect(revokedAt).toBe(0n);
    });

    it('refuses an empty batch', async () => {
      await contract().refuses(hospital, 'revokeMany', args([]), 'VaccinePassportEmptyBatch');
    });

    it.each([
      ['a stranger', stranger],
      ['another hospital', otherHospital],
    ])('is refused to %s', async (_, who) => {
      await contract().send(hospital, 'issue', [first]);
      const refusal = 'VaccinePassportUnauthorized';
      await contract().refuses(who, 'revokeMany', args([first]), refusal, [who.address]);
    });

    it('is refused to an issuer that is suspended', async () => {
      await contract().send(hospital, 'issue', [first]);
      await world.accreditation.send(authority, 'suspend', [hospital.address]);
      const refusal = 'VaccinePassportNotAccredited';
      await contract().refuses(hospital, 'revokeMany', args([first]), refusal, [hospital.address]);
      await contract().send(authority, 'revokeMany', args([first]));
    });
  });

  it('knows no other account than the ones that acted', async () => {
    await contract().send(hospital, 'issue', [COMMITMENT]);
    expect(await status(zeroAddress, COMMITMENT)).toEqual(NOTHING);
  });
});
