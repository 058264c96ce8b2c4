// Mirrors contracts/src/Accreditation.sol: the hospitals' credential keys.
import { beforeEach, expect, it } from 'vitest';
import { type Hex, zeroHash } from 'viem';

import {
  authority,
  credentialKey,
  digest,
  EVERY_PURPOSE,
  FAR_AHEAD,
  hospital,
  keyArgs,
  LONG_AGO,
  makeWorld,
  onEveryChain,
  otherHospital,
  stranger,
  type World,
} from './support/world';

const [TESTS, VACCINATIONS, RECOVERIES] = [1, 2, 4] as const;

onEveryChain('Accreditation', (url) => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(url);
  });
  const contract = () => world.accreditation;

  it('adds a key', async () => {
    const key = credentialKey();
    const { events, time } = await contract().send(authority, 'addKey', keyArgs(key));
    const { kid, x, y, certificate } = key;
    const validity = { notBefore: LONG_AGO, notAfter: FAR_AHEAD };
    expect(events).toEqual([
      {
        name: 'KeyAdded',
        args: { hospital: hospital.address, kid, purposes: 7, x, y, ...validity, time },
      },
    ]);
    const alive = { revokedFrom: 0n, revokedAt: 0n, changes: [] };
    expect(await contract().read('keysOf', [hospital.address])).toEqual([
      { kid, purposes: 7, x, y, ...validity, addedAt: time, ...alive, certificate },
    ]);
    expect(await contract().read('keysOf', [otherHospital.address])).toEqual([]);
    expect(await contract().read('publicKey', [hospital.address, kid])).toEqual([x, y]);
    const unknown = await contract().read('publicKey', [otherHospital.address, kid]);
    expect(unknown).toEqual([zeroHash, zeroHash]);
  });

  it('adds a key to a hospital that is suspended', async () => {
    const suspension = await contract().send(authority, 'suspend', [hospital.address]);
    await world.chain.after(suspension.time);
    const key = credentialKey();
    const { time } = await contract().send(authority, 'addKey', keyArgs(key));
    const question = [hospital.address, key.kid, 0, time] as const;
    expect(await contract().read('wasKeyAccredited', question)).toBe(false);
  });

  it('refuses a key whose kid is not of its certificate', async () => {
    const key = credentialKey();
    const args = keyArgs({ ...key, kid: '0x0102030405060708' });
    const refusal = 'AccreditationKidMismatch';
    await contract().refuses(authority, 'addKey', args, refusal, ['0x0102030405060708', key.kid]);
  });

  it.each([0, 4097])('refuses a certificate of %i bytes', async (length) => {
    const args = keyArgs(credentialKey(`0x${'ab'.repeat(length)}`));
    const refusal = 'AccreditationInvalidCertificate';
    await contract().refuses(authority, 'addKey', args, refusal, [BigInt(length)]);
  });

  it('accepts a certificate of 4096 bytes', async () => {
    const key = credentialKey(`0x${'ab'.repeat(4096)}`);
    await contract().send(authority, 'addKey', keyArgs(key));
    const [stored] = await contract().read('keysOf', [hospital.address]);
    expect(stored?.certificate).toBe(key.certificate);
  });

  it('refuses a public key that is not on P-256', async () => {
    const key = { ...credentialKey(), y: digest('off the curve') };
    const refusal = 'AccreditationInvalidPublicKey';
    await contract().refuses(authority, 'addKey', keyArgs(key), refusal, [key.x, key.y]);
  });

  it('refuses a validity that ends before it begins', async () => {
    const args = keyArgs(credentialKey(), { notBefore: 100n, notAfter: 99n });
    await contract().refuses(authority, 'addKey', args, 'AccreditationInvalidValidity', [
      100n,
      99n,
    ]);
  });

  it('refuses a key that the hospital has, also when it was revoked', async () => {
    const key = credentialKey();
    const refusal = ['AccreditationKeyExists', [hospital.address, key.kid]] as const;
    await contract().send(authority, 'addKey', keyArgs(key));
    await contract().refuses(authority, 'addKey', keyArgs(key), ...refusal);
    await contract().send(authority, 'revokeKey', [hospital.address, key.kid]);
    await contract().refuses(authority, 'addKey', keyArgs(key), ...refusal);
  });

  it.each(['authority', 'hospital'] as const)('lets the %s revoke a key', async (who) => {
    const key = credentialKey();
    await contract().send(authority, 'addKey', keyArgs(key));
    const args = [hospital.address, key.kid] as const;
    const from = who === 'authority' ? authority : hospital;
    const { events, time } = await contract().send(from, 'revokeKey', args);
    expect(events).toEqual([
      { name: 'KeyRevoked', args: { hospital: hospital.address, kid: key.kid, from: time, time } },
    ]);
    const [stored] = await contract().read('keysOf', [hospital.address]);
    expect([stored?.revokedFrom, stored?.revokedAt]).toEqual([time, time]);
  });

  it('refuses a stranger and another hospital to revoke a key', async () => {
    const key = credentialKey();
    await contract().send(authority, 'addKey', keyArgs(key));
    const args = [hospital.address, key.kid] as const;
    for (const who of [stranger, otherHospital]) {
      const refusal = 'AccreditationUnauthorized';
      await contract().refuses(who, 'revokeKey', args, refusal, [who.address]);
    }
  });

  it('refuses to revoke a key that is unknown or revoked', async () => {
    const key = credentialKey();
    const args = [hospital.address, key.kid] as const;
    await contract().refuses(authority, 'revokeKey', args, 'AccreditationUnknownKey', args);
    await contract().send(authority, 'addKey', keyArgs(key));
    await contract().send(authority, 'revokeKey', args);
    const refusal = 'AccreditationKeyAlreadyRevoked';
    await contract().refuses(authority, 'revokeKey', args, refusal, args);
  });

  it('remembers which key was accredited when', async () => {
    // The hospital is accredited a second before its key is, so that each has a time of its own.
    await world.chain.after(world.accreditedAt);
    const key = credentialKey();
    const added = (await contract().send(authority, 'addKey', keyArgs(key))).time;
    await world.chain.after(added);
    const suspended = (await contract().send(authority, 'suspend', [hospital.address])).time;
    await world.chain.after(suspended + 1n);
    const reinstated = (await contract().send(authority, 'reinstate', [hospital.address])).time;
    const revoked = (await contract().send(hospital, 'revokeKey', [hospital.address, key.kid]))
      .time;
    const was = (time: bigint) =>
      contract().read('wasKeyAccredited', [hospital.address, key.kid, EVERY_PURPOSE, time]);

    expect(suspended).toBeLessThan(reinstated - 1n);
    expect(added).toBeGreaterThan(world.accreditedAt);
    expect(await was(added - 1n)).toBe(false);
    expect(await was(added)).toBe(true);
    expect(await was(suspended)).toBe(true);
    expect(await was(suspended + 1n)).toBe(false);
    expect(await was(reinstated)).toBe(true);
    expect(await was(revoked)).toBe(true);
    expect(await was(revoked + 1n)).toBe(false);
  });

  it('keeps a key within its validity', async () => {
    const now = world.accreditedAt;
    const key = credentialKey();
    const args = keyArgs(key, { notBefore: now + 1000n, notAfter: now + 2000n });
    await contract().send(authority, 'addKey', args);
    const was = (time: bigint) =>
      contract().read('wasKeyAccredited', [hospital.address, key.kid, EVERY_PURPOSE, time]);

    expect(await was(now + 999n)).toBe(false);
    expect(await was(now + 1000n)).toBe(true);
    expect(await was(now + 2000n)).toBe(true);
    expect(await was(now + 2001n)).toBe(false);
  });

  it('knows a key of one hospital only', async () => {
    const key = credentialKey();
    const { time } = await contract().send(authority, 'addKey', keyArgs(key));
    const was = (account: Hex, kid: Hex) =>
      contract().read('wasKeyAccredited', [account, kid, 0, time]);
    expect(await was(otherHospital.address, key.kid)).toBe(false);
    expect(await was(hospital.address, '0x0102030405060708')).toBe(false);
  });

  const added = async (purposes?: number) => {
    const key = credentialKey();
    const args = keyArgs(key, purposes === undefined ? {} : { purposes });
    const { time } = await contract().send(authority, 'addKey', args);
    return { args: [hospital.address, key.kid] as const, kid: key.kid, time };
  };
  const wasKey = (kid: Hex, time: bigint, purposes = 0) =>
    contract().read('wasKeyAccredited', [hospital.address, kid, purposes, time]);

  it.each([0, 8, 15, 255])('refuses a key with the purposes %i', async (purposes) => {
    const args = keyArgs(credentialKey(), { purposes });
    await contract().refuses(authority, 'addKey', args, 'AccreditationInvalidPurposes', [purposes]);
  });

  it('accredits a key for its own purposes alone', async () => {
    for (let held = 1; held <= EVERY_PURPOSE; ++held) {
      const key = credentialKey(digest(`with the purposes ${held}`));
      const { time } = await contract().send(authority, 'addKey', keyArgs(key, { purposes: held }));
      for (let asked = 0; asked <= EVERY_PURPOSE; ++asked) {
        expect(await wasKey(key.kid, time, asked), `${asked} of ${held}`).toBe(
          (asked & held) === asked,
        );
      }
    }
    const { kid, time } = await added(VACCINATIONS | RECOVERIES);
    expect(await wasKey(kid, time, VACCINATIONS)).toBe(true);
    expect(await wasKey(kid, time, TESTS)).toBe(false);
    expect(await wasKey(kid, time, 8)).toBe(false);
  });

  it.each(['authority', 'hospital'] as const)('lets the %s suspend a key', async (who) => {
    const { args, kid, time } = await added();
    await world.chain.after(time);
    const from = who === 'authority' ? authority : hospital;
    const suspended = await contract().send(from, 'suspendKey', args);
    expect(suspended.events).toEqual([
      { name: 'KeySuspended', args: { hospital: hospital.address, kid, time: suspended.time } },
    ]);
    await world.chain.after(suspended.time + 1n);
    const reinstated = await contract().send(authority, 'reinstateKey', args);
    expect(reinstated.events).toEqual([
      { name: 'KeyReinstated', args: { hospital: hospital.address, kid, time: reinstated.time } },
    ]);
    const [stored] = await contract().read('keysOf', [hospital.address]);
    expect(stored?.changes).toEqual([
      { time: suspended.time, active: false },
      { time: reinstated.time, active: true },
    ]);
    expect(await wasKey(kid, time)).toBe(true);
    expect(await wasKey(kid, suspended.time)).toBe(true);
    expect(await wasKey(kid, suspended.time + 1n)).toBe(false);
    expect(await wasKey(kid, reinstated.time - 1n)).toBe(false);
    expect(await wasKey(kid, reinstated.time)).toBe(true);
    // The hospital itself was accredited all along.
    const question = [hospital.address, suspended.time + 1n] as const;
    expect(await contract().read('wasAccredited', question)).toBe(true);
  });

  it('leaves other keys alone', async () => {
    const { args } = await added();
    const other = credentialKey(digest('another certificate'));
    const { time } = await contract().send(authority, 'addKey', keyArgs(other));
    await contract().send(authority, 'suspendKey', args);
    await contract().send(authority, 'revokeKeyFrom', [...args, time]);
    expect(await wasKey(other.kid, time + 1n)).toBe(true);
  });

  it('lets the authority alone reinstate a key', async () => {
    const { args } = await added();
    await contract().send(hospital, 'suspendKey', args);
    const refusal = 'AccreditationUnauthorized';
    await contract().refuses(hospital, 'reinstateKey', args, refusal, [hospital.address]);
    await contract().send(authority, 'reinstateKey', args);
  });

  it('refuses to suspend a key twice and to reinstate one that is not suspended', async () => {
    const { args } = await added();
    const refuse = (name: 'suspendKey' | 'reinstateKey', error: string) =>
      contract().refuses(authority, name, args, error, args);
    await refuse('reinstateKey', 'AccreditationKeyNotSuspended');
    await contract().send(authority, 'suspendKey', args);
    await refuse('suspendKey', 'AccreditationKeyAlreadySuspended');
    await contract().send(authority, 'reinstateKey', args);
    await refuse('reinstateKey', 'AccreditationKeyNotSuspended');
    await contract().send(authority, 'suspendKey', args);
  });

  it('refuses whatever concerns a key that the hospital does not have', async () => {
    const args = [hospital.address, credentialKey().kid] as const;
    const refusal = ['AccreditationUnknownKey', args] as const;
    await contract().refuses(authority, 'suspendKey', args, ...refusal);
    await contract().refuses(authority, 'reinstateKey', args, ...refusal);
    await contract().refuses(authority, 'revokeKeyFrom', [...args, 1n], ...refusal);
  });

  it('revokes a stolen key from the day of the theft on', async () => {
    const { args, kid, time } = await added();
    await world.chain.after(time + 2n);
    expect(await wasKey(kid, time + 1n)).toBe(true);
    const revoked = await contract().send(authority, 'revokeKeyFrom', [...args, time]);
    const event = { hospital: hospital.address, kid, from: time, time: revoked.time };
    expect(revoked.events).toEqual([{ name: 'KeyRevoked', args: event }]);
    const [stored] = await contract().read('keysOf', [hospital.address]);
    expect([stored?.revokedFrom, stored?.revokedAt]).toEqual([time, revoked.time]);
    expect(await wasKey(kid, time)).toBe(true);
    expect(await wasKey(kid, time + 1n)).toBe(false);
    expect(await wasKey(kid, FAR_AHEAD - 1n)).toBe(false);
  });

  it('dates a revocation back, and never puts it off', async () => {
    const { args, kid, time } = await added();
    await world.chain.after(time + 2n);
    const first = await contract().send(hospital, 'revokeKey', args);
    const dated = 'AccreditationKeyAlreadyRevoked';
    const refuse = (from: bigint) =>
      contract().refuses(authority, 'revokeKeyFrom', [...args, from], dated, args);
    await refuse(first.time);
    await contract().send(authority, 'revokeKeyFrom', [...args, time + 1n]);
    expect(await wasKey(kid, time + 1n)).toBe(true);
    expect(await wasKey(kid, time + 2n)).toBe(false);
    await refuse(time + 1n);
    await refuse(time + 2n);
    await contract().send(authority, 'revokeKeyFrom', [...args, time]);
    await contract().refuses(authority, 'revokeKey', args, dated, args);
    const [stored] = await contract().read('keysOf', [hospital.address]);
    expect([stored?.revokedFrom, stored?.revokedAt]).toEqual([time, first.time]);
  });

  it('refuses to revoke a key from before it was added, or from later than now', async () => {
    const { args, time } = await added();
    for (const from of [0n, time - 1n, FAR_AHEAD]) {
      const named = [from, time, expect.any(BigInt)];
      const refusal = 'AccreditationInvalidRevocation';
      await contract().refuses(authority, 'revokeKeyFrom', [...args, from], refusal, named);
    }
  });

  it('lets no hospital date a revocation back', async () => {
    const { args, time } = await added();
    const refusal = 'AccreditationUnauthorized';
    const call = [...args, time] as const;
    await contract().refuses(hospital, 'revokeKeyFrom', call, refusal, [hospital.address]);
  });
});
