// Mirrors contracts/src/libraries/CredentialVerifier.sol, by way of the example that uses it.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

import { beforeEach, describe, expect, it } from 'vitest';
import { type Abi, type Hex, slice, toFunctionSelector, toHex, zeroHash } from 'viem';

import {
  claims,
  commitmentOf,
  otherForm,
  protectedHeader,
  readHcert,
  signCard,
  type Signed,
  signHcert,
} from './support/certificate';
import { Chain, Contract } from './support/contract';
import { inclusionProof, merkleRoot } from './support/merkle';
import { startAnvil, startSalus } from './support/node';
import {
  authority,
  digest,
  FAR_AHEAD,
  hospital,
  keyArgs,
  makeWorld,
  onEveryChain,
  otherHospital,
  stranger,
  type World,
} from './support/world';

const artifact = JSON.parse(
  readFileSync(join(import.meta.dirname, '../artifacts/examples/VaccinationGate.json'), 'utf8'),
) as { abi: Abi; bytecode: Hex };
const ALONE = { root: zeroHash as Hex, index: 0n, proof: [] as Hex[] };
const CERTIFICATE = digest('certificate');
const KID = slice(
  `0x${createHash('sha256')
    .update(Buffer.from(CERTIFICATE.slice(2), 'hex'))
    .digest('hex')}`,
  0,
  8,
);
const HEADER = protectedHeader(KID);
const PAYLOAD = claims(Number(FAR_AHEAD));
const [TESTS, VACCINATIONS] = [1, 2] as const;
const REASON = 3;
const refusedProof = toFunctionSelector('VaccinePassportInvalidProof(bytes32,uint256,bytes32)');

function keyOf(key: KeyObject) {
  const { x, y } = key.export({ format: 'jwk' });
  const coordinate = (value: string | undefined) => toHex(Buffer.from(value ?? '', 'base64url'));
  return { kid: KID, x: coordinate(x), y: coordinate(y), certificate: CERTIFICATE };
}
const deployGate = (chain: Chain, passport: Hex) =>
  Contract.deploy(chain, stranger, artifact.abi, artifact.bytecode, [passport]);
type Gate = Awaited<ReturnType<typeof deployGate>>;
const args = (signed: Signed, place = ALONE, issuer: Hex = hospital.address, kid = KID) =>
  [issuer, kid, signed.header, signed.payload, signed.r, signed.s, place] as const;

