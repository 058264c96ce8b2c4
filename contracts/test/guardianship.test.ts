// Mirrors contracts/src/identity/Guardianship.sol.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Hex, zeroAddress, zeroHash } from 'viem';

import { Ceremony, documentOf } from './support/identity';
import { startAnvil } from './support/node';
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

const PASSPORT = documentOf('passport of a child');
const YEAR = 2040;
const MAJORITY = BigInt(Date.UTC(YEAR, 0, 1) / 1000);
// The child's account in a guardian's wallet, that guardian, another one, and the child's own account.
const [dependant, guardian, other, own] = [patient, otherPatient, successor, stranger];
const at = { dependant: dependant.address };

onEveryChain('Guardianship', (url) => {
  let ceremony: Ceremony;
  beforeEach(async () => {
    ceremony = new Ceremony(await makeWorld(url));
    await ceremony.bind(dependant, PASSPORT);
  });
  const contract = () => ceremony.contract;
  const isGuardian = (account: Hex) => contract().read('isGuardian', [at.dependant, account]);
  const refuseAppointment = async (
    args: Awaited<ReturnType<Ceremony['appointArgs']>>,
    name: string,
    named: readonly unknown[],
  ) => contract().refuses(hospital, 'appointGuardian', args, name, named);

  it('records who may act for a dependant, and until when', async () => {
    expect(await contract().read('majorityOf', [at.dependant])).toBe(0n);
    expect(await isGuardian(guardian.address)).toBe(false);
    const { events, time } = await ceremony.appoint(dependant, guardian, YEAR);
    const named = { guardian: guardian.address, registrar: hospital.address };
    expect(events).toEqual([
      { name: 'GuardianAppointed', args: { ...at, ...named, majorityYear: YEAR, time } },
    ]);
    expect(await contract().read('majorityOf', [at.dependant])).toBe(MAJORITY);
    expect(await contract().read('guardians', [at.dependant])).toEqual([
      { account: guardian.address, registrar: hospital.address, since: time, until: 0n },
    ]);
    expect(await isGuardian(guardian.address)).toBe(true);
    expect(await isGuardian(other.address)).toBe(false);
    expect(await isGuardian(dependant.address)).toBe(false);
  });

  it('takes several guardians, of any registrar', async () => {
    await ceremony.appoint(dependant, guardian, YEAR, { relay: own });
    await ceremony.appoint(dependant, other, YEAR, { registrar: otherHospital });
    expect(await isGuardian(guardian.address)).toBe(true);
    expect(await isGuardian(other.address)).toBe(true);
    const all = await contract().read('guardians', [at.dependant]);
    expect(all.map(({ registrar }) => registrar)).toEqual([
      hospital.address,
      otherHospital.address,
    ]);
  });

  it.each([
    ['the guardian', guardian],
    ['the authority', authority],
  ])('lets %s end a guardianship', async (_, by) => {
    await ceremony.appoint(dependant, guardian, YEAR);
    await ceremony.appoint(dependant, other, YEAR);
    const call = [at.dependant, guardian.address] as const;
    const { events, time } = await contract().send(by, 'endGuardianship', call);
    const named = { ...at, guardian: guardian.address, time };
    expect(events).toEqual([{ name: 'GuardianEnded', args: named }]);
    expect(await isGuardian(guardian.address)).toBe(false);
    expect(await isGuardian(other.address)).toBe(true);
    const [ended] = await contract().read('guardians', [at.dependant]);
    expect(ended?.until).toBe(time);
    const refusal = 'MedicalIdentityNotGuardian';
    await contract().refuses(by, 'endGuardianship', call, refusal, [...call]);
    await ceremony.appoint(dependant, guardian, YEAR);
    expect(await isGuardian(guardian.address)).toBe(true);
  });

  it.each([
    ['another guardian', other],
    ['a registrar', hospital],
    ['the dependant', dependant],
  ])('lets not %s end a guardianship', async (_, who) => {
    await ceremony.appoint(dependant, guardian, YEAR);
    await ceremony.appoint(dependant, other, YEAR);
    const call = [at.dependant, guardian.address] as const;
    const refusal = 'MedicalIdentityUnauthorized';
    await contract().refuses(who, 'endGuardianship', call, refusal, [who.address]);
  });

  it('refuses an appointment by name', async () => {
    const make = (...change: Parameters<Ceremony['appointArgs']>) =>
      ceremony.appointArgs(...change);
    const unbound = await make(own, guardian, YEAR);
    await refuseAppointment(unbound, 'MedicalIdentityAccountNotBound', [own.address]);
    const itself = await make(dependant, dependant, YEAR);
    await refuseAppointment(itself, 'MedicalIdentityInvalidGuardian', [dependant.address]);
    for (const year of [0, 1969, 2026, 2200, 65_535]) {
      const wrong = await make(dependant, guardian, year);
      await refuseAppointment(wrong, 'MedicalIdentityInvalidMajority', [year]);
    }
    const strange = await make(dependant, guardian, YEAR, { registrar: own });
    await refuseAppointment(strange, 'MedicalIdentityNotAccredited', [own.address]);
    const late = await make(dependant, guardian, YEAR, { deadline: 1n });
    await refuseAppointment(late, 'MedicalIdentityExpired', [1n]);
    const used = await make(dependant, guardian, YEAR, { nonce: 0n });
    await refuseAppointment(used, 'InvalidAccountNonce', [dependant.address, 1n]);
    const good = await make(dependant, guardian, YEAR);
    const signers = [dependant, guardian, hospital];
    for (const [index, signer] of signers.entries()) {
      const forged = good.map((item, i) => (i === 6 + index ? `0x${'11'.repeat(65)}` : item));
      const refusal = 'MedicalIdentityInvalidSignature';
      await refuseAppointment(forged as never, refusal, [signer.address]);
    }
    await ceremony.appoint(dependant, guardian, YEAR);
    const again = await make(dependant, guardian, YEAR);
    await refuseAppointment(again, 'MedicalIdentityInvalidGuardian', [guardian.address]);
    const another = await make(dependant, other, YEAR + 1);
    await refuseAppointment(another, 'MedicalIdentityInvalidMajority', [YEAR + 1]);
  });

  it('follows a guardian to a new account', async () => {
    const papers = documentOf('passport of a guardian');
    await ceremony.bind(guardian, papers);
    await ceremony.appoint(dependant, guardian, YEAR);
    const { time } = await ceremony.startRebinding(guardian, other, papers);
    await ceremony.world.chain.past(time + WAITING_PERIOD);
    const pair = [guardian.address, other.address] as const;
    await contract().send(hospital, 'completeRebinding', pair);
    expect(await isGuardian(guardian.address)).toBe(false);
    expect(await isGuardian(other.address)).toBe(true);
    const stolen = await ceremony.handOverArgs(dependant, own, guardian);
    const named = [at.dependant, guardian.address];
    const refusal = 'MedicalIdentityNotGuardian';
    await contract().refuses(hospital, 'handOver', stolen, refusal, named);
    await contract().send(hospital, 'handOver', await ceremony.handOverArgs(dependant, own, other));
  });

  describe('handOver', () => {
    beforeEach(async () => {
      await ceremony.appoint(dependant, guardian, YEAR);
    });
    const refuse = async (
      args: Awaited<ReturnType<Ceremony['handOverArgs']>>,
      name: string,
      named: readonly unknown[],
    ) => contract().refuses(hospital, 'handOver', args, name, named);

    it('moves the binding to the own account, by a guardian', async () => {
      const args = await ceremony.handOverArgs(dependant, own, guardian);
      const { events, time } = await contract().send(other, 'handOver', args);
      const registrar = hospital.address;
      const bound = { patient: own.address, registrar, ...PASSPORT, boundAt: time };
      expect(events).toEqual([
        { name: 'Moved', args: { previous: at.dependant, current: own.address, time } },
        { name: 'Bound', args: bound },
      ]);
      expect(await contract().read('accountOf', [PASSPORT.nullifier])).toBe(own.address);
      const nothing = [zeroHash, zeroHash, zeroAddress, 0n];
      expect(await contract().read('binding', [at.dependant])).toEqual(nothing);
      expect(await isGuardian(guardian.address)).toBe(false);
      expect(await contract().read('guardians', [own.address])).toEqual([]);
      const second = await ceremony.handOverArgs(dependant, other, guardian);
      const gone = [at.dependant, own.address];
      await refuse(second, 'MedicalIdentityAccountReplaced', gone);
    });

    it('ends a move that waits', async () => {
      const { time } = await ceremony.startRebinding(dependant, other, PASSPORT);
      const args = await ceremony.handOverArgs(dependant, own, guardian);
      await contract().send(hospital, 'handOver', args);
      await ceremony.world.chain.past(time + WAITING_PERIOD);
      const pair = [at.dependant, other.address] as const;
      const refusal = 'MedicalIdentityAccountReplaced';
      const named = [at.dependant, own.address];
      await contract().refuses(hospital, 'completeRebinding', pair, refusal, named);
    });

    it('is refused by name', async () => {
      const make = (...change: Parameters<Ceremony['handOverArgs']>) =>
        ceremony.handOverArgs(...change);
      for (const by of [other, hospital, dependant]) {
        const named = [at.dependant, by.address];
        await refuse(await make(dependant, own, by), 'MedicalIdentityNotGuardian', named);
      }
      const late = await make(dependant, own, guardian, { deadline: 1n });
      await refuse(late, 'MedicalIdentityExpired', [1n]);
      const used = await make(dependant, own, guardian, { nonce: 3n });
      await refuse(used, 'InvalidAccountNonce', [own.address, 0n]);
      const good = await make(dependant, own, guardian);
      const noChild = good.map((item, i) => (i === 5 ? good[6] : item));
      await refuse(noChild as never, 'MedicalIdentityInvalidSignature', [own.address]);
      const noGuardian = good.map((item, i) => (i === 6 ? good[5] : item));
      await refuse(noGuardian as never, 'MedicalIdentityInvalidSignature', [guardian.address]);
      await ceremony.bind(other, documentOf('passport of an adult'));
      const adult = await make(other, own, guardian);
      await refuse(adult, 'MedicalIdentityNotDependant', [other.address]);
      const bound = await make(dependant, other, guardian);
      await refuse(bound, 'MedicalIdentityAccountBound', [other.address]);
      await contract().send(guardian, 'endGuardianship', [at.dependant, guardian.address]);
      const ended = [at.dependant, guardian.address];
      await refuse(await make(dependant, own, guardian), 'MedicalIdentityNotGuardian', ended);
    });
  });
});

