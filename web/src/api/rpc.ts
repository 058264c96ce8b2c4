import { createClient, http, webSocket, type Address, type Hash, type Hex, type Log } from 'viem';
import {
  getBlock,
  getBlockNumber,
  getLogs,
  getTransaction,
  getTransactionReceipt,
  readContract,
  watchBlockNumber,
} from 'viem/actions';

import { accreditationAbi } from './contracts/accreditation';
import { Problem, type ProblemKind } from './problem';

const path = '/rpc';
const pollingInterval = 4_000;
const retryWebSocketAfter = 30_000;

const origin = () => window.location.origin;

/** The one way to the node's JSON-RPC: same origin, calls of one moment sent as one batch. */
const client = createClient({
  transport: http(origin() + path, { batch: { batchSize: 50 }, retryCount: 0, timeout: 15_000 }),
  pollingInterval,
});

export interface BlockHeader {
  number: bigint;
  hash: Hash;
  parentHash: Hash;
  timestamp: number;
  transactionCount: number;
  gasUsed: bigint;
  gasLimit: bigint;
}

export interface BlockDetail extends BlockHeader {
  stateRoot: Hash;
  beneficiary: Address;
  baseFee: bigint | undefined;
  size: number;
  transactions: { hash: Hash; from: Address; to: Address | null; input: Hex }[];
}

export interface TransactionDetail {
  hash: Hash;
  from: Address;
  to: Address | null;
  created: Address | undefined;
  value: bigint;
  nonce: number;
  type: string;
  input: Hex;
  blockNumber: bigint | undefined;
  /** Undefined while no block holds it. */
  outcome: { succeeded: boolean; gasUsed: bigint; timestamp: number; logs: Log[] } | undefined;
}

const kinds: Record<string, ProblemKind> = {
  BlockNotFoundError: 'missing',
  TransactionNotFoundError: 'missing',
  TransactionReceiptNotFoundError: 'missing',
  TimeoutError: 'timeout',
  LimitExceededRpcError: 'busy',
  InvalidParamsRpcError: 'refused',
  InvalidInputRpcError: 'refused',
};

/** viem nests its errors; the innermost that has a meaning here gives the kind. */
export function rpcProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  let kind: ProblemKind = 'server';
  let detail: string | undefined;
  for (let at = error; at instanceof Error; at = at.cause) {
    const known = kinds[at.name];
    if (known) return new Problem(known, undefined, error);
    if (at.name === 'HttpRequestError') kind = 'status' in at && at.status ? 'server' : 'offline';
    if (at.name === 'RpcRequestError') detail = 'details' in at ? String(at.details) : undefined;
  }
  return new Problem(kind, detail, error);
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw rpcProblem(error);
  }
}

/** A finished block has a number and a hash; viem's type allows for pending ones too. */
type SealedBlock = {
  number: bigint | null;
  hash: Hash | null;
  parentHash: Hash;
  timestamp: bigint;
  gasUsed: bigint;
  gasLimit: bigint;
  transactions: readonly unknown[];
};

function headerOf(block: SealedBlock): BlockHeader {
  if (block.number === null || block.hash === null) throw new Problem('malformed');
  return {
    number: block.number,
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: Number(block.timestamp),
    transactionCount: block.transactions.length,
    gasUsed: block.gasUsed,
    gasLimit: block.gasLimit,
  };
}

export const fetchHeadNumber = (): Promise<bigint> =>
  ask(() => getBlockNumber(client, { cacheTime: 0 }));

export const fetchHeader = (blockNumber: bigint): Promise<BlockHeader> =>
  ask(async () => headerOf(await getBlock(client, { blockNumber })));

/** By number or by hash. */
export const fetchBlock = (id: bigint | Hash): Promise<BlockDetail> =>
  ask(async () => {
    const block = await getBlock(client, {
      ...(typeof id === 'bigint' ? { blockNumber: id } : { blockHash: id }),
      includeTransactions: true,
    });
    return {
      ...headerOf(block),
      stateRoot: block.stateRoot,
      beneficiary: block.miner,
      baseFee: block.baseFeePerGas ?? undefined,
      size: Number(block.size),
      transactions: block.transactions.map(({ hash, from, to, input }) => ({
        hash,
        from,
        to,
        input,
      })),
    };
  });