onEveryChain('CredentialVerifier', (url) => {
  let world: World;
  let gate: Gate;
  let key: KeyObject;
  let good: Signed;
  beforeEach(async () => {
    world = await makeWorld(url);
    gate = await deployGate(world.chain, world.passport.address);
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    key = pair.privateKey;
    const added = keyArgs(keyOf(pair.publicKey), { purposes: VACCINATIONS });
    await world.accreditation.send(authority, 'addKey', added);
    good = signHcert(key, HEADER, PAYLOAD);
  });
  const issue = (payload = PAYLOAD) =>
    world.passport.send(hospital, 'issue', [commitmentOf(payload)]);
  const admit = (signed: Signed, place = ALONE) => gate.read('admitHcert', args(signed, place));
  const refuse = (call: ReturnType<typeof args>, name: string, named: readonly unknown[] = []) =>
    gate.refuses(stranger, 'admitHcert', call, name, named);

  it('admits a certificate, and tells since when it stands on chain', async () => {
    const { time } = await issue();
    expect(await admit(good)).toBe(time);
  });

  it.each([0, 1, 22, 23, 24, 100, 2000])('hashes as COSE does: %i bytes inside', async (size) => {
    const signed = signHcert(key, HEADER, claims(Number(FAR_AHEAD), size));
    const { time } = await issue(signed.payload);
    expect(await admit(signed)).toBe(time);
  });

  it('admits both forms of a signature', async () => {
    const { time } = await issue();
    expect(await admit({ ...good, s: otherForm(good.s) })).toBe(time);
    expect(await admit(good)).toBe(time);
  });

  it('admits a certificate of an anchored batch', async () => {
    const leaves = [digest('one'), digest('two'), commitmentOf(PAYLOAD), digest('four')];
    const root = merkleRoot(leaves);
    const place = { root, index: 2n, proof: inclusionProof(leaves, 2) };
    await refuse(args(good, place), 'CredentialNotIssued', [
      ...[hospital.address, commitmentOf(PAYLOAD)],
    ]);
    const { time } = await world.passport.send(hospital, 'anchor', [root, 4n]);
    expect(await admit(good, place)).toBe(time);
    await refuse(args(good), 'CredentialNotIssued', [hospital.address, commitmentOf(PAYLOAD)]);
    // The passport itself refuses a proof that does not hold.
    await expect(admit(good, { ...place, index: 1n })).rejects.toThrow(refusedProof);
    await world.passport.send(hospital, 'revokeBatch', [hospital.address, root, REASON]);
    await refuse(args(good, place), 'CredentialRevoked', [
      ...[hospital.address, commitmentOf(PAYLOAD), REASON],
    ]);
  });

  it('refuses a certificate that was changed, or signed by another key', async () => {
    await issue();
    const wrong = 'CredentialWrongSignature';
    const named = [hospital.address, KID];
    const changed = claims(Number(FAR_AHEAD) - 1);
    await refuse(args({ ...good, payload: changed }), wrong, named);
    await refuse(args({ ...good, r: good.s, s: good.r }), wrong, named);
    await refuse(args({ ...good, r: zeroHash }), wrong, named);
    await refuse(args({ ...good, s: zeroHash }), wrong, named);
    await refuse(args({ ...good, s: `0x${'ff'.repeat(32)}` }), wrong, named);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await refuse(args(signHcert(other, HEADER, PAYLOAD)), wrong, named);
  });

  it('refuses a signature over the payload in another dress', async () => {
    await issue();
    const card = signCard(key, HEADER, PAYLOAD);
    await refuse(args(card), 'CredentialWrongSignature', [hospital.address, KID]);
  });

  it('refuses a key or an issuer that it does not know', async () => {
    await issue();
    const unknown = '0x0102030405060708';
    const signed = signHcert(key, protectedHeader(unknown), PAYLOAD);
    const call = args(signed, ALONE, hospital.address, unknown);
    await refuse(call, 'CredentialUnknownKey', [hospital.address, unknown]);
    const theirs = args(good, ALONE, otherHospital.address);
    await refuse(theirs, 'CredentialUnknownKey', [otherHospital.address, KID]);
  });

  it('refuses other headers', async () => {
    await issue();
    const headers: Hex[] = [
      '0x',
      `${HEADER}00`,
      slice(HEADER, 0, 12),
      protectedHeader('0x0102030405060708'),
      `0xa201382404${HEADER.slice(-18)}`,
    ];
    for (const header of headers) {
      const signed = signHcert(key, header, PAYLOAD);
      await refuse(args(signed), 'CredentialUnsupportedHeader');
    }
  });

  it('refuses claims that do not begin as they must', async () => {
    const cases: Hex[] = [
      '0x',
      `0x${'00'.repeat(64)}`,
      `0xa3${PAYLOAD.slice(4)}`,
      `0x84${PAYLOAD.slice(4)}`,
      `0xa502${PAYLOAD.slice(6)}`,
      `0xa50163${PAYLOAD.slice(8)}`,
      `${slice(PAYLOAD, 0, 5)}05${PAYLOAD.slice(14)}`,
      `${slice(PAYLOAD, 0, 6)}19${PAYLOAD.slice(16)}`,
      slice(PAYLOAD, 0, 11),
    ];
    for (const payload of cases) {
      await refuse(args(signHcert(key, HEADER, payload)), 'CredentialMalformedClaims');
    }
  });

  it('refuses a certificate after its expiry', async () => {
    const { timestamp } = await world.chain.reader.getBlock();
    const payload = claims(Number(timestamp) - 1);
    await issue(payload);
    const refusal = 'CredentialExpired';
    await refuse(args(signHcert(key, HEADER, payload)), refusal, [timestamp - 1n]);
  });

  it('refuses what is not on chain, or was revoked', async () => {
    const named = [hospital.address, commitmentOf(PAYLOAD)] as const;
    await refuse(args(good), 'CredentialNotIssued', named);
    await world.passport.send(otherHospital, 'issue', [commitmentOf(PAYLOAD)]);
    await refuse(args(good), 'CredentialNotIssued', named);
    await issue();
    await world.passport.send(hospital, 'revoke', [...named, REASON]);
    await refuse(args(good), 'CredentialRevoked', [...named, REASON]);
  });

  it('refuses what was put on chain while the key was not accredited', async () => {
    const kid = [hospital.address, KID] as const;
    const notAccredited = (time: bigint) =>
      refuse(args(good), 'CredentialNotAccredited', [...kid, VACCINATIONS, time]);
    const suspended = await world.accreditation.send(authority, 'suspendKey', kid);
    await world.chain.past(suspended.time);
    const { time } = await issue();
    await notAccredited(time);
    await world.chain.past(time);
    await world.accreditation.send(authority, 'reinstateKey', kid);
    await notAccredited(time);
    const later = claims(Number(FAR_AHEAD), 10);
    const issued = await issue(later);
    const signed = signHcert(key, HEADER, later);
    expect(await admit(signed)).toBe(issued.time);
    // What came later changes nothing, but a revocation from an earlier day on.
    await world.chain.past(issued.time);
    await world.accreditation.send(authority, 'suspend', [hospital.address]);
    expect(await admit(signed)).toBe(issued.time);
    await world.accreditation.send(hospital, 'revokeKey', kid);
    expect(await admit(signed)).toBe(issued.time);
    await world.accreditation.send(authority, 'revokeKeyFrom', [...kid, issued.time - 1n]);
    const named = [...kid, VACCINATIONS, issued.time];
    await refuse(args(signed), 'CredentialNotAccredited', named);
  });

  it('refuses a key that is not for vaccinations', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const added = keyArgs(keyOf(pair.publicKey), {
      account: otherHospital.address,
      purposes: TESTS,
    });
    await world.accreditation.send(authority, 'addKey', added);
    const { time } = await world.passport.send(otherHospital, 'issue', [commitmentOf(PAYLOAD)]);
    const signed = args(signHcert(pair.privateKey, HEADER, PAYLOAD), ALONE, otherHospital.address);
    const named = [otherHospital.address, KID, VACCINATIONS, time];
    await refuse(signed, 'CredentialNotAccredited', named);
  });

  it('admits vaccinations of every form, and nothing else of a key that may sign all', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const all = { account: otherHospital.address, purposes: 7 };
    await world.accreditation.send(authority, 'addKey', keyArgs(keyOf(pair.publicKey), all));
    const judge = async (payload: Hex) => {
      await world.passport.send(otherHospital, 'issue', [commitmentOf(payload)]);
      return args(signHcert(pair.privateKey, HEADER, payload), ALONE, otherHospital.address);
    };
    for (const kind of ['v', 'icvp', 'facts'] as const) {
      expect(await gate.read('admitHcert', await judge(claims(Number(FAR_AHEAD), 9, kind)))).toBe(
        (await world.chain.reader.getBlock()).timestamp,
      );
    }
    for (const [kind, purpose] of [['t', 1] as const, ['r', 4] as const]) {
      const call = await judge(claims(Number(FAR_AHEAD), 9, kind));
      await refuse(call, 'CredentialWrongKind', [purpose, VACCINATIONS]);
    }
  });

  it('refuses content whose kind it cannot read', async () => {
    const whole = claims(Number(FAR_AHEAD), 9);
    // Where the tag of the DCC begins: a5, 1 and two letters, 4 and 6 with four bytes each.
    const [before, at] = [slice(whole, 0, 17), (i: number) => slice(whole, i)];
    const cases: Hex[] = [
      before,
      `0xa4${whole.slice(4)}`,
      `${before}390103a2${at(21).slice(2)}`,
      `${before}390103a103${at(22).slice(2)}`,
      `${before}390103a10180${at(23).slice(2)}`,
      `${before}390103a101a2620078${at(25).slice(2)}`,
      `${before}390103a101a26178${at(25).slice(2)}`,
      slice(whole, 0, 24),
    ];
    for (const payload of cases) {
      await refuse(args(signHcert(key, HEADER, payload)), 'CredentialMalformedClaims');
    }
  });

  it('admits a SMART Health Card, and refuses it by name', async () => {
    const header = toHex('{"alg":"ES256","zip":"DEF","kid":"abc"}');
    const payload = toHex(deflateRawSync('{"iss":"https://example.org","nbf":1.5,"vc":{}}'));
    const card = signCard(key, header, payload);
    const named = [hospital.address, commitmentOf(payload)];
    const refuseCard = (call: ReturnType<typeof args>, name: string, words: unknown[]) =>
      gate.refuses(stranger, 'admitHealthCard', call, name, words);
    await refuseCard(args(card), 'CredentialNotIssued', named);
    const { time } = await issue(payload);
    expect(await gate.read('admitHealthCard', args(card))).toBe(time);
    const other = { ...card, s: otherForm(card.s) };
    expect(await gate.read('admitHealthCard', args(other))).toBe(time);
    const wrong = ['CredentialWrongSignature', [hospital.address, KID]] as const;
    await refuseCard(args({ ...card, header: toHex('{"alg":"none"}') }), wrong[0], [...wrong[1]]);
    await refuseCard(args({ ...card, payload: `${payload}00` }), wrong[0], [...wrong[1]]);
    await refuseCard(args(signHcert(key, header, payload)), wrong[0], [...wrong[1]]);
    await world.passport.send(authority, 'revoke', [
      ...([hospital.address, commitmentOf(payload), REASON] as const),
    ]);
    await refuseCard(args(card), 'CredentialRevoked', [...named, REASON]);
  });

  it('costs what it did', async () => {
    await issue();
    const { abi, address } = gate;
    const call = { abi, address, functionName: 'admitHcert', args: args(good) };
    const gas = await world.chain.reader.estimateContractGas({ ...call, account: stranger });
    expect(gas).toBeLessThan(90_000n);
  });
});

