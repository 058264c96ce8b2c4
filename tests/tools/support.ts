// What every tool is tested with: a node of its own, accounts that nobody else uses on it, the
// contracts of Salus, and viem as the second pair of eyes that reads what the tool has written.
import { afterAll, beforeAll, describe } from 'vitest';
import {
  type Address,
  type Hex,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  toHex,
} from 'viem';

import { type RunningNode, startSalus } from '../../contracts/test/support/node';
import { accreditationAbi, accreditationBytecode } from '../../contracts/typescript/accreditation';
import {
  medicalIdentityAbi,
  medicalIdentityBytecode,
} from '../../contracts/typescript/medicalIdentity';
import {
  vaccinePassportAbi,
  vaccinePassportBytecode,
} from '../../contracts/typescript/vaccinePassport';
import { connect, type Session } from '../viem/session';
import { SALUS_CHAIN_ID } from './accounts';
import { pricedGenesis } from './genesis';

export { ETHER, MNEMONIC, type Person, person, SALUS_CHAIN_ID } from './accounts';

export const accreditation = { abi: accreditationAbi, bytecode: accreditationBytecode } as const;
export const identity = { abi: medicalIdentityAbi, bytecode: medicalIdentityBytecode } as const;
export const passport = { abi: vaccinePassportAbi, bytecode: vaccinePassportBytecode } as const;

export const NOBODY: Address = '0x000000000000000000000000000000000000dEaD';

export const digest = (text: string): Hex => keccak256(toHex(text));

export type Node = { url: string; socketUrl: string; viewer: Session };

const binary = process.env.SALUS_BINARY;

function runSuite(suite: (node: () => Node) => void, genesis?: () => Promise<object>) {
  let running: RunningNode | undefined;
  let node: Node | undefined;
  beforeAll(async () => {
    running = await startSalus(binary ?? '', await genesis?.());
    const { url } = running.network;
    node = { url, socketUrl: url.replace(/^http/, 'ws'), viewer: await connect(url) };
  });
  afterAll(async () => {
    await node?.viewer.close();
    await running?.stop();
  });
  suite(() => {
    if (!node) throw new Error('the node is not running');
    return node;
  });
}

/** Runs a tool's suite against a node of its own; skipped by name where there is no binary. */
export function againstSalus(tool: string, suite: (node: () => Node) => void): void {
  const name = `${tool} against salus${binary ? '' : ': SALUS_BINARY is not set'}`;
  describe.skipIf(!binary)(name, () => runSuite(suite));
}

/** The same on a chain whose gas has a price, as on mainnet; on Salus's own it is free. */
export function againstPricedSalus(tool: string, suite: (node: () => Node) => void): void {
  const name = `${tool} against salus with a base fee${binary ? '' : ': SALUS_BINARY is not set'}`;
  describe.skipIf(!binary)(name, () => runSuite(suite, () => pricedGenesis(binary ?? '')));
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(condition: () => boolean, what: string, timeout = 20_000) {
  const deadline = Date.now() + timeout;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`in vain waited for: ${what}`);
    await pause(20);
  }
}

/** What a promise is refused with; fails where it is not. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`a refusal was expected, and came ${String(result)}`);
}

/** Where VaccinePassport keeps a commitment: `_entries[issuer][commitment]`, in slot 0. */
export function entrySlot(issuer: Address, commitment: Hex): Hex {
  const inner = encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [issuer, 0n]);
  return keccak256(
    encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }], [commitment, keccak256(inner)]),
  );
}

export const issueData = (commitment: Hex): Hex =>
  encodeFunctionData({ abi: vaccinePassportAbi, functionName: 'issue', args: [commitment] });

/** The domain of what a patient signs for MedicalIdentity. */
export const bindDomain = (verifyingContract: string) => ({
  name: 'Salus MedicalIdentity',
  version: '1',
  chainId: SALUS_CHAIN_ID,
  verifyingContract,
});

/** Seconds in which a lost account can object to being replaced. */
export const WAITING_PERIOD = 86_400n;
export const DEADLINE = 4_102_444_800n; // the year 2100
