// Mirrors contracts/src/MedicalIdentity.sol: who has a lost account's key objects to the move from it,
// and a second registrar decides.
import { beforeEach, describe, expect, it } from 'vitest';
import { zeroAddress } from 'viem';

import { Ceremony, documentOf } from './support/identity';
import {
  authority,
  hospital,
  makeWorld,
  onEveryChain,
  otherHospital,
  otherPatient,
  patient,
  stranger,
  successor,
  WAITING_PERIOD,
} from './support/world';

const PASSPORT = documentOf('passport');
const RENEWED = documentOf('renewed passport');
const HEARING_PERIOD = 6n * WAITING_PERIOD;
// The old account, whose key a thief has, and the person's new one.
const [lost, found] = [patient, otherPatient];
const pair = [lost.address, found.address] as const;

onEveryChain('MedicalIdentity, where the lost account objected', (url) => {
  let ceremony: Ceremony;
  let objectedAt: bigint;
  const contract = () => ceremony.contract;
  const past = (time: bigint) => ceremony.world.chain.past(time);
  const object = async () => {
    const signed = await ceremony.objectArgs(lost, found);
    return contract().send(stranger, 'objectToRebinding', signed);
  };
  const uphold = async (change = {}) => {
    const args = await ceremony.upholdArgs(lost, found, PASSPORT.nullifier, change);
    return contract().send(stranger, 'upholdRebinding', args);
  };
  const refuseUphold = async (
    args: Awaited<ReturnType<Ceremony['upholdArgs']>>,
    name: string,
    named: readonly unknown[],
  ) => contract().refuses(stranger, 'upholdRebinding', args, name, named);
  const refuseCompletion = (name: string, named: readonly unknown[]) =>
    contract().refuses(stranger, 'completeRebinding', pair, name, named);

  beforeEach(async () => {
    ceremony = new Ceremony(await makeWorld(url));
    await ceremony.bind(lost, PASSPORT);
    await ceremony.renew(lost, RENEWED);
    await ceremony.startRebinding(lost, found, RENEWED);
    objectedAt = (await object()).time;
  });

  describe('a move', () => {
    it('stands still, and says so', async () => {
      const state = [found.address, hospital.address, 0n, objectedAt, zeroAddress];
      expect(await contract().read('rebinding', [lost.address])).toEqual(state);
      await past(objectedAt + WAITING_PERIOD);
      await refuseCompletion('MedicalIdentityObjectionStands', pair);
    });

    it('goes on where a second registrar overrules the objection, which is the only one', async () => {
      const { events, time } = await uphold();
      const completableAt = time + WAITING_PERIOD;
      const named = { lost: pair[0], patient: pair[1], registrar: otherHospital.address };
      expect(events).toEqual([{ name: 'RebindingUpheld', args: { ...named, completableAt } }]);
      const second = otherHospital.address;
      const state = [found.address, hospital.address, completableAt, objectedAt, second];
      expect(await contract().read('rebinding', [lost.address])).toEqual(state);

      const again = await ceremony.objectArgs(lost, found);
      const refusal = 'MedicalIdentityObjectedBefore';
      await contract().refuses(lost, 'objectToRebinding', again, refusal, pair);
      await refuseCompletion('MedicalIdentityStillWaiting', [completableAt]);
      await past(completableAt);
      const done = await contract().send(stranger, 'completeRebinding', pair);
      expect(done.events.map(({ name }) => name)).toEqual(['Moved', 'Bound']);
      expect(await contract().read('accountOf', [PASSPORT.nullifier])).toBe(found.address);
    });

    it('gives way to a new one, whose objection counts anew', async () => {
      await ceremony.startRebinding(lost, successor, PASSPORT, { registrar: otherHospital });
      const [who, registrar, completableAt, objected, second] = await contract().read('rebinding', [
        lost.address,
      ]);
      expect([who, registrar]).toEqual([successor.address, otherHospital.address]);
      expect(completableAt).toBeGreaterThan(0n);
      expect([objected, second]).toEqual([0n, zeroAddress]);
      await refuseCompletion('MedicalIdentityNoRebinding', pair);
      const signed = await ceremony.objectArgs(lost, successor);
      await contract().send(stranger, 'objectToRebinding', signed);
      const other = [lost.address, successor.address] as const;
      const refusal = 'MedicalIdentityObjectionStands';
      await contract().refuses(stranger, 'completeRebinding', other, refusal, other);
    });

    it.each([
      ['the first registrar', hospital],
      ['the second registrar', otherHospital],
      ['the authority', authority],
    ])('is still taken back by %s when it was upheld', async (_, by) => {
      const { time } = await uphold();
      const { events } = await contract().send(by, 'cancelRebinding', pair);
      const named = { lost: pair[0], patient: pair[1], by: by.address };
      expect(events).toEqual([{ name: 'RebindingCancelled', args: named }]);
      await past(time + WAITING_PERIOD);
      await refuseCompletion('MedicalIdentityNoRebinding', pair);
      expect(await contract().read('accountOf', [PASSPORT.nullifier])).toBe(lost.address);
    });

    it('stays where a registrar of it is suspended', async () => {
      const { accreditation } = ceremony.world;
      const { time } = await uphold();
      await past(time + WAITING_PERIOD);
      for (const registrar of [hospital, otherHospital]) {
        await accreditation.send(authority, 'suspend', [registrar.address]);
        await refuseCompletion('MedicalIdentityNotAccredited', [registrar.address]);
        await accreditation.send(authority, 'reinstate', [registrar.address]);
      }
      await contract().send(stranger, 'completeRebinding', pair);
    });

    it('costs little gas', async () => {
      const costs = async (sent: Promise<{ receipt: { gasUsed: bigint } }>, limit: bigint) =>
        expect((await sent).receipt.gasUsed).toBeLessThan(limit);
      const { time } = await uphold();
      await costs(contract().send(hospital, 'cancelRebinding', pair), 45_000n);
      const args = await ceremony.rebindArgs(lost, found, PASSPORT);
      await costs(contract().send(stranger, 'startRebinding', args), 165_000n);
      const objection = await ceremony.objectArgs(lost, found);
      await costs(contract().send(stranger, 'objectToRebinding', objection), 55_000n);
      const upheld = await ceremony.upholdArgs(lost, found, PASSPORT.nullifier);
      await costs(contract().send(stranger, 'upholdRebinding', upheld), 100_000n);
      await past(time + 2n * WAITING_PERIOD);
      await costs(contract().send(stranger, 'completeRebinding', pair), 200_000n);
    });

    it('is not replaced once it was upheld', async () => {
      await uphold();
      const args = await ceremony.rebindArgs(lost, successor, PASSPORT);
      const refusal = 'MedicalIdentityRebindingPending';
      await contract().refuses(stranger, 'startRebinding', args, refusal, pair);
    });
  });

  describe('the objection', () => {
    const make = (change = {}, nullifier = PASSPORT.nullifier) =>
      ceremony.upholdArgs(lost, found, nullifier, change);

    it('is not overruled by who started the move, nor by others than hospitals', async () => {
      const same = await make({ registrar: hospital });
      await refuseUphold(same, 'MedicalIdentitySameRegistrar', [hospital.address]);
      for (const registrar of [stranger, authority, found]) {
        const strange = await make({ registrar });
        await refuseUphold(strange, 'MedicalIdentityNotAccredited', [registrar.address]);
      }
    });

    it('is not overruled without the document, the person and the registrar', async () => {
      const foreign = documentOf('of another person').nullifier;
      const named = [foreign, lost.address];
      await refuseUphold(await make({}, foreign), 'MedicalIdentityForeignDocument', named);
      const good = await make();
      const invalid = 'MedicalIdentityInvalidSignature';
      const alone = [...good.slice(0, 7), good[6]] as unknown as typeof good;
      await refuseUphold(alone, invalid, [otherHospital.address]);
      const absent = [...good.slice(0, 6), good[7], good[7]] as unknown as typeof good;
      await refuseUphold(absent, invalid, [found.address]);
      const other = [...good.slice(0, 3), RENEWED.nullifier, ...good.slice(4)] as never;
      await refuseUphold(other, invalid, [found.address]);
      await refuseUphold(await make({ deadline: 1n }), 'MedicalIdentityExpired', [1n]);
      const nonce = await contract().read('nonces', [found.address]);
      const ahead = await make({ nonce: nonce + 1n });
      await refuseUphold(ahead, 'InvalidAccountNonce', [found.address, nonce]);
      const away = await ceremony.upholdArgs(lost, successor, PASSPORT.nullifier);
      const nowhere = [lost.address, successor.address];
      await refuseUphold(away, 'MedicalIdentityNoRebinding', nowhere);
    });

    it('is overruled once', async () => {
      await uphold();
      await refuseUphold(await make(), 'MedicalIdentityNoObjection', pair);
    });

    it('is needed first: nothing is upheld in advance', async () => {
      await ceremony.startRebinding(lost, found, PASSPORT);
      await refuseUphold(await make(), 'MedicalIdentityNoObjection', pair);
    });

    it('stands for ever where nobody overrules it in time', async () => {
      expect(await contract().read('hearingPeriod', [])).toBe(HEARING_PERIOD);
      await past(objectedAt + HEARING_PERIOD + 1n);
      await refuseUphold(await make(), 'MedicalIdentityObjectionStands', pair);
      await ceremony.startRebinding(lost, found, PASSPORT);
    });
  });
});