// Prague has no P256VERIFY: EIP-7951 came with Osaka.
describe('CredentialVerifier, on a chain without the precompile', () => {
  it('verifies P-256 in Solidity', async () => {
    const node = await startAnvil('--hardfork', 'prague');
    try {
      const world = await makeWorld(node.network.url);
      const gate = await deployGate(world.chain, world.passport.address);
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await world.accreditation.send(authority, 'addKey', keyArgs(keyOf(pair.publicKey)));
      const issued = [commitmentOf(PAYLOAD)] as const;
      const { time } = await world.passport.send(hospital, 'issue', issued);
      const good = signHcert(pair.privateKey, HEADER, PAYLOAD);
      expect(await gate.read('admitHcert', args(good))).toBe(time);
      const other = { ...good, s: otherForm(good.s) };
      expect(await gate.read('admitHcert', args(other))).toBe(time);
      const named = [hospital.address, KID];
      const wrong = args({ ...good, r: good.s });
      await gate.refuses(stranger, 'admitHcert', wrong, 'CredentialWrongSignature', named);
      const { abi, address } = gate;
      const call = { abi, address, functionName: 'admitHcert', args: args(good) };
      const gas = await world.chain.reader.estimateContractGas({ ...call, account: stranger });
      expect(gas).toBeGreaterThan(150_000n);
      expect(gas).toBeLessThan(450_000n);
    } finally {
      await node.stop();
    }
  });
});

