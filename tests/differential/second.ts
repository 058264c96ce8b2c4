// The second EVM: @ethereumjs/vm runs a case and says what it leads to.
import { createBlock } from '@ethereumjs/block';
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVMMockBlockchainInterface, type InterpreterStep } from '@ethereumjs/evm';
import { RLP } from '@ethereumjs/rlp';
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager';
import { createTx, type TypedTxData } from '@ethereumjs/tx';
import {
  createAccount,
  createAddressFromString,
  hexToBytes,
  type PrefixedHexString,
} from '@ethereumjs/util';
import { createVM, runTx } from '@ethereumjs/vm';
import { keccak_256 } from '@noble/hashes/sha3.js';

import { kzg } from './kzg';
import type { Fork } from './opcodes';
import { hexBytes, type Scenario, type StateTest } from './scenario';

export interface Outcome {
  stateRoot: string;
  logsHash: string;
  gasUsed: number;
  /** Both undefined where the second EVM cannot be watched. */
  steps?: number;
  digest?: number;
  /** Why the transaction was refused. */
  refusal?: string;
}

export interface Step {
  pc: number;
  op: number;
  gas: bigint;
  depth: number;
  stack: bigint[];
}

/** What salus calls StepDigest. */
export class StepDigest {
  steps = 0;
  #digest = 0;

  get digest(): number {
    return this.#digest >>> 0;
  }

  add(step: InterpreterStep): void {
    ++this.steps;
    this.#mix(step.pc);
    this.#mix(step.depth);
    const { bytes } = step.address;
    this.#mix(new DataView(bytes.buffer, bytes.byteOffset).getInt32(16));
    const gas = Number(step.gasLeft);
    this.#mix(gas | 0);
    this.#mix(Math.floor(gas / 2 ** 32));
    const { stack } = step;
    this.#mix(stack.length);
    for (let i = 1; i <= 3; ++i) {
      const item = stack[stack.length - i];
      this.#mix(item === undefined ? 0 : Number(BigInt.asUintN(32, item)));
    }
  }

  #mix(value: number): void {
    const rotated = (this.#digest << 5) | (this.#digest >>> 27);
    this.#digest = Math.imul(rotated ^ value, 0x9e3779b1);
  }
}

type Hex = PrefixedHexString;

// The legacy rule of state tests: a block's hash is that of its decimal number.
const blockchain: EVMMockBlockchainInterface = {
  getBlock: async (number: number) => ({
    hash: () => keccak_256(Buffer.from(BigInt(number).toString())),
  }),
  putBlock: async () => undefined,
  shallowCopy: () => blockchain,
};

const commons = new Map<Fork, Common>();

function commonOf(fork: Fork): Common {
  let common = commons.get(fork);
  if (common === undefined) {
    const hardfork = Hardfork[fork];
    common = new Common({ chain: Mainnet, hardfork, customCrypto: { kzg } });
    commons.set(fork, common);
  }
  return common;
}

async function load(test: StateTest, common: Common): Promise<MerkleStateManager> {
  const state = new MerkleStateManager({ common, caches: new Caches() });
  for (const [key, fields] of Object.entries(test.pre)) {
    const address = createAddressFromString(key);
    const account = createAccount({ nonce: BigInt(fields.nonce), balance: BigInt(fields.balance) });
    await state.putAccount(address, account);
    if (fields.code !== '0x') await state.putCode(address, hexToBytes(fields.code as Hex));
    for (const [slot, value] of Object.entries(fields.storage)) {
      const padded = `0x${slot.slice(2).padStart(64, '0')}` as Hex;
      const digits = value.slice(2);
      const even = `0x${digits.length % 2 === 0 ? digits : `0${digits}`}` as Hex;
      await state.putStorage(address, hexToBytes(padded), hexToBytes(even));
    }
  }
  await state.flush();
  return state;
}

