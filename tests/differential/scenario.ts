// Whole cases in the format of the official state tests: a block, a state, a transaction.
import { createContractAddressAt, signAuthorization, addressOf } from './keys';
import { type Fork, FORKS, has } from './opcodes';
import { initCode, Program, type Surroundings } from './program';
import type { Random } from './random';

export interface Account {
  balance: string;
  nonce: string;
  code: string;
  storage: Record<string, string>;
}

export interface AccessEntry {
  address: string;
  storageKeys: string[];
}

export interface Authorization {
  chainId: string;
  address: string;
  nonce: string;
  v: string;
  r: string;
  s: string;
  signer?: string;
}

export interface TransactionFields {
  nonce: string;
  gasLimit: string[];
  value: string[];
  data: string[];
  to: string;
  sender: string;
  secretKey: string;
  gasPrice?: string;
  maxFeePerGas?: string;
  maxPriorityFeePerGas?: string;
  maxFeePerBlobGas?: string;
  blobVersionedHashes?: string[];
  accessLists?: AccessEntry[][];
  authorizationList?: Authorization[];
}

export interface Post {
  hash: string;
  logs: string;
  indexes: { data: number; gas: number; value: number };
  txbytes?: string;
  expectException?: string;
}

export interface StateTest {
  env: Record<string, string>;
  pre: Record<string, Account>;
  transaction: TransactionFields;
  post: Partial<Record<Fork, Post[]>>;
  config: { chainid: string };
}

export const hex = (value: bigint | number) => `0x${BigInt(value).toString(16)}`;
export const hexBytes = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
const hexAddress = (value: bigint) => `0x${value.toString(16).padStart(40, '0')}`;

const KEYS = [1, 2, 3, 4].map((i) => `0x${i.toString(16).padStart(2, '0').repeat(32)}`);
const PEOPLE = KEYS.map((key) => BigInt(addressOf(key)));
const CONTRACTS = [0x1000n, 0x2000n, 0x3000n, 0x4000n, 0x5000n].map((low) => (0xc0n << 152n) | low);
const COINBASE = 0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ban;
const NOBODY = 0xdeadn << 144n;

function surroundings(fork: Fork): Surroundings {
  const addresses = [...CONTRACTS, ...CONTRACTS, ...PEOPLE, COINBASE, NOBODY];
  return { fork, addresses };
}

function storage(random: Random): Record<string, string> {
  const out: Record<string, string> = {};
  for (let key = 0; key < 6; ++key) {
    if (random.oneIn(2)) out[hex(key)] = hex(random.oneIn(3) ? random.word() || 1n : 1);
  }
  return out;
}

function delegation(target: bigint): string {
  return `0xef0100${hexAddress(target).slice(2)}`;
}

function state(random: Random, world: Surroundings): Record<string, Account> {
  const pre: Record<string, Account> = {};
  const put = (address: bigint, account: Partial<Account>) => {
    pre[hexAddress(address)] = {
      balance: '0x0',
      nonce: '0x0',
      code: '0x',
      storage: {},
      ...account,
    };
  };
  for (const [i, address] of PEOPLE.entries()) {
    if (i > 0 && random.oneIn(3)) continue;
    const rich = i === 0 && !random.oneIn(40);
    const delegated = has(world.fork, 'Prague') && random.oneIn(3);
    put(address, {
      balance: hex(rich ? 10n ** 21n : BigInt(random.between(1, 1_000_000))),
      nonce: hex(random.below(3)),
      ...(delegated && {
        code: delegation(random.pick(world.addresses)),
        storage: storage(random),
      }),
    });
  }
  for (const address of CONTRACTS) {
    const code = new Program(random, world).finish(random.between(5, 70));
    put(address, {
      balance: hex(random.below(1000)),
      nonce: hex(1),
      code: hexBytes(code),
      storage: storage(random),
    });
  }
  if (random.oneIn(4)) put(COINBASE, { balance: '0x1' });
  if (random.oneIn(6)) put(BigInt(random.between(1, 12)), { balance: '0x1' });
  if (random.oneIn(4)) collide(random, put);
  return pre;
}

/** An account where a contract will want to be. */
function collide(random: Random, put: (address: bigint, account: Partial<Account>) => void): void {
  const address = createContractAddressAt(random.pick(CONTRACTS), 1n);
  put(
    address,
    random.pick([
      { balance: '0x5' },
      { nonce: '0x1' },
      { balance: '0x1', code: '0x6001600055' },
      { balance: '0x1', storage: { '0x1': '0x1' } },
    ]),
  );
}

function environment(random: Random, fork: Fork): Record<string, string> {
  const env: Record<string, string> = {
    currentCoinbase: hexAddress(random.oneIn(10) ? random.pick(CONTRACTS) : COINBASE),
    currentGasLimit: hex(60_000_000),
    currentNumber: hex(random.between(1, 1000)),
    currentTimestamp: hex(random.between(1, 2 ** 31)),
  };
  if (has(fork, 'London')) env.currentBaseFee = hex(random.between(7, 1000));
  if (has(fork, 'Paris'))
    env.currentRandom = `0x${random.bits(256).toString(16).padStart(64, '0')}`;
  else env.currentDifficulty = hex(random.between(0x20000, 0x7fffffff));
  if (has(fork, 'Cancun')) {
    env.currentExcessBlobGas = hex(random.oneIn(3) ? 0 : 131_072 * random.below(300));
  }
  return env;
}

