// MetaMask's test dapp in a browser: its buttons, what it shows then, and what the chain says.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Address,
  erc20Abi,
  erc721Abi,
  getAddress,
  hashMessage,
  type Hex,
  parseAbi,
  recoverAddress,
  type TransactionReceipt,
} from 'viem';

import { type Dapp, openDapp, PROVIDER_NAME } from './dapp/page';
import { againstPricedSalus, ETHER, person, SALUS_CHAIN_ID, until } from './support';

const user = person(5);
// Names that are written into the dapp.
const RECEIVER: Address = '0x0c54FcCd2e384b4BB6f2E405Bf5Cbc15a017AaFb';
const FRIEND: Address = '0x2f318C334780961FB129D2a6c30D0763d9a5C970';
const SPENDER: Address = '0x9bc5baF874d2DA8D216aE9f137804184EE5AfEF4';
const erc1155Abi = parseAbi([
  'function balanceOf(address account, uint256 id) view returns (uint256)',
  'function isApprovedForAll(address account, address operator) view returns (bool)',
]);

againstPricedSalus("MetaMask's test dapp", (node) => {
  let dapp: Dapp;
  const client = () => node().viewer.client;
  const shown = (id: string) => dapp.page.locator(`#${id}`).innerText();
  const press = (id: string) => dapp.page.locator(`#${id}`).click();

  /** Waits until the page shows this text. */
  async function shows(id: string, text: string | RegExp): Promise<string> {
    const matches = (is: string) => (text instanceof RegExp ? text.test(is) : is === text);
    let is = '';
    for (let tries = 0; tries < 200; ++tries) {
      is = (await shown(id)).trim();
      if (matches(is)) return is;
      await dapp.page.waitForTimeout(50);
    }
    throw new Error(`#${id} shows “${is}” instead of “${String(text)}”`);
  }

  /** Presses a button that sends one transaction, and waits for its receipt. */
  async function send(id: string): Promise<TransactionReceipt> {
    const before = dapp.wallet.sent.length;
    await press(id);
    await until(() => dapp.wallet.sent.length > before, `a transaction of #${id}`);
    return node().viewer.mined(dapp.wallet.sent.at(-1) as Hex);
  }

  const created = async (id: string): Promise<Address> => {
    const { status, contractAddress } = await send(id);
    expect(status).toBe('success');
    return getAddress(contractAddress ?? '0x');
  };

  beforeAll(async () => {
    dapp = await openDapp(node().url, user.key);
    await dapp.page.goto(dapp.url);
  });

  afterAll(() => dapp?.close());

  it('finds the provider and the network', async () => {
    await shows('activeProviderName', PROVIDER_NAME);
    await shows('network', String(SALUS_CHAIN_ID));
    await shows('chainId', `0x${SALUS_CHAIN_ID.toString(16)}`);
    await shows('accounts', '');
  });

  it('connects', async () => {
    await press('connectButton');
    await shows('connectButton', 'Connected');
    await shows('accounts', user.address.toLowerCase());
    await press('getAccounts');
    await shows('getAccountsResult', user.address.toLowerCase());
    await press('getPermissions');
    await shows('permissionsResult', 'eth_accounts');
  });

  it('sends: legacy, EIP-1559, and without gas', async () => {
    for (const [button, type, price] of [
      ['sendButton', 'legacy', 10n ** 10n],
      ['sendEIP1559Button', 'eip1559', undefined],
      ['sendEIP1559WithoutGasButton', 'eip1559', undefined],
    ] as const) {
      const receipt = await send(button);
      expect([receipt.status, receipt.type, receipt.gasUsed]).toEqual(['success', type, 21_000n]);
      expect(receipt.to && getAddress(receipt.to)).toBe(RECEIVER);
      if (price) expect(receipt.effectiveGasPrice).toBe(price);
    }
  });

  it('sends heavy data', async () => {
    const receipt = await send('sendHeavyHexDataButton');
    expect(receipt.status).toBe('success');
    const { input } = await client().getTransaction({ hash: receipt.transactionHash });
    expect(input.length).toBeGreaterThan(190_000);
  });

  it('sends by its form', async () => {
    const fill = (id: string, text: string) => dapp.page.locator(`#${id}`).fill(text);
    await fill('toInput', FRIEND);
    await fill('amountInput', '0x7');
    await fill('gasInput', '0x2540be400');
    const legacy = await send('submitForm');
    expect(legacy.type).toBe('legacy');
    await dapp.page.locator('#typeInput').selectOption('0x2');
    await fill('maxFeeInput', '0x2540be400');
    await fill('maxPriorityFeeInput', '0x3b9aca00');
    const dynamic = await send('submitForm');
    expect(dynamic.type).toBe('eip1559');
    expect(await client().getBalance({ address: FRIEND })).toBe(14n);
  });

  it('fills and empties a piggy bank', async () => {
    const bank = await created('deployButton');
    await shows('contractStatus', 'Deployed');
    await send('depositButton');
    await shows('contractStatus', 'Deposit completed');
    expect(await client().getBalance({ address: bank })).toBe(4n * ETHER);
    await send('withdrawButton');
    await shows('contractStatus', 'Withdrawn');
    expect(await client().getBalance({ address: bank })).toBe(3n * ETHER);
  });

  it('sees a transaction fail', async () => {
    await created('deployFailingButton');
    await shows('failingContractStatus', 'Deployed');
    const receipt = await send('sendFailingButton');
    await shows('failingContractStatus', 'Failed transaction process completed as expected.');
    expect(receipt.status).toBe('reverted');
  });

  it('pays into a multisig', async () => {
    const multisig = await created('deployMultisigButton');
    await shows('multisigContractStatus', 'Deployed');
    const receipt = await send('sendMultisigButton');
    await shows('multisigContractStatus', 'Transaction completed as expected.');
    expect(receipt.to && getAddress(receipt.to)).toBe(multisig);
    const { value } = await client().getTransaction({ hash: receipt.transactionHash });
    expect(value).toBe(24_414_062_500_000n);
    // The button gives 21,000 gas, which leaves none for the contract's code; the form lets the
    // wallet estimate.
    expect([receipt.status, receipt.gasUsed]).toEqual(['reverted', 21_000n]);
    await dapp.page.locator('#toInput').fill(multisig);
    expect((await send('submitForm')).status).toBe('success');
    expect(await client().getBalance({ address: multisig })).toBe(7n);
  });

  it('creates a token, transfers, approves', async () => {
    const address = await created('createToken');
    await shows('erc20TokenAddresses', address);
    const token = { abi: erc20Abi, address } as const;
    const balance = (of: Address) =>
      client().readContract({ ...token, functionName: 'balanceOf', args: [of] });
    const allowance = (spender: Address) =>
      client().readContract({ ...token, functionName: 'allowance', args: [user.address, spender] });
    const all = await balance(user.address);
    expect(all).toBe(100_000n);
    await send('transferTokens');
    await send('transferTokensWithoutGas');
    expect([await balance(user.address), await balance(FRIEND)]).toEqual([70_000n, 30_000n]);
    await send('approveTokens');
    expect(await allowance(SPENDER)).toBe(70_000n);
    await send('increaseTokenAllowance');
    expect(await allowance(SPENDER)).toBe(80_000n);
    const legacy = await send('approveTokensWithoutGas');
    expect(legacy.type).toBe('legacy');
    expect(await allowance(FRIEND)).toBe(70_000n);
    await dapp.page.locator('#allowanceOwner').fill(user.address);
    await dapp.page.locator('#allowanceSpender').fill(SPENDER);
    await press('getAllowance');
    await shows('allowanceAmountResult', '8.0000');
  });

  it('is told why the token refuses', async () => {
    await dapp.page.locator('#transferFromSenderInput').fill(FRIEND);
    await dapp.page.locator('#transferFromRecipientInput').fill(RECEIVER);
    await press('transferFromTokens');
    const told = await shows('tokenMethodsResult', /./);
    expect(told).toMatch(/execution reverted: ERC20: insufficient allowance/);
  });

  it('deploys, mints, approves and transfers an ERC 721', async () => {
    const address = await created('deployNFTsButton');
    await shows('nftsStatus', 'Deployed');
    await shows('erc721TokenAddresses', address);
    const nft = { abi: erc721Abi, address } as const;
    await dapp.page.locator('#mintAmountInput').fill('2');
    await send('mintButton');
    await shows('nftsStatus', 'Mint completed');
    const owner = (id: bigint) =>
      client().readContract({ ...nft, functionName: 'ownerOf', args: [id] });
    expect([await owner(1n), await owner(2n)]).toEqual([user.address, user.address]);
    await send('approveButton');
    await shows('nftsStatus', 'Approve completed');
    const approved = { ...nft, functionName: 'getApproved', args: [1n] } as const;
    expect(await client().readContract(approved)).toBe(SPENDER);
    for (const [button, status, is] of [
      ['setApprovalForAllButton', 'Set Approval For All completed', true],
      ['revokeButton', 'Revoke completed', false],
    ] as const) {
      await send(button);
      await shows('nftsStatus', status);
      const args = [user.address, SPENDER] as const;
      const every = { ...nft, functionName: 'isApprovedForAll', args } as const;
      expect(await client().readContract(every)).toBe(is);
    }
    await send('transferFromButton');
    await shows('nftsStatus', 'Transfer From completed');
    expect([await owner(1n), await owner(2n)]).toEqual([FRIEND, user.address]);
    await press('sign721Permit');
    await shows('sign721PermitResult', /^0x[0-9a-f]{130}$/);
    await press('sign721PermitVerify');
    await shows('sign721PermitVerifyResult', user.address.toLowerCase());
  });

  it('deploys, mints, transfers and approves an ERC 1155', async () => {
    const address = await created('deployERC1155Button');
    await shows('erc1155Status', 'Deployed');
    await shows('erc1155TokenAddresses', address);
    const token = { abi: erc1155Abi, address } as const;
    const fill = (id: string, text: string) => dapp.page.locator(`#${id}`).fill(text);
    await fill('batchMintTokenIds', '1, 2, 3');
    await fill('batchMintIdAmounts', '10, 20, 1000000000000');
    await fill('batchTransferTokenIds', '1, 3');
    await fill('batchTransferTokenAmounts', '4, 5');
    const balances = (of: Address) =>
      Promise.all(
        [1n, 2n, 3n].map((id) =>
          client().readContract({ ...token, functionName: 'balanceOf', args: [of, id] }),
        ),
      );
    expect((await send('batchMintButton')).status).toBe('success');
    await shows('erc1155Status', 'Batch Minting completed');
    expect(await balances(user.address)).toEqual([10n, 20n, 10n ** 12n]);
    expect((await send('batchTransferFromButton')).status).toBe('success');
    await shows('erc1155Status', 'Batch Transfer From completed');
    expect(await balances(FRIEND)).toEqual([4n, 0n, 5n]);
    expect(await balances(user.address)).toEqual([6n, 20n, 10n ** 12n - 5n]);
    for (const [button, status, is] of [
      ['setApprovalForAllERC1155Button', 'Set Approval For All completed', true],
      ['revokeERC1155Button', 'Revoke completed', false],
    ] as const) {
      await send(button);
      await shows('erc1155Status', status);
      const args = [user.address, SPENDER] as const;
      const every = { ...token, functionName: 'isApprovedForAll', args } as const;
      expect(await client().readContract(every)).toBe(is);
    }
  });

  it('signs and verifies', async () => {
    const user0x = user.address.toLowerCase();
    const signature = /^0x[0-9a-f]{130}$/;
    for (const [button, verified] of [
      ['personalSign', 'personalSignVerifySigUtilResult'],
      ['signTypedData', 'signTypedDataVerifyResult'],
      ['signTypedDataV3', 'signTypedDataV3VerifyResult'],
      ['signTypedDataV4', 'signTypedDataV4VerifyResult'],
      ['signPermit', 'signPermitVerifyResult'],
    ] as const) {
      await press(button);
      await shows(`${button}Result`, signature);
      await press(`${button}Verify`);
      await shows(verified, user0x);
    }
    await shows('personalSignVerifyECRecoverResult', user0x);
    const hash = hashMessage('Example `personal_sign` message');
    const personal = (await shown('personalSignResult')) as Hex;
    expect(await recoverAddress({ hash, signature: personal })).toBe(user.address);
    await press('siwe');
    await shows('siweResult', signature);
  });

  it('passes a plain request to the node', async () => {
    const ask = async (method: string, params: unknown) => {
      const page = await dapp.page.context().newPage();
      const query = new URLSearchParams({ method, params: JSON.stringify(params) });
      await page.goto(`${dapp.url}/request.html?${query}`);
      await page.waitForFunction(
        () => !document.querySelector('main')?.innerText.startsWith('Sending'),
      );
      const text = await page.locator('main').innerText();
      await page.close();
      return text;
    };
    const balance = await client().getBalance({ address: FRIEND });
    expect(await ask('eth_getBalance', [FRIEND, 'latest'])).toBe(
      `Response: "0x${balance.toString(16)}"`,
    );
    expect(await ask('salus_noSuchMethod', [])).toMatch(/does not exist/);
  });

  it('is disconnected when the wallet takes its permission back', async () => {
    await press('revokeAccountsPermission');
    await shows('accounts', '');
    await shows('connectButton', 'Connect');
    expect(await dapp.page.locator('#sendButton').isDisabled()).toBe(true);
    await press('requestPermissions');
    await shows('accounts', user.address.toLowerCase());
  });

  it('has asked the node what MetaMask asks', () => {
    expect([...dapp.wallet.asked.keys()]).toEqual(
      expect.arrayContaining([
        ...['eth_blockNumber', 'eth_call', 'eth_chainId', 'eth_estimateGas', 'eth_feeHistory'],
        ...['eth_gasPrice', 'eth_getBalance', 'eth_getBlockByHash', 'eth_getBlockByNumber'],
        ...['eth_getCode', 'eth_getTransactionByHash', 'eth_getTransactionCount'],
        ...['eth_getTransactionReceipt', 'eth_sendRawTransaction', 'net_version'],
      ]),
    );
  });
});
