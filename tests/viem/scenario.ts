// What a developer does with a node and viem: connect, deploy, read, write, have a refusal
// explained, watch events. The transcript holds what must be alike on every Ethereum node: gas to
// the unit, events, revert reasons, error codes; what may differ (times, hashes) is left out.
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  encodeDeployData,
  encodeFunctionData,
  formatLog,
  type Hex,
  keccak256,
  parseEventLogs,
  type RpcLog,
  RpcRequestError,
  toHex,
  type TransactionReceipt,
} from 'viem';

import { accreditationAbi, accreditationBytecode } from '../../contracts/typescript/accreditation';
import {
  vaccinePassportAbi,
  vaccinePassportBytecode,
} from '../../contracts/typescript/vaccinePassport';
import { account, connect, type Session } from './session';

const EVENT_TIMEOUT_MS = 20_000;
const commitment = (name: string): Hex => keccak256(toHex(name));
const COMMITMENTS = ['first', 'second', 'third'].map(commitment);
const [FIRST] = COMMITMENTS as [Hex];

type Print = (line: string) => void;
type World = { session: Session; accreditation: Address; passport: Address; print: Print };

const describeReceipt = (receipt: TransactionReceipt): string =>
  `${receipt.status}, type ${receipt.type}, gas ${receipt.gasUsed}, ${receipt.logs.length} log(s)`;

async function deploy(session: Session, print: Print): Promise<World> {
  const place = async (name: string, data: Hex): Promise<Address> => {
    const receipt = await session.send(undefined, data);
    const address = receipt.contractAddress;
    if (!address) throw new Error('no contract address in the receipt');
    const code = await session.client.getCode({ address });
    print(`deploy ${name}: ${describeReceipt(receipt)}, code ${keccak256(code ?? '0x')}`);
    return address;
  };
  const accreditation = await place(
    'Accreditation',
    encodeDeployData({
      abi: accreditationAbi,
      bytecode: accreditationBytecode,
      args: [account.address],
    }),
  );
  const passport = await place(
    'VaccinePassport',
    encodeDeployData({
      abi: vaccinePassportAbi,
      bytecode: vaccinePassportBytecode,
      args: [accreditation],
    }),
  );
  return { session, accreditation, passport, print };
}

async function readAndWrite({ session, accreditation, passport, print }: World): Promise<void> {
  const registry = { abi: accreditationAbi, address: accreditation } as const;
  const authority = await session.client.readContract({ ...registry, functionName: 'authority' });
  print(`read authority: ${authority}`);
  const accredit = encodeFunctionData({
    abi: accreditationAbi,
    functionName: 'accredit',
    args: [account.address, 'Klinik', 'DE'],
  });
  print(`accredit: ${describeReceipt(await session.send(accreditation, accredit))}`);
  const [name, country, , active] = await session.client.readContract({
    ...registry,
    functionName: 'hospital',
    args: [account.address],
  });
  print(`read hospital: ${name}, ${country}, active ${active}`);
  const issueMany = encodeFunctionData({
    abi: vaccinePassportAbi,
    functionName: 'issueMany',
    args: [COMMITMENTS],
  });
  const estimate = await session.client.estimateGas({ to: passport, data: issueMany });
  const receipt = await session.send(passport, issueMany);
  print(`issueMany: ${describeReceipt(receipt)}`);
  print(`the estimate was enough: ${estimate >= receipt.gasUsed}`);
  await readBack({ session, accreditation, passport, print }, receipt);
}

async function readBack({ session, passport, print }: World, receipt: TransactionReceipt) {
  const { client } = session;
  const { blockNumber, transactionHash } = receipt;
  // In one tick, so that they travel as one JSON-RPC batch.
  const [block, transaction, statuses] = await Promise.all([
    client.getBlock({ blockNumber }),
    client.getTransaction({ hash: transactionHash }),
    Promise.all(
      [...COMMITMENTS, commitment('never')].map((digest) =>
        client.readContract({
          abi: vaccinePassportAbi,
          address: passport,
          functionName: 'status',
          args: [account.address, digest],
        }),
      ),
    ),
  ]);
  print(`block holds it: ${block.transactions.includes(transactionHash)}`);
  print(
    `transaction: from ${transaction.from}, nonce ${transaction.nonce}, value ${transaction.value}`,
  );
  const when = (time: bigint) => (time === block.timestamp ? 'its block' : `${time}`);
  print(`status: ${statuses.map(([issued, revoked]) => `${when(issued)}/${revoked}`).join(', ')}`);
  const logs = await client.getContractEvents({
    abi: vaccinePassportAbi,
    address: passport,
    eventName: 'Issued',
    args: { commitment: COMMITMENTS.slice(1) },
    fromBlock: 0n,
    strict: true,
  });
  print(`logs by topic: ${logs.map((log) => nameOf(log.args.commitment)).join(', ')}`);
}

