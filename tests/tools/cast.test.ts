// Foundry's cast: what one does with a chain at a terminal.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Address,
  encodeDeployData,
  getAddress,
  type Hex,
  type RpcBlock,
  type RpcProof,
  type RpcTransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { BIND_TYPES } from '../../contracts/test/support/bind';
import { foundry, type Foundry } from './foundry';
import {
  accreditation,
  againstPricedSalus,
  bindDomain,
  DEADLINE,
  digest,
  entrySlot,
  ETHER,
  identity,
  issueData,
  NOBODY,
  passport,
  person,
  refusal,
  SALUS_CHAIN_ID,
  WAITING_PERIOD,
} from './support';

const [hospital, patient, delegator] = [person(5), person(6), person(7)];
const FIRST = digest('first');
const ISSUED = 'Issued(address indexed issuer, bytes32 indexed commitment, uint64 issuedAt)';

againstPricedSalus('cast', (node) => {
  let cast: Foundry;
  let registry: Address;
  let passports: Address;
  let issued: RpcTransactionReceipt;
  const pay = ['--private-key', hospital.key];
  const client = () => node().viewer.client;
  const send = (...words: string[]) => cast.json<RpcTransactionReceipt>('send', ...pay, ...words);

  beforeAll(() => {
    cast = foundry('cast', node().url);
  });

  afterAll(() => cast.close());

  it('looks at the chain', async () => {
    expect(await cast.run('chain-id')).toBe(String(SALUS_CHAIN_ID));
    expect(await cast.run('client')).toMatch(/^Salus\//);
    expect(BigInt(await cast.run('balance', hospital.address))).toBe(10_000n * ETHER);
    expect(await cast.run('nonce', hospital.address)).toBe('0');
    const head = await client().getBlock();
    expect(await cast.run('block-number')).toBe(String(head.number));
    expect(await cast.run('block', 'latest', '--field', 'hash')).toBe(head.hash);
    expect(await cast.run('base-fee', 'latest')).toBe(String(head.baseFeePerGas));
    expect(BigInt(await cast.run('gas-price'))).toBe(
      (await client().getBlock({ blockTag: 'pending' })).baseFeePerGas,
    );
    const at = await cast.run('find-block', String(head.timestamp));
    const found = await client().getBlock({ blockNumber: BigInt(at) });
    expect(found.timestamp).toBe(head.timestamp);
  });

  it('creates contracts', async () => {
    const create = async (data: Hex) => {
      const receipt = await send('--create', data);
      expect(receipt.status).toBe('0x1');
      return getAddress(receipt.contractAddress ?? '0x');
    };
    registry = await create(encodeDeployData({ ...accreditation, args: [hospital.address] }));
    passports = await create(encodeDeployData({ ...passport, args: [registry] }));
    const code = await client().getCode({ address: passports });
    expect(await cast.run('code', passports)).toBe(code);
    expect(await cast.run('codesize', passports)).toBe(String(((code?.length ?? 0) - 2) / 2));
  });

  it('sends, estimates and calls', async () => {
    const accredit = 'accredit(address,string,string)';
    await send(registry, accredit, hospital.address, 'Klinik', 'DE');
    expect(await cast.run('call', registry, 'isAccredited(address)(bool)', hospital.address)).toBe(
      'true',
    );
    const from = ['--from', hospital.address];
    const estimate = await cast.run('estimate', passports, 'issue(bytes32)', FIRST, ...from);
    issued = await send(passports, 'issue(bytes32)', FIRST);
    expect(BigInt(issued.gasUsed)).toBeLessThanOrEqual(BigInt(estimate));
    expect(issued.type).toBe('0x2');
    const words = ['status(address,bytes32)(uint64,uint64,uint8)', hospital.address, FIRST];
    const { timestamp } = await client().getBlock({ blockHash: issued.blockHash });
    expect(await cast.run('call', passports, ...words)).toMatch(new RegExp(`^${timestamp} `));
    const before = ['--block', String(BigInt(issued.blockNumber) - 1n)];
    expect(await cast.run('call', passports, ...words, ...before)).toMatch(/^0\b/);
  });

  it('sends every type of transaction', async () => {
    const legacy = await send(NOBODY, '--value', '1', '--legacy');
    const slot = entrySlot(hospital.address, digest('never'));
    const list = JSON.stringify([{ address: passports, storageKeys: [slot] }]);
    const listed = await send(NOBODY, '--value', '1', '--access-list', list);
    const signed = await cast.run(
      ...['wallet', 'sign-auth', registry, '--private-key', delegator.key],
    );
    const delegating = await send(NOBODY, '--value', '1', '--auth', signed);
    expect([legacy, listed, delegating].map(({ type, status }) => [type, status])).toEqual([
      ['0x0', '0x1'],
      ['0x2', '0x1'],
      ['0x4', '0x1'],
    ]);
    expect(BigInt(listed.gasUsed)).toBe(21_000n + 2_400n + 1_900n);
    expect(await cast.run('code', delegator.address)).toBe(
      `0xef0100${registry.slice(2).toLowerCase()}`,
    );
    expect(await cast.run('balance', NOBODY)).toBe('3');
  });

  it('says why something is refused', async () => {
    const error = await refusal(
      cast.run('call', passports, 'issue(bytes32)', FIRST, '--from', hospital.address),
    );
    expect(String(error)).toContain('execution reverted');
    const [data] = /0x[0-9a-f]{136}/.exec(String(error)) ?? [];
    const signature = 'VaccinePassportAlreadyIssued(address,bytes32)';
    expect((await cast.run('decode-error', data ?? '', '--sig', signature)).split('\n')).toEqual([
      hospital.address,
      FIRST,
    ]);
    const poor = ['--private-key', digest('poor')];
    expect(String(await refusal(cast.run('send', ...poor, NOBODY, '--value', '1')))).toMatch(
      /[Ii]nsufficient funds/,
    );
    expect(String(await refusal(cast.run('rpc', 'salus_noSuchMethod')))).toContain('-32601');
  });

  it('finds blocks, transactions, receipts and logs', async () => {
    const block = await cast.json<RpcBlock<'latest', true>>('block', issued.blockNumber, '--full');
    expect(block.transactions.map(({ hash }) => hash)).toEqual([issued.transactionHash]);
    expect(block.hash).toBe(issued.blockHash);
    const latest = await cast.json<RpcBlock<'latest', true>>('block', 'latest', '--full');
    expect(latest.transactions).toHaveLength(1);
    const receipt = await cast.json<RpcTransactionReceipt>('receipt', issued.transactionHash);
    expect(receipt).toMatchObject({ gasUsed: issued.gasUsed, logs: issued.logs });
    expect(await cast.run('tx', issued.transactionHash, 'nonce')).toBe('3');
    const where = ['--from-block', '0', '--address', passports];
    type Log = { topics: Hex[]; transactionHash: Hex };
    const logs = await cast.json<Log[]>('logs', ...where, ISSUED, hospital.address);
    expect(logs.map(({ topics, transactionHash }) => [topics[2], transactionHash])).toEqual([
      [FIRST, issued.transactionHash],
    ]);
    expect(await cast.json('logs', ...where, ISSUED, patient.address)).toEqual([]);
  });

  it('runs a transaction again, and sees the same', async () => {
    for (const words of [[], ['--quick']]) {
      const trace = await cast.run('run', issued.transactionHash, ...words);
      expect(trace).toContain(`Gas used: ${Number(issued.gasUsed)}`);
      expect(trace).toContain(`topic 2: ${FIRST}`);
      expect(trace).toContain('Transaction successfully executed');
    }
    type Frame = { type: string; gasUsed: Hex; calls: { type: string; to: Address }[] };
    const tracer = JSON.stringify({ tracer: 'callTracer' });
    const traced = await cast.run(
      ...['rpc', 'debug_traceTransaction', issued.transactionHash, tracer],
    );
    const frame = JSON.parse(traced) as Frame;
    expect(frame.gasUsed).toBe(issued.gasUsed);
    expect(frame.calls.map(({ type, to }) => [type, getAddress(to)])).toEqual([
      ['STATICCALL', registry],
    ]);
  });

  it('reads storage, proofs and access lists', async () => {
    const slot = entrySlot(hospital.address, FIRST);
    const { timestamp } = await client().getBlock({ blockHash: issued.blockHash });
    expect(BigInt(await cast.run('storage', passports, slot))).toBe(timestamp);
    const proof = JSON.parse(await cast.run('proof', passports, slot)) as RpcProof;
    const seen = await client().getProof({ address: passports, storageKeys: [slot] });
    expect(proof.storageHash).toBe(seen.storageHash);
    expect(proof.accountProof).toEqual(seen.accountProof);
    expect(proof.storageProof[0]).toMatchObject({
      value: `0x${timestamp.toString(16)}`,
      proof: seen.storageProof[0]?.proof,
    });
    const from = ['--from', hospital.address];
    const list = await cast.run(
      ...['access-list', passports, 'issue(bytes32)', digest('second'), ...from],
    );
    expect(list).toContain(registry);
    expect(list).toContain(entrySlot(hospital.address, digest('second')));
  });

  it('signs typed data that a contract accepts', async () => {
    const data = encodeDeployData({ ...identity, args: [registry, WAITING_PERIOD] });
    const contract = getAddress((await send('--create', data)).contractAddress ?? '0x');
    const [commitment, nullifier] = [digest('document'), digest('nullifier')];
    const bind = { patient: patient.address, registrar: hospital.address, commitment, nullifier };
    const domain = bindDomain(contract);
    const typed = {
      domain,
      primaryType: 'Bind',
      message: { ...bind, nonce: '0', deadline: String(DEADLINE) },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
        ],
        ...BIND_TYPES,
      },
    };
    const signature = await cast.run(
      ...['wallet', 'sign', '--data', JSON.stringify(typed), '--private-key', patient.key],
    );
    expect(signature).toBe(
      await privateKeyToAccount(patient.key).signTypedData({
        ...{ domain: { ...domain, verifyingContract: contract }, types: BIND_TYPES },
        ...{ primaryType: 'Bind', message: { ...bind, nonce: 0n, deadline: DEADLINE } },
      }),
    );
    const words = [patient.address, hospital.address, commitment, nullifier, '0'];
    const types = 'address,address,bytes32,bytes32,uint256,uint256,bytes,bytes';
    await send(contract, `bind(${types})`, ...words, String(DEADLINE), signature, '0x');
    expect(await cast.run('call', contract, 'accountOf(bytes32)(address)', nullifier)).toBe(
      patient.address,
    );
  });

  it('makes a transaction, and publishes it', async () => {
    const raw = await cast.run('mktx', ...pay, passports, issueData(digest('published')));
    const receipt = JSON.parse(await cast.run('publish', raw)) as RpcTransactionReceipt;
    expect(receipt.status).toBe('0x1');
    expect(String(await refusal(cast.run('publish', raw)))).toMatch(/nonce too low|already known/);
    const nonce = await client().getTransactionCount({ address: hospital.address });
    expect(await cast.run('nonce', hospital.address)).toBe(String(nonce));
    const status = await cast.run('rpc', 'txpool_status');
    expect(JSON.parse(status)).toEqual({ pending: '0x0', queued: '0x0' });
  });
});