async function outcomeOf(hash: Hash, blockNumber: bigint) {
  const [receipt, block] = await Promise.all([
    getTransactionReceipt(client, { hash }),
    getBlock(client, { blockNumber }),
  ]);
  return {
    created: receipt.contractAddress ?? undefined,
    outcome: {
      succeeded: receipt.status === 'success',
      gasUsed: receipt.gasUsed,
      timestamp: Number(block.timestamp),
      logs: receipt.logs,
    },
  };
}

export const fetchTransaction = (hash: Hash): Promise<TransactionDetail> =>
  ask(async () => {
    const { blockNumber, ...transaction } = await getTransaction(client, { hash });
    const sealed = blockNumber === null ? undefined : await outcomeOf(hash, blockNumber);
    return {
      hash,
      from: transaction.from,
      to: transaction.to,
      created: sealed?.created,
      value: transaction.value,
      nonce: transaction.nonce,
      type: transaction.type,
      input: transaction.input,
      blockNumber: blockNumber ?? undefined,
      outcome: sealed?.outcome,
    };
  });

export const fetchLogs = (address: Address[], fromBlock: bigint, toBlock: bigint): Promise<Log[]> =>
  ask(() => getLogs(client, { address, fromBlock, toBlock }));

export const fetchBlockLogs = (address: Address[], blockHash: Hash): Promise<Log[]> =>
  ask(() => getLogs(client, { address, blockHash }));

/** The name under which a hospital was accredited; empty or refused for one that never was. */
export const fetchHospitalName = (accreditation: Address, hospital: Address): Promise<string> =>
  ask(async () => {
    const [name] = await readContract(client, {
      address: accreditation,
      abi: accreditationAbi,
      functionName: 'hospital',
      args: [hospital],
    });
    return name;
  });

/** How the page hears of new blocks. */
export type Liveness = 'live' | 'polling' | 'down';

interface HeadListener {
  onHead: (number: bigint) => void;
  onLiveness: (liveness: Liveness) => void;
}

/** Settles when the connection is lost or `signal` says stop; fails when there is none to be had. */
async function listen(listener: HeadListener, signal: AbortSignal): Promise<void> {
  const socket = createClient({
    transport: webSocket(origin().replace(/^http/, 'ws') + path, {
      reconnect: false,
      retryCount: 0,
      timeout: 10_000,
    }),
  });
  const connection = await socket.transport.getRpcClient();
  try {
    await new Promise<void>((resolve) => {
      const end = () => resolve();
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      // Never unwatched: closing the socket ends the subscription, and nothing waits for an answer.
      watchBlockNumber(socket, { poll: false, onBlockNumber: listener.onHead, onError: end });
      getBlockNumber(socket, { cacheTime: 0 }).then((number) => {
        listener.onLiveness('live');
        listener.onHead(number);
      }, end);
    });
  } finally {
    connection.close();
  }
}

async function pollFor(listener: HeadListener, time: number, signal: AbortSignal): Promise<void> {
  const unwatch = watchBlockNumber(client, {
    poll: true,
    emitOnBegin: true,
    onBlockNumber: (number) => {
      listener.onLiveness('polling');
      listener.onHead(number);
    },
    onError: () => listener.onLiveness('down'),
  });
  await new Promise<void>((resolve) => {
    setTimeout(resolve, time);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  unwatch();
}

async function follow(listener: HeadListener, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listen(listener, signal).catch(() => undefined);
    if (!signal.aborted) await pollFor(listener, retryWebSocketAfter, signal);
  }
}

/** Follows the head over a WebSocket; while there is none, asks every few seconds and tries again. */
export function watchHead(listener: HeadListener): () => void {
  const stop = new AbortController();
  const unlessStopped: HeadListener = {
    onHead: (number) => stop.signal.aborted || listener.onHead(number),
    onLiveness: (liveness) => stop.signal.aborted || listener.onLiveness(liveness),
  };
  void follow(unlessStopped, stop.signal);
  return () => stop.abort();
}
