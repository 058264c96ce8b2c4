// What a node publishes for verifiers without a network, read by viem and by what the
// documentation says: signatures by EIP-712, other formats, and the filter of revocations.
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';

import { type Address, encodeFunctionData, type Hex, recoverTypedDataAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, it } from 'vitest';

import { mayContain } from './fuseFilter';
import { againstSalus, digest, passport, person } from './support';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Block = { number: number };
type Signed = { chainId: number; accreditation: Address; exportedAt: number; block: Block };
type Key = { kid: Hex; certificate: string; x: Hex; y: Hex };
type List = Signed & { vaccinePassport: Address; hospitals: { account: Address; keys: Key[] }[] };
type Revocations = Signed & {
  vaccinePassport: Address;
  count: number;
  pieces: { size: number; sha256: string }[];
};

const hospital = person(1);
const [REVOKED, GOOD] = [digest('revoked'), digest('good')];

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const bytes = (hex: Hex) => Buffer.from(hex.slice(2), 'hex');

/** RFC 8785, for ASCII texts and whole numbers. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function signerOf(body: Signed, signature: Hex, name: string, primaryType: string) {
  const types = [
    { name: 'digest', type: 'bytes32' },
    { name: 'blockNumber', type: 'uint64' },
    { name: 'exportedAt', type: 'uint64' },
  ];
  return recoverTypedDataAddress({
    domain: { name, version: '1', chainId: body.chainId, verifyingContract: body.accreditation },
    types: { [primaryType]: types },
    primaryType,
    message: {
      digest: `0x${sha256(canonical(body as unknown as Json)).toString('hex')}`,
      blockNumber: BigInt(body.block.number),
      exportedAt: BigInt(body.exportedAt),
    },
    signature,
  });
}

function entryOf(list: Revocations, issuer: Address, commitment: Hex): bigint {
  const chain = Buffer.alloc(8);
  chain.writeBigUInt64BE(BigInt(list.chainId));
  const parts = [bytes(list.vaccinePassport), bytes(issuer), bytes(commitment)];
  return sha256(Buffer.concat([Buffer.from('salus/revoked/1'), chain, ...parts])).readBigUInt64BE();
}

againstSalus('trust', (node) => {
  const get = async (path: string) => {
    const answer = await fetch(`${node().url}/api/v1/${path}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const listKey = async () => {
    const status = JSON.parse((await get('status')).toString()) as { listKey: Address };
    return status.listKey;
  };
  const send = async (to: Address, data: Hex) => {
    const { client, mined } = node().viewer;
    const account = privateKeyToAccount(hospital.key);
    await mined(await client.sendTransaction({ account, to, data }));
  };

  it('signs the trust list as EIP-712 says', async () => {
    const file = JSON.parse((await get('trust-list')).toString()) as { list: List; signature: Hex };
    const signer = await signerOf(file.list, file.signature, 'Salus Trust List', 'TrustList');
    expect(signer.toLowerCase()).toBe(await listKey());
    const [key] = file.list.hospitals[0]?.keys ?? [];
    if (!key) throw new Error('the list has no key');
    const der = Buffer.from(key.certificate, 'base64');
    expect(`0x${sha256(der).subarray(0, 8).toString('hex')}`).toBe(key.kid);
    const point = createPublicKey(
      new X509Certificate(der).publicKey.export({ type: 'spki', format: 'pem' }),
    ).export({ format: 'jwk' });
    expect(Buffer.from(point.x ?? '', 'base64url')).toEqual(bytes(key.x));
    expect(Buffer.from(point.y ?? '', 'base64url')).toEqual(bytes(key.y));
  });

  it('publishes what was revoked, and nothing else', async () => {
    const status = JSON.parse((await get('status')).toString()) as {
      contracts: { vaccinePassport: Address };
    };
    const to = status.contracts.vaccinePassport;
    for (const commitment of [REVOKED, GOOD]) {
      const args = [commitment] as const;
      await send(to, encodeFunctionData({ abi: passport.abi, functionName: 'issue', args }));
    }
    const args = [hospital.address, REVOKED, 1] as const;
    await send(to, encodeFunctionData({ abi: passport.abi, functionName: 'revoke', args }));

    const file = await get('revocations');
    const end = file.indexOf('\n');
    const head = JSON.parse(file.subarray(0, end).toString()) as {
      revocations: Revocations;
      signature: Hex;
    };
    const list = head.revocations;
    const signer = await signerOf(list, head.signature, 'Salus Revocation List', 'RevocationList');
    expect(signer.toLowerCase()).toBe(await listKey());
    expect(list.count).toBe(1);
    const filter = file.subarray(end + 1);
    let at = 0;
    for (const piece of list.pieces) {
      const part = filter.subarray(at, at + piece.size);
      expect(sha256(part).toString('hex')).toBe(piece.sha256);
      at += piece.size;
    }
    expect(at).toBe(filter.length);
    expect(mayContain(filter, entryOf(list, hospital.address, REVOKED))).toBe(true);
    expect(mayContain(filter, entryOf(list, hospital.address, GOOD))).toBe(false);
  });
});
