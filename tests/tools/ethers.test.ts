// ethers 6: its provider over HTTP (batching by default), its wallets, contracts and filters.
import { beforeAll, expect, it } from 'vitest';
import {
  Contract,
  ContractFactory,
  EventLog,
  getAddress,
  isCallException,
  isError,
  JsonRpcProvider,
  NonceManager,
  type TransactionReceipt,
  type TransactionResponse,
  verifyTypedData,
  Wallet,
} from 'ethers';

import { BIND_TYPES } from '../../contracts/test/support/bind';
import {
  accreditation,
  againstPricedSalus,
  againstSalus,
  bindDomain,
  DEADLINE,
  digest,
  entrySlot,
  ETHER,
  identity,
  issueData,
  NOBODY,
  type Node,
  passport,
  pause,
  person,
  refusal,
  SALUS_CHAIN_ID,
  until,
  WAITING_PERIOD,
} from './support';

const FIRST = digest('first');
const WATCHED = ['filters of the node', 'logs asked for block by block'].flatMap((how) => [
  `${how} 1`,
  `${how} 2`,
]);
const [hospital, patient, stranger] = [person(5), person(6), person(7)];

async function mined(sent: Promise<TransactionResponse>): Promise<TransactionReceipt> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error('no receipt');
  return receipt;
}

const named = (error: { name: string; args: Iterable<unknown> } | null): unknown[] =>
  error ? [error.name, ...error.args] : [];

