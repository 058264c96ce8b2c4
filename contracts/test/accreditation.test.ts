// Mirrors contracts/src/Accreditation.sol.
import { beforeEach, expect, it } from 'vitest';
import { encodeDeployData, zeroAddress } from 'viem';

import { accreditationAbi, accreditationBytecode } from '../typescript/accreditation';
import {
  authority,
  credentialKey,
  FAR_AHEAD,
  hospital,
  keyArgs,
  makeWorld,
  onEveryChain,
  otherHospital,
  patient,
  stranger,
  successor,
  type World,
} from './support/world';

onEveryChain('Accreditation', (url) => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(url);
  });
  const contract = () => world.accreditation;

  it('puts the first authority into office', async () => {
    expect(await contract().read('authority', [])).toBe(authority.address);
    expect(await contract().read('pendingAuthority', [])).toBe(zeroAddress);
    expect(contract().deployment.events).toEqual([
      {
        name: 'AuthorityTransferred',
        args: { previous: zeroAddress, current: authority.address },
      },
    ]);
  });

  it('refuses to be made without an authority', async () => {
    const abi = accreditationAbi;
    const data = encodeDeployData({ abi, bytecode: accreditationBytecode, args: [zeroAddress] });
    const refusal = ['AccreditationInvalidAuthority', [zeroAddress]] as const;
    await world.chain.refusesDeployment(abi, authority, data, ...refusal);
  });

  it('hands the office over in two steps', async () => {
    const offer = await contract().send(authority, 'transferAuthority', [successor.address]);
    expect(offer.events).toEqual([
      {
        name: 'AuthorityTransferStarted',
        args: { current: authority.address, proposed: successor.address },
      },
    ]);
    expect(await contract().read('authority', [])).toBe(authority.address);
    expect(await contract().read('pendingAuthority', [])).toBe(successor.address);

    const taken = await contract().send(successor, 'acceptAuthority', []);
    expect(taken.events).toEqual([
      {
        name: 'AuthorityTransferred',
        args: { previous: authority.address, current: successor.address },
      },
    ]);
    expect(await contract().read('authority', [])).toBe(successor.address);
    expect(await contract().read('pendingAuthority', [])).toBe(zeroAddress);
  });

  it('lets the old authority do nothing after the hand-over', async () => {
    await contract().send(authority, 'transferAuthority', [successor.address]);
    await contract().send(successor, 'acceptAuthority', []);
    const refusal = ['AccreditationUnauthorized', [authority.address]] as const;
    await contract().refuses(authority, 'suspend', [hospital.address], ...refusal);
    await contract().send(successor, 'suspend', [hospital.address]);
  });

  it('gives the office to nobody but whom it was offered', async () => {
    const refuse = (who: typeof stranger) =>
      contract().refuses(who, 'acceptAuthority', [], 'AccreditationUnauthorized', [who.address]);
    await refuse(stranger);
    await contract().send(authority, 'transferAuthority', [successor.address]);
    await refuse(stranger);
    await refuse(authority);
  });

  it('withdraws an offer', async () => {
    await contract().send(authority, 'transferAuthority', [successor.address]);
    await contract().send(authority, 'transferAuthority', [zeroAddress]);
    await contract().refuses(successor, 'acceptAuthority', [], 'AccreditationUnauthorized', [
      successor.address,
    ]);
  });

  it('refuses a stranger whatever belongs to the authority', async () => {
    const name = 'AccreditationUnauthorized';
    const args = [stranger.address];
    await contract().refuses(stranger, 'transferAuthority', [stranger.address], name, args);
    await contract().refuses(stranger, 'setListKey', [stranger.address], name, args);
    await contract().refuses(stranger, 'accredit', [stranger.address, 'Mine', 'DE'], name, args);
    await contract().refuses(stranger, 'suspend', [hospital.address], name, args);
    await contract().refuses(stranger, 'reinstate', [hospital.address], name, args);
    const key = credentialKey();
    await contract().refuses(stranger, 'addKey', keyArgs(key), name, args);
    const ofHospital = [hospital.address, key.kid] as const;
    await contract().refuses(stranger, 'suspendKey', ofHospital, name, args);
    await contract().refuses(stranger, 'reinstateKey', ofHospital, name, args);
    await contract().refuses(stranger, 'revokeKeyFrom', [...ofHospital, 1n], name, args);
  });

  it('refuses a hospital its own accreditation and keys', async () => {
    const name = 'AccreditationUnauthorized';
    const args = [hospital.address];
    await contract().send(authority, 'suspend', [hospital.address]);
    await contract().refuses(hospital, 'reinstate', [hospital.address], name, args);
    await contract().refuses(hospital, 'addKey', keyArgs(credentialKey()), name, args);
  });

  it('sets the list key', async () => {
    expect(await contract().read('listKey', [])).toBe(zeroAddress);
    const sent = await contract().send(authority, 'setListKey', [stranger.address]);
    expect(sent.events).toEqual([
      { name: 'ListKeyChanged', args: { previous: zeroAddress, current: stranger.address } },
    ]);
    expect(await contract().read('listKey', [])).toBe(stranger.address);
  });

  it('refuses the zero account as list key', async () => {
    const refusal = 'AccreditationInvalidListKey';
    await contract().refuses(authority, 'setListKey', [zeroAddress], refusal, [zeroAddress]);
  });

  it('accredits a hospital', async () => {
    const args = [patient.address, 'New Hospital', 'FR'] as const;
    const { events, time } = await contract().send(authority, 'accredit', args);
    expect(events).toEqual([
      {
        name: 'HospitalAccredited',
        args: { hospital: patient.address, name: 'New Hospital', country: 'FR', time },
      },
    ]);
    expect(await contract().read('hospital', [patient.address])).toEqual([
      'New Hospital',
      'FR',
      time,
      true,
    ]);
    expect(await contract().read('isAccredited', [patient.address])).toBe(true);
    expect(await contract().read('history', [patient.address])).toEqual([{ time, active: true }]);
  });

  it('lists hospitals in order of accreditation, suspended ones too', async () => {
    await contract().send(authority, 'suspend', [hospital.address]);
    const expected = [hospital.address, otherHospital.address];
    expect(await contract().read('hospitals', [])).toEqual(expected);
  });

  it('keeps names in any script', async () => {
    const [name, country] = await contract().read('hospital', [otherHospital.address]);
    expect([name, country]).toEqual(['東京病院', 'JP']);
  });

  it('refuses the zero account as hospital', async () => {
    const args = [zeroAddress, 'Nobody', 'DE'] as const;
    await contract().refuses(authority, 'accredit', args, 'AccreditationInvalidHospital', [
      zeroAddress,
    ]);
  });

  it.each([0, 257])('refuses a name of %i bytes', async (length) => {
    const args = [patient.address, 'n'.repeat(length), 'DE'] as const;
    const refusal = 'AccreditationInvalidName';
    await contract().refuses(authority, 'accredit', args, refusal, [BigInt(length)]);
  });

  it('accepts a name of 256 bytes', async () => {
    await contract().send(authority, 'accredit', [patient.address, 'n'.repeat(256), 'DE']);
  });

  it.each(['', 'D', 'DEU', 'de', 'D1', 'Ö', '@A', 'A['])('refuses country %j', async (country) => {
    const args = [patient.address, 'Name', country] as const;
    const refusal = 'AccreditationInvalidCountry';
    await contract().refuses(authority, 'accredit', args, refusal, [country]);
  });

  it('refuses to accredit a hospital twice, suspended or not', async () => {
    const args = [hospital.address, 'Renamed', 'DE'] as const;
    const refusal = 'AccreditationAlreadyAccredited';
    await contract().refuses(authority, 'accredit', args, refusal, [hospital.address]);
    await contract().send(authority, 'suspend', [hospital.address]);
    await contract().refuses(authority, 'accredit', args, refusal, [hospital.address]);
  });

  it('tells where the node of a hospital is reached', async () => {
    expect(await contract().read('endpointOf', [hospital.address])).toBe('');
    for (const endpoint of ['https://salus.hospital.example', 'h'.repeat(256), '']) {
      const { events } = await contract().send(hospital, 'setEndpoint', [endpoint]);
      expect(events).toEqual([
        { name: 'EndpointChanged', args: { hospital: hospital.address, endpoint } },
      ]);
      expect(await contract().read('endpointOf', [hospital.address])).toBe(endpoint);
    }
    expect(await contract().read('endpointOf', [otherHospital.address])).toBe('');
  });

  it('refuses an endpoint of 257 bytes', async () => {
    const refusal = 'AccreditationInvalidEndpoint';
    await contract().refuses(hospital, 'setEndpoint', ['h'.repeat(257)], refusal, [257n]);
  });

  it('lets a hospital alone say where its node is', async () => {
    for (const other of [authority, stranger]) {
      const refusal = ['AccreditationUnknownHospital', [other.address]] as const;
      await contract().refuses(other, 'setEndpoint', ['https://example.org'], ...refusal);
    }
  });

  it('suspends and reinstates', async () => {
    const suspended = await contract().send(authority, 'suspend', [hospital.address]);
    expect(suspended.events).toEqual([
      { name: 'HospitalSuspended', args: { hospital: hospital.address, time: suspended.time } },
    ]);
    expect(await contract().read('isAccredited', [hospital.address])).toBe(false);
    const accreditedAt = world.accreditedAt;
    const state = await contract().read('hospital', [hospital.address]);
    expect(state).toEqual(['Charité', 'DE', accreditedAt, false]);

    const reinstated = await contract().send(authority, 'reinstate', [hospital.address]);
    expect(reinstated.events).toEqual([
      { name: 'HospitalReinstated', args: { hospital: hospital.address, time: reinstated.time } },
    ]);
    expect(await contract().read('isAccredited', [hospital.address])).toBe(true);
    expect(await contract().read('history', [hospital.address])).toEqual([
      { time: accreditedAt, active: true },
      { time: suspended.time, active: false },
      { time: reinstated.time, active: true },
    ]);
  });

  it('leaves other hospitals alone', async () => {
    await contract().send(authority, 'suspend', [hospital.address]);
    expect(await contract().read('isAccredited', [otherHospital.address])).toBe(true);
  });

  it('refuses to suspend twice and to reinstate who is not suspended', async () => {
    const args = [hospital.address] as const;
    await contract().refuses(authority, 'reinstate', args, 'AccreditationNotSuspended', args);
    await contract().send(authority, 'suspend', args);
    const refusal = 'AccreditationAlreadySuspended';
    await contract().refuses(authority, 'suspend', args, refusal, args);
  });

  it('refuses to change a hospital that it does not know', async () => {
    const args = [stranger.address] as const;
    const key = credentialKey();
    const refusal = ['AccreditationUnknownHospital', args] as const;
    await contract().refuses(authority, 'suspend', args, ...refusal);
    await contract().refuses(authority, 'reinstate', args, ...refusal);
    const unknown = keyArgs(key, { account: stranger.address });
    await contract().refuses(authority, 'addKey', unknown, ...refusal);
    const revocation = [stranger.address, key.kid] as const;
    await contract().refuses(authority, 'revokeKey', revocation, ...refusal);
    await contract().refuses(authority, 'suspendKey', revocation, ...refusal);
    await contract().refuses(authority, 'reinstateKey', revocation, ...refusal);
    await contract().refuses(authority, 'revokeKeyFrom', [...revocation, 1n], ...refusal);
  });

  it('answers nothing about a hospital that it does not know', async () => {
    const args = [stranger.address] as const;
    expect(await contract().read('hospital', args)).toEqual(['', '', 0n, false]);
    expect(await contract().read('isAccredited', args)).toBe(false);
    expect(await contract().read('wasAccredited', [...args, FAR_AHEAD])).toBe(false);
    expect(await contract().read('history', args)).toEqual([]);
    expect(await contract().read('keysOf', args)).toEqual([]);
    expect(await contract().read('endpointOf', args)).toBe('');
  });

  it('remembers who was accredited when', async () => {
    const accredited = world.accreditedAt;
    const suspended = (await contract().send(authority, 'suspend', [hospital.address])).time;
    await world.chain.after(suspended + 1n);
    const reinstated = (await contract().send(authority, 'reinstate', [hospital.address])).time;
    const was = (time: bigint) => contract().read('wasAccredited', [hospital.address, time]);

    expect(await was(0n)).toBe(false);
    expect(await was(accredited - 1n)).toBe(false);
    expect(await was(accredited)).toBe(true);
    expect(await was(suspended)).toBe(true);
    expect(suspended).toBeLessThan(reinstated - 1n);
    expect(await was(suspended + 1n)).toBe(false);
    expect(await was(reinstated - 1n)).toBe(false);
    expect(await was(reinstated)).toBe(true);
    expect(await was(FAR_AHEAD)).toBe(true);
  });

  it('counts a second in which it was suspended as accredited', async () => {
    const { time } = await contract().send(authority, 'suspend', [hospital.address]);
    expect(await contract().read('wasAccredited', [hospital.address, time])).toBe(true);
    expect(await contract().read('isAccredited', [hospital.address])).toBe(false);
  });
});
