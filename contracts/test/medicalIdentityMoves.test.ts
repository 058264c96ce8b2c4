// Mirrors contracts/src/MedicalIdentity.sol: renewal, and the move to a new account after a loss.
import { beforeEach, describe, expect, it } from 'vitest';
import { zeroAddress, zeroHash } from 'viem';

import { Ceremony, documentOf } from './support/identity';
import {
  authority,
  digest,
  FAR_AHEAD,
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

const FIRST = documentOf('passport');
const SECOND = documentOf('renewed passport');
const AGAIN = { ...FIRST, commitment: digest('salted anew') };
const UNBOUND = [zeroHash, zeroHash, zeroAddress, 0n];
const NO_REBINDING = [zeroAddress, zeroAddress, 0n, 0n, zeroAddress];
// The old account and the new one.
const [lost, found] = [patient, otherPatient];
const pair = [lost.address, found.address] as const;

onEveryChain('MedicalIdentity', (url) => {
  let ceremony: Ceremony;
  beforeEach(async () => {
    ceremony = new Ceremony(await makeWorld(url));
    await ceremony.bind(patient, FIRST);
  });
  const contract = () => ceremony.contract;
  const accountOf = (nullifier: `0x${string}`) => contract().read('accountOf', [nullifier]);

  describe('renew', () => {
    it('adds a new document, and forgets none', async () => {
      const [, , , boundAt] = await contract().read('binding', [patient.address]);
      const { events, time } = await ceremony.renew(patient, SECOND, { registrar: otherHospital });
      const registrar = otherHospital.address;
      expect(events).toEqual([
        { name: 'Bound', args: { patient: patient.address, registrar, ...SECOND, boundAt: time } },
      ]);
      const newest = [SECOND.commitment, SECOND.nullifier, registrar, time];
      expect(await contract().read('binding', [patient.address])).toEqual(newest);
      expect(await contract().read('documents', [patient.address])).toEqual([
        { ...FIRST, registrar: hospital.address, boundAt },
        { ...SECOND, registrar, boundAt: time },
      ]);
      expect(await accountOf(FIRST.nullifier)).toBe(patient.address);
      expect(await accountOf(SECOND.nullifier)).toBe(patient.address);
    });

    it('takes the same document with another commitment', async () => {
      await ceremony.renew(patient, AGAIN);
      const [commitment] = await contract().read('binding', [patient.address]);
      expect(commitment).toBe(AGAIN.commitment);
    });

    it('keeps the old document from other accounts', async () => {
      await ceremony.renew(patient, SECOND);
      const args = await ceremony.documentArgs('Bind', otherPatient, FIRST, {});
      const named = [FIRST.nullifier, patient.address];
      await contract().refuses(hospital, 'bind', args, 'MedicalIdentityNullifierBound', named);
    });

    it('is refused by name', async () => {
      const refuse = async (
        args: Awaited<ReturnType<Ceremony['documentArgs']>>,
        name: string,
        named: unknown[] = [],
      ) => contract().refuses(stranger, 'renew', args, name, named);
      const make = (...change: Parameters<Ceremony['documentArgs']>) =>
        ceremony.documentArgs(...change);
      const unbound = await make('Renew', otherPatient, SECOND, {});
      await refuse(unbound, 'MedicalIdentityAccountNotBound', [otherPatient.address]);
      const unsigned = await make('Bind', patient, SECOND, {});
      await refuse(unsigned, 'MedicalIdentityInvalidSignature', [patient.address]);
      const zero = await make('Renew', patient, { ...SECOND, nullifier: zeroHash }, {});
      await refuse(zero, 'MedicalIdentityZeroDigest');
      const late = await make('Renew', patient, SECOND, { deadline: 1n });
      await refuse(late, 'MedicalIdentityExpired', [1n]);
      const used = await make('Renew', patient, SECOND, { nonce: 0n });
      await refuse(used, 'InvalidAccountNonce', [patient.address, 1n]);
      const strange = await make('Renew', patient, SECOND, { registrar: stranger });
      await refuse(strange, 'MedicalIdentityNotAccredited', [stranger.address]);
      const other = documentOf('of another person');
      await ceremony.bind(otherPatient, other);
      const taken = await make('Renew', patient, other, {});
      const named = [other.nullifier, otherPatient.address];
      await refuse(taken, 'MedicalIdentityNullifierBound', named);
      const good = await make('Renew', patient, SECOND, {});
      const forged = [...good.slice(0, 7), good[6]] as unknown as typeof good;
      await refuse(forged, 'MedicalIdentityInvalidSignature', [hospital.address]);
    });
  });

  describe('a lost account', () => {
    const start = (change = {}) => ceremony.startRebinding(lost, found, AGAIN, change);
    const complete = () => contract().send(stranger, 'completeRebinding', pair);
    const refuseStart = async (
      args: Awaited<ReturnType<Ceremony['rebindArgs']>>,
      name: string,
      named: unknown[] = [],
    ) => contract().refuses(stranger, 'startRebinding', args, name, named);
    const refuseCompletion = (name: string, named: readonly unknown[]) =>
      contract().refuses(stranger, 'completeRebinding', pair, name, named);

    it('moves to a new one after the waiting period, whoever completes it', async () => {
      await ceremony.renew(lost, SECOND);
      const before = await contract().read('documents', [lost.address]);
      const started = await start({ relay: stranger });
      const completableAt = started.time + WAITING_PERIOD;
      const registrar = hospital.address;
      expect(started.events).toEqual([
        {
          name: 'RebindingStarted',
          args: { lost: pair[0], patient: pair[1], registrar, completableAt },
        },
      ]);
      const pending = [found.address, registrar, completableAt, 0n, zeroAddress];
      expect(await contract().read('rebinding', [lost.address])).toEqual(pending);
      expect(await accountOf(FIRST.nullifier)).toBe(lost.address);
      await refuseCompletion('MedicalIdentityStillWaiting', [completableAt]);

      await ceremony.world.chain.past(completableAt);
      const { events, time } = await complete();
      expect(events).toEqual([
        { name: 'Moved', args: { previous: pair[0], current: pair[1], time } },
        { name: 'Bound', args: { patient: pair[1], registrar, ...AGAIN, boundAt: time } },
      ]);
      expect(await contract().read('binding', [lost.address])).toEqual(UNBOUND);
      expect(await contract().read('documents', [lost.address])).toEqual(before);
      const now = [AGAIN.commitment, AGAIN.nullifier, registrar, time];
      expect(await contract().read('binding', [found.address])).toEqual(now);
      expect(await contract().read('movesOf', [lost.address])).toEqual([zeroAddress, pair[1]]);
      expect(await contract().read('movesOf', [found.address])).toEqual([pair[0], zeroAddress]);
      expect(await contract().read('currentOf', [lost.address])).toBe(found.address);
      expect(await accountOf(FIRST.nullifier)).toBe(found.address);
      expect(await accountOf(SECOND.nullifier)).toBe(found.address);
      expect(await contract().read('rebinding', [lost.address])).toEqual(NO_REBINDING);
    });

    it('is never bound again, and its person can move once more', async () => {
      const started = await start();
      await ceremony.world.chain.past(started.time + WAITING_PERIOD);
      await complete();
      const gone = ['MedicalIdentityAccountReplaced', [...pair]] as const;
      const bind = await ceremony.documentArgs('Bind', lost, documentOf('new'), {});
      await contract().refuses(hospital, 'bind', bind, ...gone);
      const renew = await ceremony.documentArgs('Renew', lost, SECOND, {});
      await contract().refuses(hospital, 'renew', renew, ...gone);
      await refuseStart(await ceremony.rebindArgs(found, lost, AGAIN), gone[0], [...pair]);
      await refuseStart(await ceremony.rebindArgs(lost, successor, AGAIN), gone[0], [...pair]);
      await refuseCompletion('MedicalIdentityNoRebinding', pair);

      const second = await ceremony.startRebinding(found, successor, FIRST);
      await ceremony.world.chain.past(second.time + WAITING_PERIOD);
      const args = [found.address, successor.address] as const;
      await contract().send(stranger, 'completeRebinding', args);
      expect(await accountOf(FIRST.nullifier)).toBe(successor.address);
      expect(await contract().read('currentOf', [lost.address])).toBe(successor.address);
      const taken = await ceremony.documentArgs('Bind', stranger, FIRST, {});
      const named = [FIRST.nullifier, successor.address];
      await contract().refuses(hospital, 'bind', taken, 'MedicalIdentityNullifierBound', named);
    });

    it.each([
      ['by a transaction', lost],
      ['by a signature that anybody brings', stranger],
    ])('objects %s, also after the waiting period', async (_, by) => {
      const started = await start();
      await ceremony.world.chain.past(started.time + WAITING_PERIOD);
      const signed = await ceremony.objectArgs(lost, found);
      const args =
        by === lost ? ([...signed.slice(0, 4), '0x'] as unknown as typeof signed) : signed;
      const { events } = await contract().send(by, 'objectToRebinding', args);
      const named = { lost: lost.address, patient: found.address };
      expect(events).toEqual([{ name: 'RebindingObjected', args: named }]);
      await refuseCompletion('MedicalIdentityObjectionStands', pair);
      expect(await accountOf(FIRST.nullifier)).toBe(lost.address);
      const refusal = 'MedicalIdentityObjectedBefore';
      await contract().refuses(by, 'objectToRebinding', args, refusal, pair);
      // An objection serves once: not against the next one.
      await start();
      const nonce = await contract().read('nonces', [lost.address]);
      await contract().refuses(stranger, 'objectToRebinding', signed, 'InvalidAccountNonce', [
        ...[lost.address, nonce],
      ]);
    });

    it('is not objected for by others', async () => {
      await start();
      const refuse = async (args: Awaited<ReturnType<Ceremony['objectArgs']>>, who = stranger) =>
        contract().refuses(who, 'objectToRebinding', args, 'MedicalIdentityInvalidSignature', [
          lost.address,
        ]);
      for (const by of [stranger, found, hospital]) {
        await refuse(await ceremony.objectArgs(lost, found, { by }), by);
        const unsigned = (await ceremony.objectArgs(lost, found)).slice(0, 4);
        await refuse([...unsigned, '0x'] as never, by);
      }
      const late = await ceremony.objectArgs(lost, found, { deadline: 1n });
      const expired = ['MedicalIdentityExpired', [1n]] as const;
      await contract().refuses(lost, 'objectToRebinding', late, ...expired);
      const elsewhere = await ceremony.objectArgs(lost, successor);
      const named = [lost.address, successor.address];
      const refusal = 'MedicalIdentityNoRebinding';
      await contract().refuses(lost, 'objectToRebinding', elsewhere, refusal, named);
    });

    it.each([
      ['registrar', hospital],
      ['authority', authority],
    ])('keeps its binding where the %s takes the move back', async (_, by) => {
      const started = await start();
      const { events } = await contract().send(by, 'cancelRebinding', pair);
      const named = { lost: lost.address, patient: found.address, by: by.address };
      expect(events).toEqual([{ name: 'RebindingCancelled', args: named }]);
      await ceremony.world.chain.past(started.time + WAITING_PERIOD);
      await refuseCompletion('MedicalIdentityNoRebinding', pair);
      await start();
    });

    it.each([
      ['the new account', found],
      ['another hospital', otherHospital],
      ['a stranger', stranger],
    ])('is not cancelled for by %s', async (_, who) => {
      await start();
      const refusal = 'MedicalIdentityUnauthorized';
      await contract().refuses(who, 'cancelRebinding', pair, refusal, [who.address]);
      const other = [lost.address, successor.address] as const;
      await contract().refuses(hospital, 'cancelRebinding', other, 'MedicalIdentityNoRebinding', [
        ...other,
      ]);
    });

    it('stays where its registrar was suspended meanwhile', async () => {
      const { accreditation, chain } = ceremony.world;
      const started = await start();
      await accreditation.send(authority, 'suspend', [hospital.address]);
      await chain.past(started.time + WAITING_PERIOD);
      await refuseCompletion('MedicalIdentityNotAccredited', [hospital.address]);
      await accreditation.send(authority, 'reinstate', [hospital.address]);
      await complete();
    });

    it('stays where the new account was bound to a document meanwhile', async () => {
      const started = await start();
      await ceremony.bind(found, documentOf('of another person'));
      await ceremony.world.chain.past(started.time + WAITING_PERIOD);
      await refuseCompletion('MedicalIdentityAccountBound', [found.address]);
    });

    it('is moved by name only', async () => {
      const make = (...change: Parameters<Ceremony['rebindArgs']>) =>
        ceremony.rebindArgs(...change);
      const notBound = await make(successor, found, AGAIN);
      await refuseStart(notBound, 'MedicalIdentityAccountNotBound', [successor.address]);
      const foreign = [SECOND.nullifier, lost.address];
      await refuseStart(await make(lost, found, SECOND), 'MedicalIdentityForeignDocument', foreign);
      const theirs = documentOf('of another person');
      await ceremony.bind(successor, theirs);
      const other = await make(lost, found, theirs);
      const named = [theirs.nullifier, lost.address];
      await refuseStart(other, 'MedicalIdentityForeignDocument', named);
      const bound = await make(lost, successor, AGAIN);
      await refuseStart(bound, 'MedicalIdentityAccountBound', [successor.address]);
      const itself = await make(lost, lost, AGAIN);
      await refuseStart(itself, 'MedicalIdentityAccountBound', [lost.address]);
      const late = await make(lost, found, AGAIN, { deadline: 1n });
      await refuseStart(late, 'MedicalIdentityExpired', [1n]);
      const strange = await make(lost, found, AGAIN, { registrar: stranger });
      await refuseStart(strange, 'MedicalIdentityNotAccredited', [stranger.address]);
      const zero = await make(lost, found, { ...AGAIN, commitment: zeroHash });
      await refuseStart(zero, 'MedicalIdentityZeroDigest');
      const ahead = await make(lost, found, AGAIN, { nonce: 7n });
      await refuseStart(ahead, 'InvalidAccountNonce', [found.address, 0n]);
      const good = await make(lost, found, AGAIN);
      const swapped = [...good.slice(0, 7), good[8], good[7]] as unknown as typeof good;
      await refuseStart(swapped, 'MedicalIdentityInvalidSignature', [found.address]);
      const alone = [...good.slice(0, 8), good[7]] as unknown as typeof good;
      await refuseStart(alone, 'MedicalIdentityInvalidSignature', [hospital.address]);
      const moved = [...good.slice(0, 6), FAR_AHEAD + 1n, good[7], good[8]] as never;
      await refuseStart(moved, 'MedicalIdentityInvalidSignature', [found.address]);
      await start();
      const again = await make(lost, stranger, AGAIN);
      await refuseStart(again, 'MedicalIdentityRebindingPending', [...pair]);
    });
  });
});