function suite(node: () => Node, priced: boolean): void {
  let provider: JsonRpcProvider;
  let wallet: Wallet;
  let registry: Contract;
  let passports: Contract;
  const url = () => node().url;
  const viewer = () => node().viewer.client;
  const call = (contract: Contract, name: string, ...args: unknown[]) =>
    contract.getFunction(name)(...args) as Promise<TransactionResponse>;

  beforeAll(() => {
    // ethers remembers answers for 250 ms, longer than a block of this chain takes.
    const options = { pollingInterval: 50, cacheTimeout: -1 };
    provider = new JsonRpcProvider(url(), undefined, options);
    wallet = new Wallet(hospital.key, provider);
    return () => provider.destroy();
  });

  it('detects the network', async () => {
    const network = await provider.getNetwork();
    expect(network.chainId).toBe(BigInt(SALUS_CHAIN_ID));
    expect(await provider.getBalance(hospital.address)).toBe(10_000n * ETHER);
  });

  it('deploys contracts', async () => {
    const deploy = async (what: { abi: unknown; bytecode: string }, ...args: unknown[]) => {
      const factory = new ContractFactory(what.abi as [], what.bytecode, wallet);
      const contract = await factory.deploy(...args);
      await contract.waitForDeployment();
      return new Contract(await contract.getAddress(), what.abi as [], wallet);
    };
    registry = await deploy(accreditation, hospital.address);
    passports = await deploy(passport, await registry.getAddress());
    const code = await provider.getCode(passports);
    expect(passport.bytecode).toContain(code.slice(-200));
    expect(await call(registry, 'authority')).toBe(hospital.address);
  });

  it('estimates, sends, waits, and reads the logs of the receipt', async () => {
    const gas = await registry
      .getFunction('accredit')
      .estimateGas(hospital.address, 'Klinik', 'DE');
    const receipt = await mined(call(registry, 'accredit', hospital.address, 'Klinik', 'DE'));
    expect(receipt.status).toBe(1);
    // Where the base fee is zero, ethers takes the chain for one without EIP-1559.
    expect(receipt.type).toBe(priced ? 2 : 0);
    expect(receipt.gasUsed).toBeLessThanOrEqual(gas);
    expect(gas).toBeLessThan((receipt.gasUsed * 13n) / 10n);
    const [log] = receipt.logs;
    expect(log).toBeInstanceOf(EventLog);
    const { eventName, args } = log as EventLog;
    expect(eventName).toBe('HospitalAccredited');
    expect(args.toArray().slice(0, 3)).toEqual([hospital.address, 'Klinik', 'DE']);
    expect(await call(registry, 'isAccredited', hospital.address)).toBe(true);
    expect(await call(registry, 'isAccredited', stranger.address)).toBe(false);
  });

  it('sends transactions of each type', async () => {
    const to = NOBODY;
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n };
    const legacy = await mined(
      wallet.sendTransaction({ to, value: 1n, type: 0, gasPrice: 10n ** 10n }),
    );
    expect([legacy.type, legacy.gasUsed, legacy.gasPrice]).toEqual([0, 21_000n, 10n ** 10n]);

    const slot = entrySlot(hospital.address, FIRST);
    const accessList = [{ address: await passports.getAddress(), storageKeys: [slot] }];
    const listed = await mined(
      wallet.sendTransaction({ to, value: 1n, type: 1, gasPrice: 10n ** 10n, accessList }),
    );
    expect([listed.type, listed.gasUsed]).toEqual([1, 21_000n + 2_400n + 1_900n]);
    const sent = await provider.getTransaction(listed.hash);
    expect(sent?.accessList).toEqual(accessList);

    const dynamic = await mined(wallet.sendTransaction({ to, value: 1n, type: 2, ...fees }));
    const block = await provider.getBlock(dynamic.blockNumber);
    expect(dynamic.type).toBe(2);
    expect(dynamic.gasPrice).toBe((block?.baseFeePerGas ?? 0n) + fees.maxPriorityFeePerGas);

    const authorizer = new Wallet(stranger.key, provider);
    const authorization = await authorizer.authorize({
      address: await registry.getAddress(),
      nonce: 0,
      chainId: SALUS_CHAIN_ID,
    });
    const delegating = await mined(
      wallet.sendTransaction({ to, type: 4, authorizationList: [authorization], ...fees }),
    );
    expect([delegating.type, delegating.status]).toEqual([4, 1]);
    const designator = `0xef0100${(await registry.getAddress()).slice(2).toLowerCase()}`;
    expect(await provider.getCode(stranger.address)).toBe(designator);
    expect(await provider.getTransactionCount(stranger.address)).toBe(1);
    expect(await provider.getBalance(to)).toBe(3n);
  });

  it('reads storage, and the past by block tag', async () => {
    const before = await provider.getBlockNumber();
    const receipt = await mined(call(passports, 'issue', FIRST));
    const block = await provider.getBlock(receipt.blockNumber);
    const word = await provider.getStorage(passports, entrySlot(hospital.address, FIRST));
    expect(BigInt(word)).toBe(BigInt(block?.timestamp ?? 0));
    const status = passports.getFunction('status');
    const now = await status(hospital.address, FIRST);
    const then = await status(hospital.address, FIRST, { blockTag: before });
    expect([now[0], then[0]]).toEqual([BigInt(block?.timestamp ?? 0), 0n]);
    expect(await provider.getTransactionCount(hospital.address, before)).toBe(
      (await provider.getTransactionCount(hospital.address)) - 1,
    );
    // Another client sees the same.
    expect(await viewer().getTransactionReceipt({ hash: receipt.hash as `0x${string}` })).toEqual(
      expect.objectContaining({
        gasUsed: receipt.gasUsed,
        blockNumber: BigInt(block?.number ?? 0),
      }),
    );
  });

  it('decodes a refusal into the error of the contract', async () => {
    const [name, args] = ['VaccinePassportAlreadyIssued', [hospital.address, FIRST]];
    const issue = passports.getFunction('issue');
    const decoded = await refusal(issue.staticCall(FIRST));
    if (!isCallException(decoded)) throw decoded;
    expect(named(decoded.revert)).toEqual([name, ...args]);
    // Where ethers does not decode by itself, it hands out the data that the node gave.
    for (const attempt of [() => issue.estimateGas(FIRST), () => issue(FIRST)]) {
      const error = await refusal(attempt());
      if (!isCallException(error)) throw error;
      const parsed = passports.interface.parseError(error.data ?? '0x');
      expect(named(parsed)).toEqual([name, ...args]);
    }
    const failed = await passports.getFunction('issue')(FIRST, { gasLimit: 100_000n });
    const error = await refusal((failed as TransactionResponse).wait());
    if (!isCallException(error)) throw error;
    expect(error.receipt?.status).toBe(0);
    const [poor, rich] = [Wallet.createRandom(provider), { to: NOBODY, value: ETHER }];
    expect(isError(await refusal(poor.sendTransaction(rich)), 'INSUFFICIENT_FUNDS')).toBe(true);
    const used = { to: NOBODY, nonce: 0, gasLimit: 21_000n };
    expect(isError(await refusal(wallet.sendTransaction(used)), 'NONCE_EXPIRED')).toBe(true);
  });

  for (const [how, polling] of [
    ['filters of the node', false],
    ['logs asked for block by block', true],
  ] as const) {
    it(`watches a contract by ${how}`, async () => {
      const options = { pollingInterval: 50, cacheTimeout: -1, polling };
      const watcher = new JsonRpcProvider(url(), undefined, options);
      const contract = new Contract(await passports.getAddress(), passport.abi as never, watcher);
      const asked: string[] = [];
      await watcher.on('debug', (event: { action: string; payload?: unknown }) => {
        if (event.action === 'sendRpcPayload') asked.push(JSON.stringify(event.payload));
      });
      const first = polling ? 'eth_getLogs' : 'eth_newFilter';
      const seen: string[] = [];
      await contract.on('Issued', (issuer, commitment) => seen.push(`${issuer} ${commitment}`));
      if (!polling) await until(() => asked.join().includes(first), 'the filter');
      const address = await passports.getAddress();
      const filter = await provider.send('eth_newFilter', [{ address }]);
      await pause(200);
      const expected: string[] = [];
      for (const name of [`${how} 1`, `${how} 2`]) {
        await mined(call(passports, 'issue', digest(name)));
        expected.push(`${hospital.address} ${digest(name)}`);
      }
      const kept = (await provider.send('eth_getFilterChanges', [filter])) as {
        topics: string[];
      }[];
      expect(kept.map(({ topics }) => topics[2])).toEqual([1, 2].map((i) => digest(`${how} ${i}`)));
      // ethers starts to look for a next block when it has asked its filter: of a block in between
      // it hears with the one after.
      for (let blocks = 0; blocks < 50 && seen.length < 2; ++blocks) {
        await mined(wallet.sendTransaction({ to: NOBODY, value: 0n }));
        await pause(100);
      }
      expect(seen).toEqual(expected);
      expect(asked.join()).toContain(polling ? 'eth_getLogs' : 'eth_getFilterChanges');
      await contract.removeAllListeners();
      watcher.destroy();
    });
  }

  it('queries past events by topic', async () => {
    const issued = passports.filters.Issued;
    if (!issued) throw new Error('no such event');
    const all = await passports.queryFilter(issued(), 0, 'latest');
    expect(all.map((log) => (log as EventLog).args[1])).toEqual(['first', ...WATCHED].map(digest));
    const [one, ...others] = await passports.queryFilter(
      issued(null, [digest('logs asked for block by block 2')]),
    );
    expect((one as EventLog).args[1]).toBe(digest('logs asked for block by block 2'));
    expect(others).toEqual([]);
    expect(await passports.queryFilter(issued(stranger.address))).toEqual([]);
    const { blockHash } = one as EventLog;
    const address = await passports.getAddress();
    expect((await provider.getLogs({ blockHash, address })).length).toBe(1);
  });

  it('knows the fees', async () => {
    const fees = await provider.getFeeData();
    const [block, next] = [await provider.getBlock('latest'), await provider.getBlock('pending')];
    const baseFee = block?.baseFeePerGas ?? 0n;
    expect(baseFee > 0n).toBe(priced);
    expect(fees.gasPrice).toBe(next?.baseFeePerGas ?? 0n);
    expect(fees.maxFeePerGas).toBe(
      priced ? 2n * baseFee + (fees.maxPriorityFeePerGas ?? 0n) : null,
    );
  });

  it('fetches a block with its transactions', async () => {
    const receipt = await mined(wallet.sendTransaction({ to: NOBODY, value: 7n }));
    const block = await provider.getBlock(receipt.blockNumber, true);
    expect(block?.prefetchedTransactions.map(({ hash, value }) => [hash, value])).toEqual([
      [receipt.hash, 7n],
    ]);
    expect(block?.hash).toBe(receipt.blockHash);
    expect(await provider.getBlock(999_999_999)).toBeNull();
    const [byTag, pending] = [
      await provider.getBlock('finalized'),
      await provider.getBlock('pending'),
    ];
    expect(byTag?.number).toBeLessThanOrEqual(receipt.blockNumber);
    expect(pending?.number).toBe(receipt.blockNumber + 1);
  });

  it('travels in batches', async () => {
    const bodies: unknown[] = [];
    await provider.on('debug', (event: { action: string; payload?: unknown }) => {
      if (event.action === 'sendRpcPayload') bodies.push(event.payload);
    });
    const [number, balances] = await Promise.all([
      provider.getBlockNumber(),
      Promise.all([hospital, patient].map(({ address }) => provider.getBalance(address))),
    ]);
    await provider.removeAllListeners('debug');
    expect(bodies.some((body) => Array.isArray(body) && body.length >= 3)).toBe(true);
    expect(number).toBeGreaterThan(0);
    expect(balances[1]).toBe(10_000n * ETHER);
  });

  it('sends many at once through a NonceManager', async () => {
    const manager = new NonceManager(new Wallet(patient.key, provider));
    const sent: TransactionResponse[] = [];
    for (let i = 0; i < 10; ++i) {
      sent.push(await manager.sendTransaction({ to: NOBODY, value: 1n, gasLimit: 21_000n }));
    }
    const receipts = await Promise.all(sent.map((one) => one.wait()));
    expect(sent.map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(receipts.every((receipt) => receipt?.status === 1)).toBe(true);
    expect(await provider.getTransactionCount(patient.address)).toBe(10);
  });

  it('signs typed data that a contract accepts', async () => {
    const factory = new ContractFactory(identity.abi as never, identity.bytecode, wallet);
    const deployed = await factory.deploy(await registry.getAddress(), WAITING_PERIOD);
    const contract = new Contract(await deployed.getAddress(), identity.abi as never, wallet);
    await deployed.waitForDeployment();
    const [commitment, nullifier] = [digest('document'), digest('nullifier')];
    const bind = { patient: patient.address, registrar: hospital.address, commitment, nullifier };
    const message = { ...bind, nonce: 0n, deadline: DEADLINE };
    const domain = bindDomain(await contract.getAddress());
    const signature = await new Wallet(patient.key).signTypedData(domain, BIND_TYPES, message);
    expect(verifyTypedData(domain, BIND_TYPES, message, signature)).toBe(patient.address);
    const args = [patient.address, hospital.address, commitment, nullifier, 0n, DEADLINE];
    const receipt = await mined(call(contract, 'bind', ...args, signature, '0x'));
    expect((receipt.logs[0] as EventLog).eventName).toBe('Bound');
    expect(await call(contract, 'accountOf', nullifier)).toBe(patient.address);
  });

  it('asks what it has no function for', async () => {
    const list = await provider.send('eth_createAccessList', [
      { from: hospital.address, to: await passports.getAddress(), data: issueData(digest('new')) },
    ]);
    const { accessList, gasUsed } = list as {
      accessList: { address: string; storageKeys: string[] }[];
      gasUsed: string;
    };
    const touched = accessList.map(({ address }) => getAddress(address));
    expect(touched).toEqual(
      expect.arrayContaining([await passports.getAddress(), await registry.getAddress()]),
    );
    expect(accessList.flatMap(({ storageKeys }) => storageKeys)).toContain(
      entrySlot(hospital.address, digest('new')),
    );
    expect(BigInt(gasUsed)).toBeGreaterThan(40_000n);
    const error = await refusal(provider.send('salus_noSuchMethod', []));
    if (!isError(error, 'UNSUPPORTED_OPERATION')) throw error;
    expect(error.info).toEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: -32601 }) }),
    );
  });
}

againstSalus('ethers 6', (node) => suite(node, false));
againstPricedSalus('ethers 6', (node) => suite(node, true));
