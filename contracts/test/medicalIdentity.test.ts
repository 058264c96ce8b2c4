// Mirrors contracts/src/MedicalIdentity.sol.
import { beforeEach, expect, it } from 'vitest';
import {
  encodeDeployData,
  type Hex,
  hexToBigInt,
  type LocalAccount,
  pad,
  size,
  slice,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';

import { medicalIdentityAbi, medicalIdentityBytecode } from '../typescript/medicalIdentity';
import { BIND_TYPES } from './support/bind';
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
  WAITING_PERIOD,
  type World,
} from './support/world';

const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const COMMITMENT = digest('salted document');
const NULLIFIER = digest('document');
const UNBOUND = [zeroHash, zeroHash, zeroAddress, 0n];

type Binding = {
  patient: Hex;
  registrar: Hex;
  commitment: Hex;
  nullifier: Hex;
  nonce: bigint;
  deadline: bigint;
};

const agreed: Binding = {
  patient: patient.address,
  registrar: hospital.address,
  commitment: COMMITMENT,
  nullifier: NULLIFIER,
  nonce: 0n,
  deadline: FAR_AHEAD,
};

// Creation code of a contract that runs `runtime` (up to 32 bytes): PUSHn, MSTORE, RETURN.
function walletCode(runtime: Hex): Hex {
  const length = size(runtime);
  const push = toHex(0x5f + length, { size: 1 }).slice(2);
  const tail = [length, 32 - length].map((n) => `60${toHex(n, { size: 1 }).slice(2)}`).join('');
  return `0x${push}${runtime.slice(2)}5f52${tail}f3`;
}
// Answers every call with the word that stands for "signed" in ERC-1271, and with a zero word.
const AGREES = walletCode('0x631626ba7e60e01b5f5260205ff3');
const DISAGREES = walletCode('0x60205ff3');