const binary = process.env.SALUS_BINARY;
const suite = `What Salus issues${binary ? '' : ': SALUS_BINARY is not set'}`;
describe.skipIf(!binary)(suite, () => {
  it('is admitted by the gate', async () => {
    const node = await startSalus(binary ?? '');
    try {
      const { url } = node.network;
      const token = readFileSync(join(node.datadir ?? '', 'api-token'), 'utf8').trim();
      const demo = join(import.meta.dirname, '../../demo/anna-musterfrau.json');
      const answer = await fetch(`${url}/api/v1/issue`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
        body: readFileSync(demo, 'utf8'),
      });
      const { issued } = (await answer.json()) as { issued: { hcert: string; commitment: Hex }[] };
      const status = (await (await fetch(`${url}/api/v1/status`)).json()) as {
        contracts: { vaccinePassport: Hex };
        hospital: { account: Hex };
      };
      const gate = await deployGate(await Chain.connect(url), status.contracts.vaccinePassport);
      expect(issued.length).toBeGreaterThan(0);
      for (const { hcert, commitment } of issued) {
        const signed = readHcert(hcert);
        expect(commitmentOf(signed.payload)).toBe(commitment);
        const call = args(signed, ALONE, status.hospital.account, slice(signed.header, 5));
        expect(await gate.read('admitHcert', call)).toBeGreaterThan(1_700_000_000n);
        const forged = args({ ...signed, r: signed.s }, ALONE, call[0], call[1]);
        const named = [expect.any(String), call[1]];
        await gate.refuses(stranger, 'admitHcert', forged, 'CredentialWrongSignature', named);
      }
    } finally {
      await node.stop();
    }
  });
});