const nameOf = (digest: Hex): string =>
  ['first', 'second', 'third', 'watched 1', 'watched 2'].find(
    (name) => commitment(name) === digest,
  ) ?? digest;

const causeOf = (error: unknown, kind: new (...args: never[]) => Error): Error => {
  const cause = error instanceof BaseError ? error.walk((e) => e instanceof kind) : null;
  if (!(cause instanceof kind)) throw error;
  return cause;
};

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('a refusal was expected');
    },
    (error: unknown) => error,
  );
}

async function beRefused({ session, passport, print }: World): Promise<void> {
  const call = { abi: vaccinePassportAbi, address: passport, functionName: 'issue' } as const;
  const again = session.client.simulateContract({ ...call, account, args: [FIRST] });
  const { data } = causeOf(
    await failureOf(again),
    ContractFunctionRevertedError,
  ) as ContractFunctionRevertedError;
  print(`issue again: ${data?.errorName}(${data?.args?.join(', ')})`);

  const encoded = encodeFunctionData({ ...call, args: [FIRST] });
  const estimate = session.client.estimateGas({ to: passport, data: encoded });
  const rpc = causeOf(await failureOf(estimate), RpcRequestError) as RpcRequestError;
  print(`estimate: code ${rpc.code}, data ${String(rpc.data)}`);

  const hash = await session.client.sendTransaction({
    to: passport,
    data: encoded,
    gas: 100_000n,
  });
  print(`sent all the same: ${describeReceipt(await session.mined(hash))}`);

  const unknown = session.client.request({ method: 'salus_noSuchMethod' as never });
  const { code } = causeOf(await failureOf(unknown), RpcRequestError) as RpcRequestError;
  print(`unknown method: code ${code}`);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + EVENT_TIMEOUT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not come over WebSocket`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** eth_subscribe; returns, when the node has agreed, how to end it. */
async function subscribe<T>(session: Session, params: unknown[], onItem: (item: T) => void) {
  const { subscriptionId, unsubscribe } = await session.socket.transport.subscribe({
    params: params as ['newHeads'],
    onData: (data: unknown) => onItem((data as { result: T }).result),
    onError: (error: Error) => {
      throw error;
    },
  });
  if (!subscriptionId) throw new Error('no subscription id');
  return unsubscribe;
}

async function watch({ session, passport, print }: World): Promise<void> {
  const abi = vaccinePassportAbi;
  const logs: RpcLog[] = [];
  const heads: Hex[] = [];
  const address = passport;
  const stopLogs = await subscribe<RpcLog>(session, ['logs', { address }], (log) => logs.push(log));
  const stopHeads = await subscribe<{ hash: Hex }>(session, ['newHeads'], ({ hash }) =>
    heads.push(hash),
  );

  for (const name of ['watched 1', 'watched 2']) {
    const data = encodeFunctionData({ abi, functionName: 'issue', args: [commitment(name)] });
    print(`issue: ${describeReceipt(await session.send(passport, data))}`);
  }
  const args = [account.address, commitment('watched 1'), 2] as const;
  const data = encodeFunctionData({ abi, functionName: 'revoke', args });
  const revoked = await session.send(passport, data);
  print(`revoke: ${describeReceipt(revoked)}`);

  await until(() => logs.length >= 3, 'the logs');
  for (const log of parseEventLogs({
    abi,
    logs: logs.map((log) => formatLog(log)),
    strict: true,
  })) {
    const { commitment: digest } = log.args as { commitment: Hex };
    print(`watched: ${log.eventName} ${nameOf(digest)}`);
  }
  await until(() => heads.includes(revoked.blockHash), 'the head');
  print('watched: the head that holds the last transaction');
  await stopLogs();
  await stopHeads();
}

export async function transcript(url: string): Promise<string[]> {
  const lines: string[] = [];
  const session = await connect(url);
  try {
    const world = await deploy(session, (line) => lines.push(line));
    await readAndWrite(world);
    await beRefused(world);
    await watch(world);
  } finally {
    await session.close();
  }
  return lines;
}