function transactionOf(test: StateTest, common: Common) {
  const { transaction: tx } = test;
  const type = tx.authorizationList
    ? 4
    : tx.maxFeePerBlobGas
      ? 3
      : tx.maxFeePerGas
        ? 2
        : tx.accessLists
          ? 1
          : 0;
  const data: Record<string, unknown> = {
    type,
    nonce: tx.nonce,
    gasLimit: tx.gasLimit[0],
    value: tx.value[0],
    data: tx.data[0],
    to: tx.to === '' ? undefined : tx.to,
    chainId: type === 0 ? undefined : 1,
    gasPrice: tx.gasPrice,
    maxFeePerGas: tx.maxFeePerGas,
    maxPriorityFeePerGas: tx.maxPriorityFeePerGas,
    maxFeePerBlobGas: tx.maxFeePerBlobGas,
    blobVersionedHashes: tx.blobVersionedHashes,
    accessList: tx.accessLists?.[0],
    authorizationList: tx.authorizationList?.map(({ v, signer: _, ...rest }) => ({
      ...rest,
      yParity: v,
    })),
  };
  const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  const made = createTx(given as unknown as TypedTxData, { common });
  return made.sign(hexToBytes(tx.secretKey as Hex));
}

function blockOf(test: StateTest, common: Common) {
  const { env } = test;
  return createBlock(
    {
      header: {
        coinbase: env.currentCoinbase as Hex,
        gasLimit: env.currentGasLimit as Hex,
        number: env.currentNumber as Hex,
        timestamp: env.currentTimestamp as Hex,
        ...(env.currentBaseFee && { baseFeePerGas: env.currentBaseFee as Hex }),
        ...(env.currentRandom && { mixHash: env.currentRandom as Hex }),
        ...(env.currentDifficulty && { difficulty: env.currentDifficulty as Hex }),
        ...(env.currentExcessBlobGas && { excessBlobGas: env.currentExcessBlobGas as Hex }),
      },
    },
    { common, setHardfork: false, skipConsensusFormatValidation: true },
  );
}

function stepOf(step: InterpreterStep): Step {
  const { pc, depth, stack } = step;
  // The code is 0xfe for every unknown one.
  return { pc, op: step.opcode.code, gas: step.gasLeft, depth, stack: [...stack] };
}

const NO_LOGS = hexBytes(keccak_256(RLP.encode([])));

type Run = Outcome & { bytes?: string };

/** Also gives the signed transaction; sees each instruction where `watch` is given. */
export async function runSecond(
  scenario: Scenario,
  watch: (step: Step) => void = () => undefined,
): Promise<Run> {
  const run = await execute(scenario, watch);
  // Its own observer reads a REVERT's memory before gas has bounded the length, and so throws.
  if (run.refusal?.includes('_runStepHook') !== true) return run;
  return execute(scenario);
}

async function execute({ test, fork }: Scenario, watch?: (step: Step) => void): Promise<Run> {
  const common = commonOf(fork);
  const state = await load(test, common);
  const before = hexBytes(await state.getStateRoot());
  const digest = new StepDigest();
  const out: Run = { stateRoot: before, logsHash: NO_LOGS, gasUsed: 0 };
  try {
    const tx = transactionOf(test, common);
    out.bytes = hexBytes(tx.serialize());
    const evm = await createEVM({ common, stateManager: state, blockchain });
    const observe = (step: InterpreterStep) => {
      digest.add(step);
      watch?.(stepOf(step));
    };
    if (watch) evm.events.on('step', observe);
    const vm = await createVM({ common, stateManager: state, blockchain, evm });
    const result = await runTx(vm, { tx, block: blockOf(test, common) });
    out.gasUsed = Number(result.totalGasSpent);
    out.logsHash = hexBytes(keccak_256(RLP.encode(result.receipt.logs)));
    out.stateRoot = hexBytes(await state.getStateRoot());
  } catch (error) {
    out.refusal = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  if (watch) Object.assign(out, { steps: digest.steps, digest: digest.digest });
  return out;
}
