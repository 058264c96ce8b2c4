// Mirrors the emergencies and keys of contracts/src/Consent.sol.
import { beforeEach, describe, expect, it } from 'vitest';
import { zeroHash } from 'viem';

import { Consents } from './support/consent';
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
} from './support/world';

const EMERGENCY = digest('salted emergency document');
const REASON = digest('unconscious');
const key = [patient.address, EMERGENCY] as const;
const DAY = 86_400;

onEveryChain('Consent in emergencies', (url) => {
  let consents: Consents;
  beforeEach(async () => {
    consents = new Consents(await makeWorld(url));
  });
  const contract = () => consents.contract;
  const isOpen = (institution: typeof hospital) =>
    contract().read('isOpen', [...key, institution.address]);
  const refuse = (
    call: 'optIn' | 'optOut' | 'breakGlass' | 'announceKeys',
    args: readonly unknown[],
    name: string,
    named: readonly unknown[] = [],
  ) => contract().refuses(stranger, call, args as never, name, named);
  const breakGlass = async (change: Parameters<Consents['breakArgs']>[2] = {}) =>
    contract().send(stranger, 'breakGlass', await consents.breakArgs(patient, EMERGENCY, change));

  describe('optIn', () => {
    it('is the patient’s alone, and names the policy', async () => {
      const change = { delay: 60, window: DAY, relay: stranger };
      const { events, time } = await consents.optIn(patient, EMERGENCY, change);
      const policy = { delay: 60, window: DAY, optedInAt: time };
      const named = { account: patient.address, emergencyHash: EMERGENCY };
      expect(events).toEqual([{ name: 'OptedIn', args: { ...named, ...policy } }]);
      const known = await contract().read('emergencyOf', key);
      expect(known).toEqual({ ...policy, optedOutAt: 0n });
      const again = await consents.optInArgs(patient, EMERGENCY);
      await refuse('optIn', again, 'ConsentAlreadyOptedIn', [...key]);
    });

    it('is refused by name', async () => {
      for (const [delay, window] of [
        [0, 0],
        [0, 7 * DAY + 1],
        [DAY + 1, 1],
      ] as const) {
        const args = await consents.optInArgs(patient, EMERGENCY, { delay, window });
        await refuse('optIn', args, 'ConsentInvalidPolicy', [delay, window]);
      }
      const forged = await consents.optInArgs(patient, EMERGENCY, { by: hospital });
      await refuse('optIn', forged, 'ConsentInvalidSignature', [patient.address]);
      const late = await consents.optInArgs(patient, EMERGENCY, { deadline: 1n });
      await refuse('optIn', late, 'ConsentExpired', [1n]);
      const zero = await consents.optInArgs(patient, zeroHash);
      await refuse('optIn', zero, 'ConsentZeroDigest');
      await consents.optIn(patient, digest('another'), { nonce: 5n });
      const used = await consents.optInArgs(patient, EMERGENCY, { nonce: 5n });
      await refuse('optIn', used, 'ConsentNonceUsed', [patient.address, 5n]);
    });
  });

  describe('optOut', () => {
    it('is final, and closes what is open', async () => {
      await consents.optIn(patient, EMERGENCY);
      await breakGlass();
      expect(await isOpen(hospital)).toBe(true);
      const { events, time } = await consents.optOut(patient, EMERGENCY, { relay: stranger });
      const named = { account: patient.address, emergencyHash: EMERGENCY, optedOutAt: time };
      expect(events).toEqual([{ name: 'OptedOut', args: named }]);
      expect(await isOpen(hospital)).toBe(false);
      const again = await consents.breakArgs(patient, EMERGENCY);
      await refuse('breakGlass', again, 'ConsentAlreadyOptedOut', [...key]);
      const back = await consents.optInArgs(patient, EMERGENCY);
      await refuse('optIn', back, 'ConsentAlreadyOptedOut', [...key]);
      const twice = await consents.optOutArgs(patient, EMERGENCY);
      await refuse('optOut', twice, 'ConsentAlreadyOptedOut', [...key]);
    });

    it('counts also where it comes before the opting in', async () => {
      const given = await consents.optInArgs(patient, EMERGENCY);
      await consents.optOut(patient, EMERGENCY);
      await refuse('optIn', given, 'ConsentAlreadyOptedOut', [...key]);
    });

    it('is refused by name', async () => {
      const forged = await consents.optOutArgs(patient, EMERGENCY, { by: hospital });
      await refuse('optOut', forged, 'ConsentInvalidSignature', [patient.address]);
      const late = await consents.optOutArgs(patient, EMERGENCY, { deadline: 1n });
      await refuse('optOut', late, 'ConsentExpired', [1n]);
      await refuse('optOut', await consents.optOutArgs(patient, zeroHash), 'ConsentZeroDigest');
    });
  });

  describe('breakGlass', () => {
    it('opens to two institutions for the patient’s window, loudly', async () => {
      await consents.optIn(patient, EMERGENCY, { window: 3600 });
      expect(await isOpen(hospital)).toBe(false);
      const { events, time } = await breakGlass();
      const pair = { first: hospital.address, second: otherHospital.address };
      const until = time + 3600n;
      const named = { account: patient.address, emergencyHash: EMERGENCY, ...pair };
      expect(events).toEqual([
        { name: 'GlassBroken', args: { ...named, reason: REASON, from: time, until } },
      ]);
      expect(await contract().read('openings', key)).toEqual([
        { ...pair, from: time, until, reason: REASON },
      ]);
      expect(await isOpen(hospital)).toBe(true);
      expect(await isOpen(otherHospital)).toBe(true);
      expect(await isOpen(stranger)).toBe(false);
      await breakGlass();
      expect(await contract().read('openings', key)).toHaveLength(2);
    });

    it('costs little but the two names', async () => {
      const inside = await consents.optIn(patient, EMERGENCY, { nonce: 0n });
      expect(inside.receipt.gasUsed).toBeLessThan(85_000n);
      const broken = await breakGlass({ nonce: 0n });
      expect(broken.receipt.gasUsed).toBeLessThan(200_000n);
      const outside = await consents.optOut(patient, EMERGENCY, { nonce: 1n });
      expect(outside.receipt.gasUsed).toBeLessThan(50_000n);
      const keys = await consents.announceArgs(patient, digest('keys'), 1n, { nonce: 2n });
      const first = await contract().send(stranger, 'announceKeys', keys);
      const more = await consents.announceArgs(patient, digest('more'), 2n, { nonce: 3n });
      const next = await contract().send(stranger, 'announceKeys', more);
      expect(first.receipt.gasUsed).toBeLessThan(90_000n);
      expect(next.receipt.gasUsed).toBeLessThan(55_000n);
    });

    it('ends with the window', async () => {
      await consents.optIn(patient, EMERGENCY, { window: 2 });
      const { time } = await breakGlass();
      await consents.world.chain.past(time + 2n);
      expect(await isOpen(hospital)).toBe(false);
    });

    it('begins after the delay, in which the patient can opt out', async () => {
      await consents.optIn(patient, EMERGENCY, { delay: 2, window: 3600 });
      const { time } = await breakGlass();
      const [opening] = await contract().read('openings', key);
      expect(opening?.from).toBe(time + 2n);
      await consents.world.chain.past(time + 2n);
      expect(await isOpen(hospital)).toBe(true);
    });

    it('takes the word of the one that sends it without a signature', async () => {
      await consents.optIn(patient, EMERGENCY);
      const args = await consents.breakArgs(patient, EMERGENCY);
      const unsigned = [...args.slice(0, 7), '0x', args[8]] as unknown as typeof args;
      const refusal = 'ConsentInvalidSignature';
      await contract().refuses(otherHospital, 'breakGlass', unsigned, refusal, [hospital.address]);
      await contract().send(hospital, 'breakGlass', unsigned);
    });

    it('is nothing where the patient did not opt in', async () => {
      const args = await consents.breakArgs(patient, EMERGENCY);
      await refuse('breakGlass', args, 'ConsentNotOptedIn', [...key]);
    });

    // design.md section 7: "one hospital plays both clinicians of a break-glass".
    it('one hospital plays both clinicians: refused', async () => {
      await consents.optIn(patient, EMERGENCY);
      const same = await consents.breakArgs(patient, EMERGENCY, { second: hospital });
      const twice = [hospital.address, hospital.address];
      await refuse('breakGlass', same, 'ConsentSameInstitution', twice);
      const one = await consents.breakArgs(patient, EMERGENCY);
      const both = [...one.slice(0, 8), one[7]];
      const refusal = 'ConsentInvalidSignature';
      await refuse('breakGlass', both, refusal, [otherHospital.address]);
      // A second account of the same hospital is still the same hospital.
      const { accreditation } = consents.world;
      const second = [successor.address, 'Charité', 'DE'] as const;
      await accreditation.send(authority, 'accredit', second);
      const doubled = await consents.breakArgs(patient, EMERGENCY, { second: successor });
      const pair = [hospital.address, successor.address];
      await refuse('breakGlass', doubled, 'ConsentSameInstitution', pair);
    });

    it('needs two that are accredited now', async () => {
      const { accreditation } = consents.world;
      await consents.optIn(patient, EMERGENCY);
      const refusal = 'ConsentNotAccredited';
      const strange = await consents.breakArgs(patient, EMERGENCY, { second: stranger });
      await refuse('breakGlass', strange, refusal, [stranger.address]);
      const first = await consents.breakArgs(patient, EMERGENCY, { first: stranger });
      await refuse('breakGlass', first, refusal, [stranger.address]);
      await breakGlass();
      await accreditation.send(authority, 'suspend', [otherHospital.address]);
      const late = await consents.breakArgs(patient, EMERGENCY);
      await refuse('breakGlass', late, refusal, [otherHospital.address]);
      expect(await isOpen(otherHospital)).toBe(false);
      expect(await isOpen(hospital)).toBe(true);
    });

    it('is refused by name', async () => {
      await consents.optIn(patient, EMERGENCY);
      const late = await consents.breakArgs(patient, EMERGENCY, { deadline: 1n });
      await refuse('breakGlass', late, 'ConsentExpired', [1n]);
      const silent = await consents.breakArgs(patient, EMERGENCY, { reason: zeroHash });
      await refuse('breakGlass', silent, 'ConsentZeroDigest');
      await breakGlass({ nonce: 9n });
      const used = await consents.breakArgs(patient, EMERGENCY, { nonce: 9n });
      await refuse('breakGlass', used, 'ConsentNonceUsed', [hospital.address, 9n]);
    });
  });

  describe('announceKeys', () => {
    const announce = async (keys: string, epoch: bigint) => {
      const args = await consents.announceArgs(patient, digest(keys), epoch);
      return contract().send(stranger, 'announceKeys', args);
    };

    it('says which keys are the patient’s, of a higher epoch each time', async () => {
      await announce('first keys', 1n);
      const { events, time } = await announce('second keys', 4n);
      const keys = { digest: digest('second keys'), epoch: 4n, announcedAt: time };
      const named = { account: patient.address, ...keys };
      expect(events).toEqual([{ name: 'KeysAnnounced', args: named }]);
      expect(await contract().read('keysOf', [patient.address])).toEqual(keys);
      for (const epoch of [0n, 3n, 4n]) {
        const stale = await consents.announceArgs(patient, digest('old'), epoch);
        await refuse('announceKeys', stale, 'ConsentStaleEpoch', [epoch, 4n]);
      }
    });

    it('is refused by name', async () => {
      const forged = await consents.announceArgs(patient, digest('keys'), 1n, { by: stranger });
      await refuse('announceKeys', forged, 'ConsentInvalidSignature', [patient.address]);
      const late = await consents.announceArgs(patient, digest('keys'), 1n, { deadline: 1n });
      await refuse('announceKeys', late, 'ConsentExpired', [1n]);
      const zero = await consents.announceArgs(patient, zeroHash, 1n);
      await refuse('announceKeys', zero, 'ConsentZeroDigest');
      await announce('keys', 1n);
    });
  });
});
