// Addresses and signatures, with the second implementation's own libraries.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { RLP } from '@ethereumjs/rlp';
import { privateToAddress } from '@ethereumjs/util';

import type { Authorization } from './scenario';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
const known = new Map<string, string>();

export function addressOf(key: string): string {
  let address = known.get(key);
  if (address === undefined) {
    address = hexOf(privateToAddress(bytesOf(key)));
    known.set(key, address);
  }
  return address;
}

function padded(address: bigint): string {
  return `0x${address.toString(16).padStart(40, '0')}`;
}

/** Where the account's CREATE at this nonce puts its contract. */
export function createContractAddressAt(account: bigint, nonce: bigint): bigint {
  const hash = keccak_256(RLP.encode([bytesOf(padded(account)), nonce]));
  return BigInt(hexOf(hash.subarray(12)));
}

/** EIP-7702. */
export function signAuthorization(
  item: { chainId: bigint; address: bigint; nonce: bigint },
  key: string,
): Authorization {
  const message = RLP.encode([item.chainId, bytesOf(padded(item.address)), item.nonce]);
  const hash = keccak_256(Uint8Array.of(5, ...message));
  const signature = secp256k1.sign(hash, bytesOf(key), { prehash: false, format: 'recovered' });
  const quantity = (value: bigint) => `0x${value.toString(16)}`;
  return {
    chainId: quantity(item.chainId),
    address: padded(item.address),
    nonce: quantity(item.nonce),
    v: quantity(BigInt(signature[0] ?? 0)),
    r: quantity(BigInt(hexOf(signature.subarray(1, 33)))),
    s: quantity(BigInt(hexOf(signature.subarray(33)))),
    signer: addressOf(key),
  };
}
