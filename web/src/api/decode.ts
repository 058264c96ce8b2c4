import {
  decodeEventLog,
  decodeFunctionData,
  type Abi,
  type Address,
  type Hash,
  type Hex,
  type Log,
} from 'viem';

import { accreditationAbi } from './contracts/accreditation';
import { consentAbi } from './contracts/consent';
import { ledgerAnchorAbi } from './contracts/ledgerAnchor';
import { medicalIdentityAbi } from './contracts/medicalIdentity';
import { vaccinePassportAbi } from './contracts/vaccinePassport';
import type { NodeStatus } from './salus';

export const contractNames = [
  'accreditation',
  'medicalIdentity',
  'vaccinePassport',
  'consent',
  'ledgerAnchor',
] as const;
export type ContractName = (typeof contractNames)[number];
export type Contracts = NodeStatus['contracts'];

const abis: Record<ContractName, Abi> = {
  accreditation: accreditationAbi,
  medicalIdentity: medicalIdentityAbi,
  vaccinePassport: vaccinePassportAbi,
  consent: consentAbi,
  ledgerAnchor: ledgerAnchorAbi,
};

/** A log of one of our contracts by name, or of another one (`contract` undefined) undecoded. */
export interface ChainEvent {
  contract: ContractName | undefined;
  address: Address;
  name: string;
  args: Record<string, unknown>;
  blockNumber: bigint;
  transactionHash: Hash;
  logIndex: number;
}

export interface Call {
  contract: ContractName;
  name: string;
  args: { name: string; type: string; value: unknown }[];
}

export function contractAt(address: string, contracts: Contracts): ContractName | undefined {
  return contractNames.find((name) => contracts[name]?.toLowerCase() === address.toLowerCase());
}

export function addressesOf(contracts: Contracts): Address[] {
  return contractNames.flatMap((name) => (contracts[name] as Address | null | undefined) ?? []);
}

function argsOf(contract: ContractName, log: Log) {
  try {
    const { eventName, args } = decodeEventLog({
      abi: abis[contract],
      data: log.data,
      topics: log.topics,
    });
    return { name: eventName ?? '', args: (args ?? {}) as Record<string, unknown> };
  } catch {
    // An event that these bindings do not know, say of a newer contract: shown as it is.
    return { name: log.topics[0] ?? '', args: {} };
  }
}

export function decodeLog(log: Log, contracts: Contracts): ChainEvent {
  const contract = contractAt(log.address, contracts);
  return {
    contract,
    address: log.address,
    ...(contract ? argsOf(contract, log) : { name: '', args: {} }),
    blockNumber: log.blockNumber ?? 0n,
    transactionHash: log.transactionHash ?? '0x',
    logIndex: log.logIndex ?? 0,
  };
}

export function decodeCall(to: string, input: Hex, contracts: Contracts): Call | undefined {
  const contract = contractAt(to, contracts);
  if (!contract) return undefined;
  try {
    const { functionName, args } = decodeFunctionData({ abi: abis[contract], data: input });
    const entry = abis[contract].find(
      (item) => item.type === 'function' && item.name === functionName,
    );
    const inputs = entry?.type === 'function' ? entry.inputs : [];
    return {
      contract,
      name: functionName,
      args: inputs.map((parameter, index) => ({
        name: parameter.name ?? String(index),
        type: parameter.type,
        value: args?.[index],
      })),
    };
  } catch {
    return undefined;
  }
}
