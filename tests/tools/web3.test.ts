// web3.js 4: accounts, contracts, past and live events, fees, and what it says of a refusal.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeErrorResult } from 'viem';
import { Contract, type ContractAbi, Web3 } from 'web3';

import {
  accreditation,
  againstSalus,
  digest,
  entrySlot,
  ETHER,
  NOBODY,
  passport,
  person,
  refusal,
  SALUS_CHAIN_ID,
  until,
} from './support';

const [hospital, stranger] = [person(5), person(6)];
const FIRST = digest('first');
type AnyContract = Contract<ContractAbi>;
type Event = { event: string; returnValues: Record<string, unknown> };

/** web3 wraps what the node says; this is the first thing inside with a property of this name. */
function inside(error: unknown, name: string): unknown {
  for (let one = error as Record<string, unknown> | undefined; one;) {
    if (one[name] !== undefined) return one[name];
    one = (one.cause ?? one.innerError) as typeof one;
  }
  return undefined;
}

againstSalus('web3.js 4', (node) => {
  let web3: Web3;
  let socket: Web3;
  let registry: AnyContract;
  let passports: AnyContract;
  const from = hospital.address;
  const method = (contract: AnyContract, name: string, ...args: unknown[]) => {
    const make = (contract.methods as Record<string, (...args: unknown[]) => unknown>)[name];
    if (!make) throw new Error(`no method ${name}`);
    return make(...args) as {
      call(options?: object): Promise<unknown>;
      send(options: object): Promise<{ events?: Record<string, Event>; gasUsed: bigint }>;
      estimateGas(options: object): Promise<bigint>;
    };
  };

  beforeAll(() => {
    web3 = new Web3(node().url);
    socket = new Web3(node().socketUrl);
    for (const one of [web3, socket]) {
      one.eth.accounts.wallet.add(hospital.key);
      one.eth.accounts.wallet.add(stranger.key);
      one.eth.transactionPollingInterval = 50;
    }
  });

  afterAll(() => socket.provider?.disconnect());

  it('knows the network', async () => {
    expect(await web3.eth.getChainId()).toBe(BigInt(SALUS_CHAIN_ID));
    expect(await web3.eth.net.getId()).toBe(BigInt(SALUS_CHAIN_ID));
    expect(await web3.eth.net.isListening()).toBe(true);
    expect(await web3.eth.isSyncing()).toBe(false);
    expect(await web3.eth.getNodeInfo()).toMatch(/^[Ss]alus\//);
    expect(await web3.eth.getBalance(stranger.address)).toBe(10_000n * ETHER);
  });

  it('deploys, sends and calls', async () => {
    const deploy = async (what: { abi: unknown; bytecode: string }, argument: string) => {
      const contract = new Contract(what.abi as ContractAbi, web3);
      const deployed = await contract
        .deploy({ data: what.bytecode, arguments: [argument] as never })
        .send({ from });
      return deployed as unknown as AnyContract;
    };
    registry = await deploy(accreditation, from);
    passports = await deploy(passport, registry.options.address ?? '');
    const accredit = method(registry, 'accredit', from, 'Klinik', 'DE');
    const estimate = await accredit.estimateGas({ from });
    const receipt = await accredit.send({ from });
    expect(receipt.gasUsed).toBeLessThanOrEqual(estimate);
    expect(receipt.events?.HospitalAccredited?.returnValues).toMatchObject({
      hospital: from,
      name: 'Klinik',
      country: 'DE',
    });
    expect(await method(registry, 'isAccredited', from).call()).toBe(true);
    const seen = await node().viewer.client.getCode({
      address: passports.options.address as `0x${string}`,
    });
    expect(await web3.eth.getCode(passports.options.address ?? '')).toBe(seen);
  });

  it('sends the types of transactions it knows', async () => {
    const accessList = [
      { address: passports.options.address ?? '', storageKeys: [entrySlot(from, FIRST)] },
    ];
    const sent = { from, to: NOBODY, value: 1n, gas: 40_000n };
    const legacy = await web3.eth.sendTransaction({ ...sent, type: 0, gasPrice: 10n ** 9n });
    const listed = await web3.eth.sendTransaction({
      ...sent,
      ...{ type: 1, gasPrice: 10n ** 9n, accessList },
    });
    const dynamic = await web3.eth.sendTransaction({
      ...sent,
      ...{ type: 2, maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 7n },
    });
    expect([legacy.type, listed.type, dynamic.type]).toEqual([0n, 1n, 2n]);
    expect(listed.gasUsed).toBe(21_000n + 2_400n + 1_900n);
    expect(dynamic.effectiveGasPrice).toBe(7n);
    expect(await web3.eth.getBalance(NOBODY)).toBe(3n);
  });

  it('follows a transaction by its events', async () => {
    const told: string[] = [];
    const sending = web3.eth.sendTransaction({ from, to: NOBODY, value: 5n, gas: 21_000n });
    sending.on('transactionHash', (hash) => void told.push(`hash ${String(hash)}`));
    sending.on('receipt', ({ status }) => void told.push(`receipt ${status}`));
    const { transactionHash } = await sending;
    await until(() => told.length === 2, 'both events');
    expect(told).toEqual([`hash ${String(transactionHash)}`, 'receipt 1']);
    const transaction = await web3.eth.getTransaction(String(transactionHash));
    expect(transaction).toMatchObject({ from: from.toLowerCase(), value: 5n });
  });

  it('reads storage and the past', async () => {
    const before = await web3.eth.getBlockNumber();
    await method(passports, 'issue', FIRST).send({ from });
    const { timestamp } = await web3.eth.getBlock('latest');
    const address = passports.options.address ?? '';
    const word = await web3.eth.getStorageAt(address, BigInt(entrySlot(from, FIRST)));
    expect(BigInt(word)).toBe(timestamp);
    const status = { to: address, data: method(passports, 'status', from, FIRST) };
    const data = (status.data as unknown as { encodeABI(): string }).encodeABI();
    expect(BigInt((await web3.eth.call({ to: address, data })).slice(0, 66))).toBe(timestamp);
    expect(BigInt(await web3.eth.call({ to: address, data }, before))).toBe(0n);
    const proof = await web3.eth.getProof(address as never, [entrySlot(from, FIRST) as never]);
    expect(proof.storageProof[0]?.value).toBe(timestamp);
  });

  it('finds past events', async () => {
    await method(passports, 'issueMany', [digest('second'), digest('third')]).send({ from });
    const find = async (filter: object) =>
      (await passports.getPastEvents('Issued' as never, { filter, fromBlock: 0 } as never)).map(
        (log) => (log as unknown as Event).returnValues.commitment,
      );
    expect(await find({})).toEqual(['first', 'second', 'third'].map(digest));
    expect(await find({ commitment: digest('third') })).toEqual([digest('third')]);
    expect(await find({ issuer: stranger.address })).toEqual([]);
  });

  it('subscribes to events, heads and pending transactions', async () => {
    const watched = new Contract(
      passport.abi as unknown as ContractAbi,
      passports.options.address ?? '',
      socket,
    );
    const [issued, heads, pending]: [unknown[], bigint[], string[]] = [[], [], []];
    const events = (
      watched.events as Record<string, () => { on: AnyContract['on'] } & object>
    ).Issued?.();
    if (!events) throw new Error('no such event');
    events.on(
      'data' as never,
      (log: unknown) => void issued.push((log as Event).returnValues.commitment),
    );
    const onHeads = await socket.eth.subscribe('newBlockHeaders');
    onHeads.on('data', ({ number }) => void heads.push(BigInt(number ?? -1)));
    const onPending = await socket.eth.subscribe('pendingTransactions');
    onPending.on('data', (hash) => void pending.push(hash));
    await method(watched as AnyContract, 'issue', digest('fourth')).send({ from });
    await until(() => issued.length + heads.length + pending.length >= 3, 'the notifications');
    expect(issued).toEqual([digest('fourth')]);
    expect(heads).toContain(await socket.eth.getBlockNumber());
    const block = await socket.eth.getBlock('latest');
    expect(pending).toEqual(block.transactions);
    await socket.eth.clearSubscriptions();
  });

  it('decodes a refusal into the error of the contract', async () => {
    const refused = await refusal(method(passports, 'issue', FIRST).call({ from }));
    expect(inside(refused, 'errorName')).toBe('VaccinePassportAlreadyIssued');
    expect(inside(refused, 'errorArgs')).toMatchObject({ issuer: from, commitment: FIRST });
    // An estimate web3 does not decode, but it hands out what the node gave.
    const estimated = await refusal(method(passports, 'issue', FIRST).estimateGas({ from }));
    const data = inside(estimated, 'data') as `0x${string}`;
    expect(decodeErrorResult({ abi: passport.abi, data })).toMatchObject({
      errorName: 'VaccinePassportAlreadyIssued',
      args: [from, FIRST],
    });
    const sent = await refusal(method(passports, 'issue', FIRST).send({ from, gas: '100000' }));
    expect((sent as { receipt: { status: bigint } }).receipt.status).toBe(0n);
    const poor = web3.eth.accounts.create();
    const overdrawn = await web3.eth.accounts.signTransaction(
      { to: NOBODY, value: 1n, gas: 21_000n, gasPrice: 0n, nonce: 0n, chainId: SALUS_CHAIN_ID },
      poor.privateKey,
    );
    const unpaid = await refusal(
      Promise.resolve(web3.eth.sendSignedTransaction(overdrawn.rawTransaction)),
    );
    expect(inside(unpaid, 'reason')).toMatch(/insufficient funds/);
    // A mistake that web3 finds by itself, before the node is asked.
    expect(() => method(passports, 'issue', '0x12')).toThrow(/must pass "bytes32" validation/);
  });

  it('knows fees, nonces and blocks', async () => {
    const history = await web3.eth.getFeeHistory(4, 'latest', [10, 90]);
    expect(history.baseFeePerGas).toHaveLength(5);
    expect(history.reward).toHaveLength(4);
    expect(await web3.eth.getGasPrice()).toBe(0n);
    const nonce = await web3.eth.getTransactionCount(from);
    const { number, transactions } = await web3.eth.getBlock('latest', true);
    expect(await web3.eth.getBlockTransactionCount(number)).toBe(BigInt(transactions.length));
    const [last] = transactions as { hash: string; nonce: bigint }[];
    expect(last?.nonce).toBe(nonce - 1n);
    const receipt = await web3.eth.getTransactionReceipt(last?.hash ?? '');
    expect(receipt.blockNumber).toBe(number);
    expect(await web3.eth.getTransactionFromBlock(number, 0)).toMatchObject({ hash: last?.hash });
  });

  it('travels in batches', async () => {
    const batch = new web3.BatchRequest();
    const request = (id: number, method: string, params: unknown[]) =>
      batch.add({ jsonrpc: '2.0', id, method, params } as never) as Promise<string>;
    const answers = [
      request(1, 'eth_blockNumber', []),
      request(2, 'eth_getBalance', [stranger.address, 'latest']),
    ];
    await batch.execute({ timeout: 10_000 });
    const [number, balance] = await Promise.all(answers);
    expect(BigInt(number ?? 0)).toBe(await web3.eth.getBlockNumber());
    expect(BigInt(balance ?? 0)).toBe(10_000n * ETHER);
  });

  it('asks for pending transactions', async () => {
    expect(await web3.eth.getPendingTransactions()).toEqual([]);
  });
});
