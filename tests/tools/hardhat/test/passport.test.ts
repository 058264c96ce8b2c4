// Run by `hardhat test`: Hardhat signs with the configured keys, and fills in nonce, gas and fees.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { network } from 'hardhat';
import {
  BaseError,
  ContractFunctionRevertedError,
  getAddress,
  type Hex,
  keccak256,
  parseEventLogs,
  toHex,
  type TransactionReceipt as Receipt,
  TransactionReceiptNotFoundError,
} from 'viem';

const digest = (text: string) => keccak256(toHex(text));

describe('VaccinePassport', async () => {
  const { provider, viem } = await network.create();
  const client = await viem.getPublicClient({ cacheTime: 0, pollingInterval: 50 });
  const [hospital, stranger] = await viem.getWalletClients();
  assert.ok(hospital && stranger);
  const mined = async (hash: Hex) => {
    for (;;) {
      const receipt = await client.getTransactionReceipt({ hash }).catch((error: unknown) => error);
      if (!(receipt instanceof TransactionReceiptNotFoundError)) return receipt as Receipt;
    }
  };
  const deploy = async () => {
    const registry = await viem.deployContract('Accreditation', [hospital.account.address]);
    const passports = await viem.deployContract('VaccinePassport', [registry.address]);
    return { registry, passports };
  };
  let world: Awaited<ReturnType<typeof deploy>>;

  before(async () => {
    world = await deploy();
    const { registry } = world;
    await mined(await registry.write.accredit([hospital.account.address, 'Klinik', 'DE']));
  });

  it('is on the chain of Salus, with its accounts', async () => {
    assert.equal(await client.getChainId(), 73127);
    const accounts = await provider.request({ method: 'eth_accounts' });
    assert.deepEqual(accounts, [
      hospital.account.address.toLowerCase(),
      stranger.account.address.toLowerCase(),
    ]);
    assert.equal(await world.registry.read.authority(), getAddress(hospital.account.address));
  });

  it('issues, and the event says so', async () => {
    const receipt = await mined(await world.passports.write.issue([digest('first')]));
    assert.equal(receipt.status, 'success');
    const [log] = parseEventLogs({ abi: world.passports.abi, logs: receipt.logs });
    assert.equal(log?.eventName, 'Issued');
    const block = await client.getBlock({ blockHash: receipt.blockHash });
    const [issuedAt] = await world.passports.read.status([
      hospital.account.address,
      digest('first'),
    ]);
    assert.equal(issuedAt, block.timestamp);
  });

  it('is refused with the error of the contract', async () => {
    for (const [who, name] of [
      [hospital, 'VaccinePassportAlreadyIssued'],
      [stranger, 'VaccinePassportNotAccredited'],
    ] as const) {
      await assert.rejects(
        world.passports.simulate.issue([digest('first')], { account: who.account }),
        (error: unknown) => {
          assert.ok(error instanceof BaseError);
          const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
          assert.ok(revert instanceof ContractFunctionRevertedError);
          assert.equal(revert.data?.errorName, name);
          return true;
        },
      );
    }
  });

  it('counts nonces by itself', async () => {
    const nonce = await client.getTransactionCount({ address: stranger.account.address });
    for (let i = 0; i < 3; ++i) {
      const hash = await stranger.sendTransaction({ to: hospital.account.address, value: 1n });
      await mined(hash);
      const transaction = await client.getTransaction({ hash });
      assert.equal(transaction.nonce, nonce + i);
      assert.equal(transaction.gas, 21_000n);
    }
  });

  it('sees the past', async () => {
    await mined(await world.passports.write.issue([digest('second')]));
    const [at] = await client.getContractEvents({
      ...{ abi: world.passports.abi, address: world.passports.address, eventName: 'Issued' },
      ...{ args: { commitment: digest('second') }, fromBlock: 0n },
    });
    assert.ok(at?.blockNumber);
    const args = [hospital.account.address, digest('second')] as const;
    const [before] = await world.passports.read.status(args, { blockNumber: at.blockNumber - 1n });
    const [after] = await world.passports.read.status(args, { blockNumber: at.blockNumber });
    assert.equal(before, 0n);
    assert.ok(after > 0n);
  });
});
