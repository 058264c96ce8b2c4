// The well-known development accounts: every tool knows them, and a --dev chain gives them ether.
import { type Address, type Hex, toHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

export const MNEMONIC = 'test test test test test test test test test test test junk';
export const SALUS_CHAIN_ID = 73127;
export const ETHER = 10n ** 18n;

export type Person = { address: Address; key: Hex };

/** The first two belong to the node that runs with --dev, the last to tests/viem's session. */
export function person(addressIndex: number): Person {
  const derived = mnemonicToAccount(MNEMONIC, { addressIndex });
  const { privateKey } = derived.getHdKey();
  if (!privateKey) throw new Error('no private key');
  return { address: derived.address, key: toHex(privateKey) };
}
