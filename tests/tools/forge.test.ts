// Foundry's forge: deploys by create and by script, and tests on a fork of the chain.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Address, createWalletClient, getAddress, type Hex, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { foundry, type Foundry } from './foundry';
import {
  accreditation,
  againstPricedSalus,
  digest,
  issueData,
  passport,
  person,
  SALUS_CHAIN_ID,
} from './support';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const hospital = person(5);
const FIRST = digest('first');

// Where the contracts are, and npm's solc, for forge would download one.
const PROJECT = [
  ...['--use', at('solc.mjs'), '--offline'],
  ...['--remappings', `salus/=${at('../../contracts/src/')}`],
  ...['--remappings', `@openzeppelin/=${at('../../node_modules/@openzeppelin/')}`],
];

type Broadcast = {
  transactions: { hash: Hex; contractName: string; contractAddress: Address }[];
  receipts: { transactionHash: Hex; gasUsed: Hex }[];
};

againstPricedSalus('forge', (node) => {
  let forge: Foundry;
  let passports: Address;
  let before: bigint;
  const env: Record<string, string> = { HOSPITAL: hospital.address };
  const client = () => node().viewer.client;
  const url = () => ['--rpc-url', node().url];
  const pay = ['--private-key', hospital.key, '--broadcast'];

  beforeAll(() => {
    rmSync(at('../../build/forge/broadcast'), { recursive: true, force: true });
    forge = foundry('forge', node().url, { cwd: at('forge'), env });
  });

  afterAll(() => forge.close());

  it('creates a contract', async () => {
    const contract = `${at('../../contracts/src/Accreditation.sol')}:Accreditation`;
    const words = ['create', ...PROJECT, ...url(), ...pay, contract, '--json'];
    const created = JSON.parse(
      await forge.run(...words, '--constructor-args', hospital.address),
    ) as { deployedTo: Address; transactionHash: Hex };
    const receipt = await client().getTransactionReceipt({ hash: created.transactionHash });
    expect(receipt.status).toBe('success');
    expect(getAddress(receipt.contractAddress ?? '0x')).toBe(getAddress(created.deployedTo));
    const authority = { abi: accreditation.abi, functionName: 'authority' } as const;
    expect(await client().readContract({ ...authority, address: created.deployedTo })).toBe(
      hospital.address,
    );
  });

  it('runs a script whose transactions are sent', async () => {
    await forge.run('script', 'script/Deploy.s.sol', ...PROJECT, ...url(), ...pay);
    const log = at(`../../build/forge/broadcast/Deploy.s.sol/${SALUS_CHAIN_ID}/run-latest.json`);
    const { transactions, receipts } = JSON.parse(readFileSync(log, 'utf8')) as Broadcast;
    expect(transactions.map(({ contractName }) => contractName)).toEqual([
      ...['Accreditation', 'VaccinePassport', 'Accreditation', 'VaccinePassport'],
      'VaccinePassport',
    ]);
    for (const { transactionHash, gasUsed } of receipts) {
      const receipt = await client().getTransactionReceipt({ hash: transactionHash });
      expect([receipt.status, receipt.gasUsed]).toEqual(['success', BigInt(gasUsed)]);
    }
    passports = getAddress(transactions[1]?.contractAddress ?? '0x');
    const logs = await client().getContractEvents({
      ...{ abi: passport.abi, address: passports, eventName: 'Issued', fromBlock: 0n },
      strict: true,
    });
    expect(logs.map(({ args }) => args.commitment)).toEqual([FIRST, digest('second')]);
  });

  it('tests on a fork of the chain, and leaves the chain as it was', async () => {
    // A commitment that was not there in the block before this one.
    before = await client().getBlockNumber();
    const wallet = createWalletClient({
      account: privateKeyToAccount(hospital.key),
      transport: http(node().url),
    });
    const hash = await wallet.sendTransaction({
      chain: null,
      to: passports,
      data: issueData(digest('third')),
    });
    expect((await node().viewer.mined(hash)).status).toBe('success');
    const head = await client().getBlockNumber();
    Object.assign(env, { PASSPORTS: passports, BEFORE: String(before) });
    const fork = foundry('forge', node().url, { cwd: at('forge'), env });
    type Suite = { test_results: Record<string, { status: string; reason: string | null }> };
    const suites = await fork.json<Record<string, Suite>>(
      ...['test', ...PROJECT, '--fork-url', node().url],
    );
    fork.close();
    const results = Object.values(suites).flatMap(({ test_results }) =>
      Object.entries(test_results).map(([name, { status, reason }]) => [name, status, reason]),
    );
    expect(results).toEqual(
      [
        'goesBackInTime',
        'isRefusedAsOnTheNode',
        'readsTheStateOfTheNode',
        'writesToItsForkAlone',
      ].map((name) => [`test_${name}()`, 'Success', null]),
    );
    const args = [hospital.address, digest('on the fork')] as const;
    const status = { abi: passport.abi, address: passports, functionName: 'status', args } as const;
    expect((await client().readContract(status))[0]).toBe(0n);
    expect(await client().getBlockNumber()).toBe(head);
  });

  it('tests the contracts on a fork of an earlier block', async () => {
    const fork = foundry('forge', node().url, { cwd: at('forge'), env });
    const words = ['--fork-url', node().url, '--fork-block-number', String(before)];
    const only = ['--match-test', 'test_readsTheStateOfTheNode'];
    expect(await fork.run('test', ...PROJECT, ...words, ...only)).toContain('1 tests passed');
    fork.close();
  });
});
