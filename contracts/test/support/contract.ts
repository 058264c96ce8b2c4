// A deployed contract as the tests speak of it: send, read, and be refused by name.
import { expect } from 'vitest';
import {
  type Abi,
  type Account,
  type Address,
  BaseError,
  type Chain as ViemChain,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  decodeErrorResult,
  defineChain,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  parseEventLogs,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type WalletClient,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

export type Sent = { receipt: TransactionReceipt; time: bigint; events: EventSeen[] };
export type EventSeen = { name: string; args: unknown };
type View = 'pure' | 'view';
type Write = 'nonpayable' | 'payable';

const IDLER = mnemonicToAccount('test test test test test test test test test test test junk', {
  addressIndex: 9,
});
const POLLING_MS = 10;
const RECEIPT_TIMEOUT_MS = 30_000;

/** One node and the clients that talk to it. */
export class Chain {
  readonly reader: PublicClient;
  readonly #writer: WalletClient;
  readonly #chain: ViemChain;

  private constructor(chain: ViemChain, url: string) {
    const options = { chain, transport: http(url), pollingInterval: POLLING_MS, cacheTime: 0 };
    this.#chain = chain;
    this.reader = createPublicClient(options) as PublicClient;
    this.#writer = createWalletClient(options);
  }

  static async connect(url: string): Promise<Chain> {
    const id = await createPublicClient({ transport: http(url) }).getChainId();
    const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
    const rpcUrls = { default: { http: [url] } };
    return new Chain(defineChain({ id, name: `chain ${id}`, nativeCurrency, rpcUrls }), url);
  }

  get id(): number {
    return this.#chain.id;
  }

  async transact(from: Account, to: Address | undefined, data: Hex, gas?: bigint) {
    const request = { account: from, chain: this.#chain, data, ...(to && { to }) };
    const hash = await this.#writer.sendTransaction({ ...request, ...(gas && { gas }) });
    return this.#receipt(hash);
  }

  // viem's own wait looks again only when a new block comes; a node may show a block's number
  // before its receipts, and then there is no next block to wake it.
  async #receipt(hash: Hex): Promise<TransactionReceipt> {
    const deadline = Date.now() + RECEIPT_TIMEOUT_MS;
    for (;;) {
      const receipt = await this.reader
        .getTransactionReceipt({ hash })
        .catch((error: unknown) => error);
      if (!(receipt instanceof Error)) return receipt as TransactionReceipt;
      if (!(receipt instanceof TransactionReceiptNotFoundError) || Date.now() > deadline) {
        throw receipt;
      }
      await new Promise((resolve) => setTimeout(resolve, POLLING_MS));
    }
  }

  async timeOf(receipt: TransactionReceipt): Promise<bigint> {
    return (await this.reader.getBlock({ blockNumber: receipt.blockNumber })).timestamp;
  }

  /**
   * Waits until the next block has a later time than `time`. Some nodes make several blocks in a
   * second; others never do, and under load their time runs ahead of the clock: there, each
   * transaction moves it on by a second.
   */
  async after(time: bigint): Promise<void> {
    for (;;) {
      const clock = BigInt(Math.floor(Date.now() / 1000));
      if (clock > time) return;
      const latest = (await this.reader.getBlock()).timestamp;
      const isAhead = latest > clock;
      if (isAhead && latest >= time) return;
      if (isAhead) await this.transact(IDLER, IDLER.address, '0x');
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The same, and there is such a block: simulations run as of the latest one. */
  async past(time: bigint): Promise<void> {
    await this.after(time);
    await this.transact(IDLER, IDLER.address, '0x');
  }

  /** Deploys creation code and returns where it is. */
  async deployCode(from: Account, data: Hex): Promise<Sent & { address: Address }> {
    const receipt = await this.transact(from, undefined, data);
    expect(receipt.status).toBe('success');
    if (!receipt.contractAddress) throw new Error('the receipt names no contract');
    const time = await this.timeOf(receipt);
    return { receipt, time, events: [], address: getAddress(receipt.contractAddress) };
  }

  /** Expects that creation is refused with this error, as decoded with `abi`. */
  async refusesDeployment(
    abi: Abi,
    from: Account,
    data: Hex,
    name: string,
    args: readonly unknown[],
  ) {
    const failure = await this.reader
      .call({ account: from, data })
      .then(() => undefined)
      .catch((error: unknown) => error);
    if (!(failure instanceof BaseError)) throw new Error(`${name} was expected`);
    const withData = failure.walk(
      (cause) => typeof cause === 'object' && cause !== null && 'data' in cause,
    ) as { data?: unknown } | null;
    const data0x = withData?.data as Hex | { data: Hex } | undefined;
    const raw = typeof data0x === 'object' ? data0x.data : data0x;
    if (!raw) throw new Error(`no revert data: ${failure.message}`);
    const decoded = decodeErrorResult({ abi, data: raw });
    expect({ name: decoded.errorName, args: decoded.args ?? [] }).toEqual({ name, args });
  }
}

export class Contract<const abi extends Abi> {
  constructor(
    readonly chain: Chain,
    readonly abi: abi,
    readonly address: Address,
    readonly deployment: Sent,
  ) {}

  static async deploy<const abi extends Abi>(
    chain: Chain,
    from: Account,
    abi: abi,
    bytecode: Hex,
    args: readonly unknown[],
  ): Promise<Contract<abi>> {
    const data = encodeDeployData({ abi, bytecode, args } as never);
    const sent = await chain.deployCode(from, data);
    const events = eventsIn(abi, sent.receipt);
    return new Contract(chain, abi, sent.address, { ...sent, events });
  }

  read<name extends ContractFunctionName<abi, View>>(
    functionName: name,
    args: ContractFunctionArgs<abi, View, name>,
  ): Promise<ContractFunctionReturnType<abi, View, name>> {
    const { abi, address } = this;
    return this.chain.reader.readContract({ abi, address, functionName, args } as never) as never;
  }

  /** Simulates, sends and waits: the transaction must succeed. */
  async send<name extends ContractFunctionName<abi, Write>>(
    from: Account,
    functionName: name,
    args: ContractFunctionArgs<abi, Write, name>,
  ): Promise<Sent> {
    const { abi, address, chain } = this;
    const call = { abi, address, account: from, functionName, args };
    await chain.reader.simulateContract(call as never);
    const data = encodeFunctionData({ abi, functionName, args } as never);
    const receipt = await chain.transact(from, address, data);
    expect(receipt.status).toBe('success');
    return { receipt, time: await chain.timeOf(receipt), events: eventsIn(abi, receipt) };
  }

  /** Expects that the call is refused with this custom error, and that it changes nothing. */
  async refuses<name extends ContractFunctionName<abi>>(
    from: Account,
    functionName: name,
    args: ContractFunctionArgs<abi, View | Write, name>,
    errorName: string,
    errorArgs: readonly unknown[] = [],
  ): Promise<void> {
    const { abi, address } = this;
    const call = { abi, address, account: from, functionName, args };
    const failure = await this.chain.reader
      .simulateContract(call as never)
      .then(() => undefined)
      .catch((error: unknown) => error);
    if (!(failure instanceof BaseError)) throw new Error(`${errorName} was expected`);
    const reverted = failure.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (!(reverted instanceof ContractFunctionRevertedError)) throw failure;
    const seen = { name: reverted.data?.errorName, args: reverted.data?.args ?? [] };
    expect(seen).toEqual({ name: errorName, args: errorArgs });
  }
}

function eventsIn(abi: Abi, receipt: TransactionReceipt): EventSeen[] {
  const logs = parseEventLogs({ abi, logs: receipt.logs });
  expect(logs.length, 'every log is an event of the contract').toBe(receipt.logs.length);
  return logs.map((log) => ({ name: log.eventName ?? '', args: log.args }));
}
