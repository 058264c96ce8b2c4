// Stands where the MetaMask extension would: it holds the key and signs, asks the node whatever
// MetaMask asks before and after a transaction, and passes on everything that is not its own.
import {
  type Address,
  concat,
  encodePacked,
  getAddress,
  type Hex,
  hexToBigInt,
  hexToNumber,
  isAddress,
  keccak256,
  type PrivateKeyAccount,
  recoverMessageAddress,
  type TransactionSerializable,
  type TypedDataDefinition,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

export type Request = { method: string; params?: unknown };
export type Answer = { result: unknown } | { error: { code: number; message: string } };

// What the browser says of a page of the extension: a node must not take it for a web page.
const ORIGIN = 'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn';
const POLLING_MS = 200;

class RpcFailure extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

type Wish = {
  to?: Address;
  value?: Hex;
  data?: Hex;
  gas?: Hex;
  gasLimit?: Hex;
  gasPrice?: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
};
type Head = { number: Hex; hash: Hex; baseFeePerGas?: Hex };
type LegacyField = { type: string; name: string; value: unknown };

/**
 * Typed data as MetaMask reads it: addresses with a checksum, a wrong one or none (a signature
 * covers the bytes), and a domain whose type is not given has no fields.
 */
function readTypedData(text: string): TypedDataDefinition {
  const lower = (_key: string, value: unknown): unknown =>
    typeof value === 'string' && isAddress(value, { strict: false }) ? value.toLowerCase() : value;
  const data = JSON.parse(text, lower) as { types: object };
  return { ...data, types: { EIP712Domain: [], ...data.types } } as unknown as TypedDataDefinition;
}

export class Wallet {
  /** Hashes of what it has sent, in order. */
  readonly sent: Hex[] = [];
  /** How often each method was asked of the node. */
  readonly asked = new Map<string, number>();
  readonly #account: PrivateKeyAccount;
  readonly #watched = new Set<Hex>();
  #connected = false;
  #id = 0;
  #head: Head | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();

  constructor(
    readonly url: string,
    key: Hex,
    readonly emit: (event: string, value: unknown) => Promise<void>,
  ) {
    this.#account = privateKeyToAccount(key);
  }

  /** As MetaMask writes it. */
  get address(): Address {
    return this.#account.address.toLowerCase() as Address;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#polling = this.#polling.then(() => this.#poll());
    }, POLLING_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#polling;
  }

  /** What a page gets for `window.ethereum.request`. */
  async answer(request: Request): Promise<Answer> {
    try {
      return { result: await this.#handle(request) };
    } catch (error) {
      if (error instanceof RpcFailure) {
        const { code, message, data } = error;
        return { error: { code, message, ...(data !== undefined && { data }) } };
      }
      return { error: { code: -32603, message: String(error) } };
    }
  }

  async #handle({ method, params }: Request): Promise<unknown> {
    const given = (params ?? []) as unknown[];
    switch (method) {
      case 'eth_requestAccounts':
      case 'wallet_requestPermissions':
        await this.#connect(true);
        return method === 'eth_requestAccounts' ? [this.address] : this.#permissions();
      case 'eth_accounts':
        return this.#connected ? [this.address] : [];
      case 'wallet_getPermissions':
        return this.#permissions();
      case 'wallet_revokePermissions':
        await this.#connect(false);
        return null;
      case 'eth_sendTransaction':
        return this.#send(given[0] as Wish);
      default:
        return this.#sign(method, given) ?? this.#node(method, given);
    }
  }

  async #connect(connected: boolean): Promise<void> {
    if (connected === this.#connected) return;
    this.#connected = connected;
    await this.emit('accountsChanged', connected ? [this.address] : []);
  }

  #permissions(): { parentCapability: string }[] {
    return this.#connected ? [{ parentCapability: 'eth_accounts' }] : [];
  }

  /** Undefined for what has nothing to do with the key. */
  #sign(method: string, params: unknown[]): Promise<unknown> | undefined {
    switch (method) {
      case 'personal_sign':
        return this.#account.signMessage({ message: { raw: params[0] as Hex } });
      case 'personal_ecRecover':
        return recoverMessageAddress({
          message: { raw: params[0] as Hex },
          signature: params[1] as Hex,
        }).then((address) => address.toLowerCase());
      case 'eth_signTypedData':
        return this.#signLegacy(params[0] as LegacyField[]);
      case 'eth_signTypedData_v3':
      case 'eth_signTypedData_v4':
        return this.#account.signTypedData(readTypedData(params[1] as string));
      default:
        return undefined;
    }
  }

  /** Typed data before EIP-712: a digest over the names and types, one over the values. */
  #signLegacy(fields: LegacyField[]): Promise<Hex> {
    const schema = fields.map(({ type, name }) => `${type} ${name}`);
    const strings = schema.map(() => 'string');
    const types = fields.map(({ type }) => type);
    const values = fields.map(({ value }) => value);
    const digests = [encodePacked(strings, schema), encodePacked(types, values)].map((bytes) =>
      keccak256(bytes),
    );
    return this.#account.sign({ hash: keccak256(concat(digests)) });
  }

  async #send(wish: Wish): Promise<Hex> {
    const call = {
      from: this.address,
      ...(wish.to && { to: wish.to }),
      ...(wish.value && { value: wish.value }),
      ...(wish.data && { data: wish.data }),
    };
    // To whom, with what, at which price: what the confirmation shows.
    const [, balance] = await Promise.all([
      wish.to ? this.#node('eth_getCode', [wish.to, 'latest']) : undefined,
      this.#node('eth_getBalance', [this.address, 'latest']),
    ]);
    if (hexToBigInt(balance as Hex) === 0n) throw new RpcFailure(-32000, 'no funds');
    const head = (await this.#node('eth_getBlockByNumber', ['latest', false])) as Head;
    const fees = await this.#fees(wish, head);
    const gas = wish.gas ?? wish.gasLimit ?? ((await this.#node('eth_estimateGas', [call])) as Hex);
    const nonce = await this.#node('eth_getTransactionCount', [this.address, 'pending']);
    const raw = await this.#account.signTransaction({
      ...{ chainId: hexToNumber((await this.#node('eth_chainId', [])) as Hex) },
      ...{ nonce: hexToNumber(nonce as Hex), gas: hexToBigInt(gas), ...fees },
      ...{ value: hexToBigInt(wish.value ?? '0x0'), data: wish.data ?? '0x' },
      ...(wish.to && { to: getAddress(wish.to) }),
    } as TransactionSerializable);
    const hash = (await this.#node('eth_sendRawTransaction', [raw])) as Hex;
    this.sent.push(hash);
    this.#watched.add(hash);
    return hash;
  }

  async #fees(wish: Wish, head: Head): Promise<object> {
    const gasPrice = (await this.#node('eth_gasPrice', [])) as Hex;
    const legacy = wish.gasPrice ?? (head.baseFeePerGas ? undefined : gasPrice);
    if (legacy) return { type: 'legacy', gasPrice: hexToBigInt(legacy) };
    const history = (await this.#node('eth_feeHistory', ['0x5', 'latest', [10, 20, 30]])) as {
      baseFeePerGas: Hex[];
      reward: Hex[][];
    };
    const tip = hexToBigInt(wish.maxPriorityFeePerGas ?? history.reward.at(-1)?.[1] ?? '0x0');
    const base = hexToBigInt(history.baseFeePerGas.at(-1) ?? '0x0');
    const cap = wish.maxFeePerGas ? hexToBigInt(wish.maxFeePerGas) : 2n * base + tip;
    return { type: 'eip1559', maxFeePerGas: cap, maxPriorityFeePerGas: tip };
  }

  async #poll(): Promise<void> {
    const number = (await this.#node('eth_blockNumber', [])) as Hex;
    if (number !== this.#head?.number) {
      const block = await this.#node('eth_getBlockByNumber', [number, false]);
      this.#head = block as Head;
    }
    for (const hash of this.#watched) {
      const receipt = await this.#node('eth_getTransactionReceipt', [hash]);
      if (!receipt) continue;
      const { blockHash } = receipt as { blockHash: Hex };
      await this.#node('eth_getBlockByHash', [blockHash, false]);
      await this.#node('eth_getTransactionByHash', [hash]);
      this.#watched.delete(hash);
    }
  }

  async #node(method: string, params: unknown): Promise<unknown> {
    this.asked.set(method, (this.asked.get(method) ?? 0) + 1);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }),
    });
    const answer = (await response.json()) as {
      result?: unknown;
      error?: { code: number; message: string; data?: unknown };
    };
    const { error } = answer;
    if (error) throw new RpcFailure(error.code, error.message, error.data);
    return answer.result;
  }
}
