// Mirrors contracts/src/LedgerAnchor.sol.
import { beforeEach, expect, it } from 'vitest';
import { type Hex, zeroHash } from 'viem';
import type { LocalAccount } from 'viem/accounts';

import { ledgerAnchorAbi, ledgerAnchorBytecode } from '../typescript/ledgerAnchor';
import { Chain, Contract } from './support/contract';
import { merkleRoot } from './support/merkle';
import { digest, hospital, onEveryChain, otherHospital, patient, stranger } from './support/world';

const LEAVES = ['one', 'two', 'three', 'four', 'five'].map(digest);
const rootOf = (size: number) => merkleRoot(LEAVES.slice(0, size));
const CO_SIGN = {
  CoSign: [
    { name: 'log', type: 'address' },
    { name: 'size', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
  ],
} as const;

onEveryChain('LedgerAnchor', (url) => {
  let contract: Contract<typeof ledgerAnchorAbi>;
  beforeEach(async () => {
    const chain = await Chain.connect(url);
    contract = await Contract.deploy(chain, hospital, ledgerAnchorAbi, ledgerAnchorBytecode, []);
  });
  const log = hospital.address;
  const anchor = (size: number, who = hospital) =>
    contract.send(who, 'anchor', [BigInt(size), rootOf(size)]);
  const kept = (sent: Awaited<ReturnType<typeof anchor>>, size: number) => ({
    size: BigInt(size),
    time: sent.time,
    blockNumber: sent.receipt.blockNumber,
    root: rootOf(size),
  });
  const sign = (
    by: LocalAccount,
    size: number,
    change: { log?: Hex; contract?: Hex; chainId?: number; name?: string } = {},
  ) =>
    by.signTypedData({
      domain: {
        name: change.name ?? 'Salus Ledger',
        version: '1',
        chainId: change.chainId ?? contract.chain.id,
        verifyingContract: change.contract ?? contract.address,
      },
      types: CO_SIGN,
      primaryType: 'CoSign',
      message: { log: change.log ?? log, size: BigInt(size), root: rootOf(size) },
    });

  it('knows no log at first', async () => {
    expect(contract.deployment.events).toEqual([]);
    expect(await contract.read('anchorCount', [log])).toBe(0n);
    const none = { size: 0n, time: 0n, blockNumber: 0n, root: zeroHash };
    expect(await contract.read('headOf', [log])).toEqual(none);
    expect(await contract.read('anchors', [log, 0n, 10n])).toEqual([]);
    await contract.refuses(stranger, 'anchorAt', [log, 0n], 'LedgerAnchorUnknown', [log, 0n]);
  });

  it('tells the domain of what ledgers sign', async () => {
    const [, name, version, chainId, verifyingContract] = await contract.read('eip712Domain', []);
    expect({ name, version, chainId, verifyingContract }).toEqual({
      name: 'Salus Ledger',
      version: '1',
      chainId: BigInt(contract.chain.id),
      verifyingContract: contract.address,
    });
  });

  it('anchors a log that grows, and keeps every anchor', async () => {
    const first = await anchor(1);
    expect(first.events).toEqual([
      {
        name: 'LogAnchored',
        args: { log, index: 0n, size: 1n, root: rootOf(1), time: first.time },
      },
    ]);
    const second = await anchor(3);
    const third = await anchor(5);
    expect(third.events).toEqual([
      {
        name: 'LogAnchored',
        args: { log, index: 2n, size: 5n, root: rootOf(5), time: third.time },
      },
    ]);
    const all = [kept(first, 1), kept(second, 3), kept(third, 5)];
    expect(await contract.read('anchorCount', [log])).toBe(3n);
    expect(await contract.read('headOf', [log])).toEqual(all[2]);
    expect(await contract.read('anchorAt', [log, 1n])).toEqual(all[1]);
    expect(await contract.read('anchors', [log, 0n, 10n])).toEqual(all);
    expect(await contract.read('anchors', [log, 1n, 1n])).toEqual([all[1]]);
    expect(await contract.read('anchors', [log, 3n, 10n])).toEqual([]);
    await contract.refuses(stranger, 'anchorAt', [log, 3n], 'LedgerAnchorUnknown', [log, 3n]);
  });

  it('accepts the newest anchor again, and does nothing', async () => {
    await anchor(1);
    const first = await anchor(2);
    const again = await anchor(2);
    expect(again.events).toEqual([]);
    expect(await contract.read('anchorCount', [log])).toBe(2n);
    expect(await contract.read('headOf', [log])).toEqual(kept(first, 2));
  });

  it('refuses a log that shrinks, forks or is empty', async () => {
    await anchor(1);
    await anchor(3);
    const name = 'LedgerAnchorNotGrown';
    await contract.refuses(hospital, 'anchor', [2n, rootOf(2)], name, [log, 2n, 3n]);
    await contract.refuses(hospital, 'anchor', [1n, rootOf(1)], name, [log, 1n, 3n]);
    await contract.refuses(hospital, 'anchor', [3n, rootOf(4)], name, [log, 3n, 3n]);
    await contract.refuses(hospital, 'anchor', [0n, rootOf(1)], 'LedgerAnchorEmpty');
  });

  it('gives each account a log of its own', async () => {
    await anchor(3);
    await anchor(1, otherHospital);
    expect((await contract.read('headOf', [log])).size).toBe(3n);
    expect((await contract.read('headOf', [otherHospital.address])).size).toBe(1n);
  });

  it('records who co-signs an anchor, whoever relays it, once', async () => {
    await anchor(1);
    await anchor(4);
    const signature = await sign(patient, 4);
    const args = [log, 1n, patient.address, signature] as const;
    const sent = await contract.send(stranger, 'coSign', args);
    const told = { log, witness: patient.address, index: 1n, size: 4n, root: rootOf(4), signature };
    expect(sent.events).toEqual([{ name: 'LogCoSigned', args: told }]);
    expect(await contract.read('isCoSigned', [log, 1n, patient.address])).toBe(true);
    expect(await contract.read('isCoSigned', [log, 0n, patient.address])).toBe(false);
    expect(await contract.read('isCoSigned', [log, 1n, stranger.address])).toBe(false);
    expect((await contract.send(patient, 'coSign', args)).events).toEqual([]);
  });

  it('refuses co-signatures of other anchors, logs, chains, contracts and witnesses', async () => {
    await anchor(1);
    await anchor(4);
    const refuse = (signature: Hex) =>
      contract.refuses(
        stranger,
        'coSign',
        [log, 1n, patient.address, signature],
        'LedgerAnchorInvalidSignature',
        [patient.address],
      );
    await refuse(await sign(patient, 1));
    await refuse(await sign(patient, 4, { log: stranger.address }));
    await refuse(await sign(patient, 4, { chainId: contract.chain.id + 1 }));
    await refuse(await sign(patient, 4, { contract: stranger.address }));
    await refuse(await sign(patient, 4, { name: 'Salus' }));
    await refuse(await sign(stranger, 4));
    await refuse('0x');
  });

  it('refuses to let a log witness itself, and anchors that there are not', async () => {
    await anchor(4);
    const own = await sign(hospital, 4);
    const ownArgs = [log, 0n, log, own] as const;
    await contract.refuses(stranger, 'coSign', ownArgs, 'LedgerAnchorOwnWitness', [log]);
    const signature = await sign(patient, 4);
    const unknown = [log, 1n, patient.address, signature] as const;
    await contract.refuses(stranger, 'coSign', unknown, 'LedgerAnchorUnknown', [log, 1n]);
  });
});
