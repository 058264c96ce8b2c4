// ethers 6 over WebSocket: everything on one connection, events by eth_subscribe.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Block,
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
  isError,
  Wallet,
  WebSocketProvider,
} from 'ethers';

import {
  accreditation,
  againstSalus,
  digest,
  NOBODY,
  passport,
  person,
  refusal,
  SALUS_CHAIN_ID,
  until,
} from './support';

const hospital = person(5);

againstSalus('ethers 6 over WebSocket', (node) => {
  let provider: WebSocketProvider;
  let wallet: Wallet;
  let passports: Contract;
  const issue = (name: string) =>
    passports.getFunction('issue')(digest(name)) as Promise<ContractTransactionResponse>;

  beforeAll(() => {
    provider = new WebSocketProvider(node().socketUrl, undefined, { cacheTimeout: -1 });
    wallet = new Wallet(hospital.key, provider);
  });

  afterAll(() => provider.destroy());

  it('detects the network, deploys and calls', async () => {
    expect((await provider.getNetwork()).chainId).toBe(BigInt(SALUS_CHAIN_ID));
    const registered = await new ContractFactory(
      accreditation.abi as never,
      accreditation.bytecode,
      wallet,
    ).deploy(hospital.address);
    await registered.waitForDeployment();
    const address = await registered.getAddress();
    const registry = new Contract(address, accreditation.abi as never, wallet);
    const sent = await registry.getFunction('accredit')(hospital.address, 'Klinik', 'DE');
    await sent.wait();
    expect(await registry.getFunction('isAccredited')(hospital.address)).toBe(true);
    const deployed = await new ContractFactory(
      passport.abi as never,
      passport.bytecode,
      wallet,
    ).deploy(address);
    await deployed.waitForDeployment();
    passports = new Contract(await deployed.getAddress(), passport.abi as never, wallet);
    expect(await passports.getFunction('accreditation')()).toBe(address);
  });

  it('watches a contract, once and again, filtered by topic', async () => {
    const seen: string[] = [];
    const chosen: string[] = [];
    let first = 0;
    const issued = passports.filters.Issued;
    if (!issued) throw new Error('no such event');
    await passports.on('Issued', (_issuer, commitment) => seen.push(commitment));
    await passports.on(issued(null, digest('2')), ({ args }) => chosen.push(args[1]));
    await passports.once('Issued', () => ++first);
    for (const name of ['1', '2', '3']) await (await issue(name)).wait();
    await until(() => seen.length >= 3 && chosen.length >= 1, 'the events');
    expect(seen).toEqual(['1', '2', '3'].map(digest));
    expect(chosen).toEqual([digest('2')]);
    expect(first).toBe(1);
    await passports.removeAllListeners();
    await (await issue('4')).wait();
    expect(seen.length).toBe(3);
  });

  it('watches heads and pending transactions', async () => {
    const [heads, pending]: [number[], string[]] = [[], []];
    await provider.on('block', (number) => heads.push(number));
    await provider.on('pending', (hash) => pending.push(hash));
    // Answered after the subscriptions that were asked for before it on this connection.
    await provider.send('web3_clientVersion', []);
    await provider.send('web3_clientVersion', []);
    const sent = await wallet.sendTransaction({ to: NOBODY, value: 1n });
    const receipt = await sent.wait();
    await until(() => heads.includes(receipt?.blockNumber ?? -1), 'the head');
    await until(() => pending.includes(sent.hash), 'the pending transaction');
    const head = (await provider.getBlock('latest')) as Block;
    expect(head.number).toBe(receipt?.blockNumber);
    expect([...heads].sort((a, b) => a - b)).toEqual(heads);
    await provider.removeAllListeners();
  });

  it('is refused by name, and the connection lives on', async () => {
    const again = await refusal(passports.getFunction('issue').staticCall(digest('1')));
    expect((again as { revert?: { name: string } }).revert?.name).toBe(
      'VaccinePassportAlreadyIssued',
    );
    const unknown = await refusal(provider.send('salus_noSuchMethod', []));
    if (!isError(unknown, 'UNSUPPORTED_OPERATION')) throw unknown;
    expect(unknown.info).toEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: -32601 }) }),
    );
    expect(await provider.getBlockNumber()).toBeGreaterThan(0);
  });
});
