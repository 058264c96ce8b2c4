// What people sign for Consent, and the calls that carry it: a test states the difference.
import { type Hex, hashStruct, type LocalAccount, zeroAddress } from 'viem';

import { digest, FAR_AHEAD, hospital, otherHospital, otherPatient, type World } from './world';

export type Person = LocalAccount;
type Ends = { nonce?: bigint; deadline?: bigint; relay?: Person; by?: Person };

const fields = (...members: string[]) =>
  members.map((member) => {
    const [type = '', name = ''] = member.split(' ');
    return { name, type };
  });
const END = ['uint256 nonce', 'uint256 deadline'];

export const CONSENT_TYPES = {
  Folder: fields('string name', 'uint64 epoch', 'bytes key'),
  Grant: fields(
    ...['uint8 version', 'bytes32 patient', 'address grantor', 'address grantee'],
    ...['bytes granteeKey', 'string purpose', 'string access', 'Folder[] folders'],
    ...['bytes16[] records', 'uint64 from', 'uint64 until', 'address dependant'],
    ...['address guardian', 'bytes32 salt'],
  ),
  Give: fields('Grant grant', 'uint64 from', 'uint64 until', ...END),
  Revoke: fields('address grantor', 'bytes32 grantHash', ...END),
  OptIn: fields(
    ...['address account', 'bytes32 emergencyHash', 'uint32 delay', 'uint32 window', ...END],
  ),
  OptOut: fields('address account', 'bytes32 emergencyHash', ...END),
  BreakGlass: fields(
    ...['address account', 'bytes32 emergencyHash', 'address first', 'address second'],
    ...['bytes32 reason', ...END],
  ),
  Announce: fields('address account', 'bytes32 digest', 'uint64 epoch', ...END),
};

/** A grant to the other patient's account, salted by `name`. */
export const grantOf = (grantor: Person, name: string) => ({
  version: 1,
  patient: digest('chain of a patient'),
  grantor: grantor.address,
  grantee: otherPatient.address,
  granteeKey: '0x02' as Hex,
  purpose: 'TREAT',
  access: 'read',
  folders: [{ name: `mental-health ${name}`, epoch: 3n, key: '0x03' as Hex }],
  records: [] as Hex[],
  from: 1_700_000_000n,
  until: FAR_AHEAD,
  dependant: zeroAddress,
  guardian: zeroAddress,
  salt: digest(name),
});
export type Grant = ReturnType<typeof grantOf>;

export const hashOf = (grant: Grant): Hex =>
  hashStruct({ data: grant, primaryType: 'Grant', types: CONSENT_TYPES } as never);

export class Consents {
  #nonce = 0n;

  constructor(readonly world: World) {}

  get contract() {
    return this.world.consent;
  }

  sign(who: Person, primaryType: keyof typeof CONSENT_TYPES, message: object): Promise<Hex> {
    const domain = {
      name: 'Salus Consent',
      version: '1',
      chainId: this.world.chain.id,
      verifyingContract: this.contract.address,
    };
    return who.signTypedData({ domain, types: CONSENT_TYPES, primaryType, message } as never);
  }

  // The contract asks only that a nonce was not used before: the next number is one.
  #ends({ nonce, deadline = FAR_AHEAD }: Ends) {
    this.#nonce += 1n;
    return { nonce: nonce ?? this.#nonce, deadline };
  }

  async grantArgs(who: Person, grant: Grant, change: Ends = {}) {
    const { from, until } = grant;
    const { nonce, deadline } = this.#ends(change);
    const message = { grant, from, until, nonce, deadline };
    const signature = await this.sign(change.by ?? who, 'Give', message);
    return [who.address, hashOf(grant), from, until, nonce, deadline, signature] as const;
  }

  async grant(who: Person, grant: Grant, change: Ends = {}) {
    const args = await this.grantArgs(who, grant, change);
    return this.contract.send(change.relay ?? hospital, 'grant', args);
  }

  async revokeArgs(who: Person, grantHash: Hex, change: Ends = {}) {
    const { nonce, deadline } = this.#ends(change);
    const message = { grantor: who.address, grantHash, nonce, deadline };
    const signature = await this.sign(change.by ?? who, 'Revoke', message);
    return [who.address, grantHash, nonce, deadline, signature] as const;
  }

  async revoke(who: Person, grantHash: Hex, change: Ends = {}) {
    const args = await this.revokeArgs(who, grantHash, change);
    return this.contract.send(change.relay ?? hospital, 'revoke', args);
  }

  async optInArgs(
    who: Person,
    emergencyHash: Hex,
    change: Ends & { delay?: number; window?: number } = {},
  ) {
    const { delay = 0, window = 3600 } = change;
    const { nonce, deadline } = this.#ends(change);
    const message = { account: who.address, emergencyHash, delay, window, nonce, deadline };
    const signature = await this.sign(change.by ?? who, 'OptIn', message);
    return [who.address, emergencyHash, delay, window, nonce, deadline, signature] as const;
  }

  async optIn(who: Person, hash: Hex, change: Ends & { delay?: number; window?: number } = {}) {
    const args = await this.optInArgs(who, hash, change);
    return this.contract.send(change.relay ?? hospital, 'optIn', args);
  }

  async optOutArgs(who: Person, emergencyHash: Hex, change: Ends = {}) {
    const { nonce, deadline } = this.#ends(change);
    const message = { account: who.address, emergencyHash, nonce, deadline };
    const signature = await this.sign(change.by ?? who, 'OptOut', message);
    return [who.address, emergencyHash, nonce, deadline, signature] as const;
  }

  async optOut(who: Person, hash: Hex, change: Ends = {}) {
    const args = await this.optOutArgs(who, hash, change);
    return this.contract.send(change.relay ?? hospital, 'optOut', args);
  }

  async breakArgs(
    who: Person,
    emergencyHash: Hex,
    change: Ends & { first?: Person; second?: Person; reason?: Hex } = {},
  ) {
    const { first = hospital, second = otherHospital, reason = digest('unconscious') } = change;
    const { nonce, deadline } = this.#ends(change);
    const message = {
      ...{ account: who.address, emergencyHash, first: first.address, second: second.address },
      ...{ reason, nonce, deadline },
    };
    return [
      ...([who.address, emergencyHash, first.address, second.address] as const),
      ...([reason, nonce, deadline] as const),
      await this.sign(first, 'BreakGlass', message),
      await this.sign(second, 'BreakGlass', message),
    ] as const;
  }

  async announceArgs(who: Person, keys: Hex, epoch: bigint, change: Ends = {}) {
    const { nonce, deadline } = this.#ends(change);
    const message = { account: who.address, digest: keys, epoch, nonce, deadline };
    const signature = await this.sign(change.by ?? who, 'Announce', message);
    return [who.address, keys, epoch, nonce, deadline, signature] as const;
  }
}