onEveryChain('MedicalIdentity', (url) => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(url);
  });
  const contract = () => world.identity;

  type Domain = { chainId?: number; verifyingContract?: Hex; name?: string; version?: string };
  const sign = (who: LocalAccount, message: Binding, change: Domain = {}) =>
    who.signTypedData({
      domain: {
        name: 'Salus MedicalIdentity',
        version: '1',
        chainId: world.chain.id,
        verifyingContract: contract().address,
        ...change,
      },
      types: BIND_TYPES,
      primaryType: 'Bind',
      message,
    });
  // The registrar sends the transaction, and so need not sign as well.
  const call = (message: Binding, signature: Hex, registrarSignature: Hex = '0x') =>
    [
      message.patient,
      message.registrar,
      message.commitment,
      message.nullifier,
      message.nonce,
      message.deadline,
      signature,
      registrarSignature,
    ] as const;
  const bind = async (message: Binding, who: LocalAccount = patient, registrar = hospital) =>
    contract().send(registrar, 'bind', call(message, await sign(who, message)));
  const refuse = (message: Binding, signature: Hex, name: string, args: unknown[] = []) =>
    contract().refuses(hospital, 'bind', call(message, signature), name, args);
  const refuseSignature = (message: Binding, signature: Hex) =>
    refuse(message, signature, 'MedicalIdentityInvalidSignature', [message.patient]);

  it('names its accreditation and its domain', async () => {
    expect(await contract().read('accreditation', [])).toBe(world.accreditation.address);
    expect(await contract().read('waitingPeriod', [])).toBe(WAITING_PERIOD);
    expect(await contract().read('eip712Domain', [])).toEqual([
      '0x0f',
      'Salus MedicalIdentity',
      '1',
      BigInt(world.chain.id),
      contract().address,
      zeroHash,
      [],
    ]);
  });

  it('refuses an accreditation without code', async () => {
    const abi = medicalIdentityAbi;
    const args = [stranger.address, WAITING_PERIOD] as const;
    const data = encodeDeployData({ abi, bytecode: medicalIdentityBytecode, args });
    const refusal = 'MedicalIdentityInvalidAccreditation';
    await world.chain.refusesDeployment(abi, authority, data, refusal, [stranger.address]);
  });

  it.each([0n, 365n * 86_400n + 1n])('refuses a waiting period of %i seconds', async (period) => {
    const abi = medicalIdentityAbi;
    const args = [world.accreditation.address, period] as const;
    const data = encodeDeployData({ abi, bytecode: medicalIdentityBytecode, args });
    const refusal = 'MedicalIdentityInvalidWaitingPeriod';
    await world.chain.refusesDeployment(abi, authority, data, refusal, [period]);
  });

  it('binds a document to the account that agreed', async () => {
    expect(await contract().read('binding', [patient.address])).toEqual(UNBOUND);
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(zeroAddress);
    const { events, time } = await bind(agreed);
    const { registrar, commitment, nullifier } = agreed;
    expect(events).toEqual([
      {
        name: 'Bound',
        args: { patient: patient.address, registrar, nullifier, commitment, boundAt: time },
      },
    ]);
    const expected = [COMMITMENT, NULLIFIER, hospital.address, time];
    expect(await contract().read('binding', [patient.address])).toEqual(expected);
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(patient.address);
    expect(await contract().read('nonces', [patient.address])).toBe(1n);
  });

  it('binds another document to another account', async () => {
    await bind(agreed);
    const other = { ...agreed, patient: otherPatient.address, nullifier: digest('other') };
    await bind({ ...other, registrar: otherHospital.address }, otherPatient, otherHospital);
    expect(await contract().read('accountOf', [digest('other')])).toBe(otherPatient.address);
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(patient.address);
  });

  it.each([
    ['a stranger', stranger],
    ['the patient', patient],
    ['the authority', authority],
  ])('is refused to %s as registrar', async (_, who) => {
    const message = { ...agreed, registrar: who.address };
    const args = call(message, await sign(patient, message));
    const refusal = 'MedicalIdentityNotAccredited';
    await contract().refuses(who, 'bind', args, refusal, [who.address]);
  });

  it('is refused to a suspended hospital', async () => {
    await world.accreditation.send(authority, 'suspend', [hospital.address]);
    const refusal = 'MedicalIdentityNotAccredited';
    await refuse(agreed, await sign(patient, agreed), refusal, [hospital.address]);
  });

  it.each(['commitment', 'nullifier'] as const)('refuses a zero %s', async (member) => {
    const message = { ...agreed, [member]: zeroHash };
    await refuse(message, await sign(patient, message), 'MedicalIdentityZeroDigest');
  });

  it('refuses a signature after its deadline, and takes it until then', async () => {
    const late = { ...agreed, deadline: world.accreditedAt - 1n };
    await refuse(late, await sign(patient, late), 'MedicalIdentityExpired', [late.deadline]);
    const { timestamp } = await world.chain.reader.getBlock();
    await bind({ ...agreed, deadline: timestamp + 60n });
  });

  it.each([1n, 2n ** 256n - 1n])('refuses nonce %i while 0 is next', async (nonce) => {
    const message = { ...agreed, nonce };
    const signature = await sign(patient, message);
    await refuse(message, signature, 'InvalidAccountNonce', [patient.address, 0n]);
  });

  it('refuses one account with two documents', async () => {
    await bind(agreed);
    const second = { ...agreed, nullifier: digest('second document'), nonce: 1n };
    const refusal = 'MedicalIdentityAccountBound';
    await refuse(second, await sign(patient, second), refusal, [patient.address]);
  });

  it('refuses one document with two accounts', async () => {
    await bind(agreed);
    const second = { ...agreed, patient: otherPatient.address };
    const refusal = 'MedicalIdentityNullifierBound';
    const named = [NULLIFIER, patient.address];
    await refuse(second, await sign(otherPatient, second), refusal, named);
  });

  it('refuses the same signature again', async () => {
    await bind(agreed);
    const refusal = 'MedicalIdentityAccountBound';
    await refuse(agreed, await sign(patient, agreed), refusal, [patient.address]);
  });

  it('refuses a signature of somebody else', async () => {
    await refuseSignature(agreed, await sign(otherPatient, agreed));
    await refuseSignature(agreed, await sign(hospital, agreed));
  });

  it('refuses a signature for another registrar, so that none can be snatched', async () => {
    const snatched = { ...agreed, registrar: otherHospital.address };
    const args = call(snatched, await sign(patient, agreed));
    const refusal = 'MedicalIdentityInvalidSignature';
    await contract().refuses(otherHospital, 'bind', args, refusal, [patient.address]);
  });

  it.each([
    ['anybody', stranger],
    ['another hospital', otherHospital],
    ['the registrar', hospital],
  ])('takes both signatures from %s', async (_, relay) => {
    const signatures = [await sign(patient, agreed), await sign(hospital, agreed)] as const;
    const { events } = await contract().send(relay, 'bind', call(agreed, ...signatures));
    expect(events).toMatchObject([{ name: 'Bound', args: { registrar: hospital.address } }]);
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(patient.address);
  });

  it('takes the transaction of the patient for its signature', async () => {
    const args = call(agreed, '0x', await sign(hospital, agreed));
    await contract().send(patient, 'bind', args);
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(patient.address);
  });

  it('refuses a registrar that did not sign', async () => {
    const mine = await sign(patient, agreed);
    const refusal = 'MedicalIdentityInvalidSignature';
    for (const theirs of ['0x', mine, await sign(otherHospital, agreed)] as const) {
      const args = call(agreed, mine, theirs);
      await contract().refuses(stranger, 'bind', args, refusal, [hospital.address]);
      await contract().refuses(patient, 'bind', args, refusal, [hospital.address]);
    }
  });

  it('refuses a registrar whose signature is over something else', async () => {
    const other = { ...agreed, commitment: digest('another') };
    const args = call(agreed, await sign(patient, agreed), await sign(hospital, other));
    const refusal = 'MedicalIdentityInvalidSignature';
    await contract().refuses(hospital, 'bind', args, refusal, [hospital.address]);
  });

  it("keeps the document in the account's history", async () => {
    const { time } = await bind(agreed);
    const { registrar, commitment, nullifier } = agreed;
    const document = { commitment, nullifier, registrar, boundAt: time };
    expect(await contract().read('documents', [patient.address])).toEqual([document]);
    expect(await contract().read('documents', [otherPatient.address])).toEqual([]);
    const nobody = [zeroAddress, zeroAddress];
    expect(await contract().read('movesOf', [patient.address])).toEqual(nobody);
    expect(await contract().read('currentOf', [patient.address])).toBe(patient.address);
  });

  it.each([
    ['commitment', { commitment: digest('changed') }],
    ['nullifier', { nullifier: digest('changed') }],
    ['nonce', { nonce: 7n }],
    ['deadline', { deadline: FAR_AHEAD + 1n }],
    ['patient', { patient: otherPatient.address }],
  ])('refuses a signature over another %s', async (_, change) => {
    await refuseSignature(agreed, await sign(patient, { ...agreed, ...change }));
  });

  it.each([
    ['chain', { chainId: 1 }],
    ['contract', { verifyingContract: stranger.address }],
    ['name', { name: 'Another contract' }],
    ['version', { version: '2' }],
  ])('refuses a signature for another %s', async (_, change) => {
    await refuseSignature(agreed, await sign(patient, agreed, change));
  });

  it('refuses a signature for a second contract of the same kind', async () => {
    const other = await makeWorld(url);
    const verifyingContract = other.identity.address;
    await refuseSignature(agreed, await sign(patient, agreed, { verifyingContract }));
  });

  it('refuses garbage as signature', async () => {
    const good = await sign(patient, agreed);
    await refuseSignature(agreed, '0x');
    await refuseSignature(agreed, slice(good, 0, 64));
    await refuseSignature(agreed, `${good}00`);
    await refuseSignature(agreed, `0x${'00'.repeat(65)}`);
  });

  it('refuses the other form of a good signature (high s)', async () => {
    const good = await sign(patient, agreed);
    const s = pad(toHex(N - hexToBigInt(slice(good, 32, 64))), { size: 32 });
    const v = slice(good, 64) === '0x1b' ? '1c' : '1b';
    await refuseSignature(agreed, `${slice(good, 0, 32)}${s.slice(2)}${v}`);
  });

  it('refuses the zero account as patient', async () => {
    const message = { ...agreed, patient: zeroAddress };
    await refuseSignature(message, `0x${'00'.repeat(65)}`);
    await refuseSignature(message, await sign(patient, message));
  });

  it('takes the word of an account that is a contract (ERC-1271)', async () => {
    const wallet = await world.chain.deployCode(stranger, AGREES);
    const message = { ...agreed, patient: wallet.address };
    await contract().send(hospital, 'bind', call(message, '0x1234'));
    expect(await contract().read('accountOf', [NULLIFIER])).toBe(wallet.address);
  });

  it('refuses where such an account does not agree', async () => {
    const wallet = await world.chain.deployCode(stranger, DISAGREES);
    const message = { ...agreed, patient: wallet.address };
    await refuse(message, await sign(patient, message), 'MedicalIdentityInvalidSignature', [
      wallet.address,
    ]);
  });
});