describe('Guardianship, as years pass on anvil', () => {
  it('ends with majority: the account moves like that of any adult', async () => {
    const node = await startAnvil();
    try {
      const ceremony = new Ceremony(await makeWorld(node.network.url));
      const { contract, world } = ceremony;
      await ceremony.bind(dependant, PASSPORT);
      await ceremony.appoint(dependant, guardian, YEAR);
      const jump = async (time: bigint) => {
        const request = world.chain.reader.request as (call: object) => Promise<unknown>;
        await request({ method: 'evm_setNextBlockTimestamp', params: [Number(time)] });
        await request({ method: 'evm_mine', params: [] });
      };
      await jump(MAJORITY - 2n);
      const holds = () => contract.read('isGuardian', [at.dependant, guardian.address]);
      expect(await holds()).toBe(true);
      await jump(MAJORITY);
      expect(await holds()).toBe(false);
      const byGuardian = await ceremony.handOverArgs(dependant, own, guardian);
      const ofAge = 'MedicalIdentityOfAge';
      await contract.refuses(own, 'handOver', byGuardian, ofAge, [at.dependant]);
      const byHospital = await ceremony.handOverArgs(dependant, own, hospital);
      await contract.refuses(own, 'handOver', byHospital, ofAge, [at.dependant]);
      await ceremony.startRebinding(dependant, own, PASSPORT);
      const wait = await contract.read('waitingPeriod', []);
      const { timestamp } = await world.chain.reader.getBlock();
      await jump(timestamp + BigInt(wait as bigint) + 1n);
      await contract.send(own, 'completeRebinding', [at.dependant, own.address]);
      expect(await contract.read('accountOf', [PASSPORT.nullifier])).toBe(own.address);
    } finally {
      await node.stop();
    }
  });
});