function accessList(random: Random, world: Surroundings): AccessEntry[] {
  return Array.from({ length: random.below(4) }, () => ({
    address: hexAddress(random.pick(world.addresses)),
    storageKeys: Array.from(
      { length: random.below(4) },
      () => `0x${random.below(7).toString(16).padStart(64, '0')}`,
    ),
  }));
}

function authorizations(
  random: Random,
  world: Surroundings,
  pre: Record<string, Account>,
): Authorization[] {
  return Array.from({ length: random.between(1, 4) }, () => {
    const key = random.pick(KEYS);
    const nonce = Number(pre[addressOf(key)]?.nonce ?? 0) + (key === KEYS[0] ? 1 : 0);
    const out = signAuthorization(
      {
        chainId: BigInt(random.oneIn(6) ? random.below(4) : random.below(2)),
        address: random.oneIn(6) ? 0n : random.pick(world.addresses),
        nonce: BigInt(random.oneIn(6) ? random.below(4) : nonce),
      },
      key,
    );
    if (random.oneIn(10)) out.s = hex(random.bits(256));
    if (random.oneIn(20)) out.v = hex(random.below(256));
    return out;
  });
}

function payload(random: Random, world: Surroundings, create: boolean): Uint8Array {
  if (create) return initCode(random, world);
  return random.bytes(random.oneIn(3) ? 0 : random.below(200));
}

function blobs(random: Random): string[] {
  const count = random.between(random.oneIn(40) ? 0 : 1, random.oneIn(40) ? 10 : 6);
  const hash = () => `0x01${Buffer.from(random.bytes(31)).toString('hex')}`;
  return Array.from({ length: count }, hash);
}

function typeOf(random: Random, fork: Fork, create: boolean): number {
  return random.weighted([
    [3, 0],
    [2, 1],
    [has(fork, 'London') ? 4 : 0, 2],
    [has(fork, 'Cancun') && !create ? 2 : 0, 3],
    [has(fork, 'Prague') && !create ? 5 : 0, 4],
  ] as const);
}

/** Adds the fields of its type; legacy has none. */
function dress(
  random: Random,
  world: Surroundings,
  tx: TransactionFields,
  pre: Record<string, Account>,
  baseFee: number,
): void {
  const type = typeOf(random, world.fork, tx.to === '');
  if (type !== 0) tx.accessLists = [accessList(random, world)];
  if (type < 2) {
    tx.gasPrice = hex(baseFee + random.between(random.oneIn(50) ? -3 : 0, 50));
    return;
  }
  tx.maxPriorityFeePerGas = hex(random.below(30));
  tx.maxFeePerGas = hex(baseFee + random.between(random.oneIn(50) ? -3 : 30, 60));
  if (type === 3) {
    tx.maxFeePerBlobGas = hex(10 ** 8);
    tx.blobVersionedHashes = blobs(random);
  }
  if (type === 4) tx.authorizationList = authorizations(random, world, pre);
}

function transaction(
  random: Random,
  world: Surroundings,
  pre: Record<string, Account>,
  env: Record<string, string>,
): TransactionFields {
  const create = random.oneIn(6);
  const sender = addressOf(KEYS[0] ?? '');
  const gas = random.weighted([
    [10, random.between(100_000, 400_000)],
    [4, random.between(300_000, 1_200_000)],
    [3, random.between(30_000, 300_000)],
    [2, random.between(1_500_000, 4_000_000)],
    [1, random.between(20_000, 60_000)],
    [1, random.oneIn(8) ? 2 ** 24 + random.below(3) : 4_000_000],
  ] as const);
  const nonce = Number(pre[sender]?.nonce ?? 0) + (random.oneIn(60) ? random.between(-1, 1) : 0);
  const tx: TransactionFields = {
    nonce: hex(Math.max(nonce, 0)),
    gasLimit: [hex(gas)],
    value: [hex(random.oneIn(3) ? random.below(10_000) : 0)],
    data: [hexBytes(payload(random, world, create))],
    to: create ? '' : hexAddress(random.pick(random.oneIn(8) ? world.addresses : CONTRACTS)),
    sender,
    secretKey: KEYS[0] ?? '',
  };
  dress(random, world, tx, pre, Number(env.currentBaseFee ?? 0));
  return tx;
}

export interface Scenario {
  name: string;
  fork: Fork;
  test: StateTest;
}

/** The case of a seed; its post state is still to be filled in. */
export function scenario(random: Random, name: string): Scenario {
  const fork = random.oneIn(2) ? random.pick(FORKS.slice(-2)) : random.pick(FORKS);
  const world = surroundings(fork);
  const env = environment(random, fork);
  const pre = state(random, world);
  const test = { env, pre, transaction: transaction(random, world, pre, env), post: {} };
  return { name, fork, test: { ...test, config: { chainid: '0x01' } } };
}
