// What people sign for MedicalIdentity, and the calls that carry it: a test states the difference.
import { type Hex, type LocalAccount } from 'viem';

import { IDENTITY_TYPES } from './bind';
import { digest, FAR_AHEAD, hospital, otherHospital, type World } from './world';

export type Purpose = keyof typeof IDENTITY_TYPES;
export type Person = LocalAccount;
export type Document = { commitment: Hex; nullifier: Hex };
type Ends = { nonce?: bigint; deadline?: bigint };
type Change = Ends & { registrar?: Person; relay?: Person };

export const documentOf = (name: string): Document => ({
  commitment: digest(`salted ${name}`),
  nullifier: digest(name),
});

export class Ceremony {
  constructor(readonly world: World) {}

  get contract() {
    return this.world.identity;
  }

  sign(who: Person, primaryType: Purpose, message: Record<string, unknown>): Promise<Hex> {
    const domain = {
      name: 'Salus MedicalIdentity',
      version: '1',
      chainId: this.world.chain.id,
      verifyingContract: this.contract.address,
    };
    return who.signTypedData({ domain, types: IDENTITY_TYPES, primaryType, message } as never);
  }

  // Nonce and deadline, as they stand in the message and in the call.
  async #ends(who: Person, { nonce, deadline = FAR_AHEAD }: Ends) {
    return {
      nonce: nonce ?? (await this.contract.read('nonces', [who.address])),
      deadline,
    };
  }

  async documentArgs(purpose: 'Bind' | 'Renew', who: Person, document: Document, change: Change) {
    const registrar = change.registrar ?? hospital;
    const { nonce, deadline } = await this.#ends(who, change);
    const message = {
      ...{ patient: who.address, registrar: registrar.address },
      ...{ ...document, nonce, deadline },
    };
    return [
      ...([who.address, registrar.address, document.commitment, document.nullifier] as const),
      ...([nonce, deadline] as const),
      await this.sign(who, purpose, message),
      await this.sign(registrar, purpose, message),
    ] as const;
  }

  async bind(who: Person, document: Document, change: Change = {}) {
    const args = await this.documentArgs('Bind', who, document, change);
    return this.contract.send(change.relay ?? hospital, 'bind', args);
  }

  async renew(who: Person, document: Document, change: Change = {}) {
    const args = await this.documentArgs('Renew', who, document, change);
    return this.contract.send(change.relay ?? hospital, 'renew', args);
  }

  async rebindArgs(lost: Person, who: Person, document: Document, change: Change = {}) {
    const registrar = change.registrar ?? hospital;
    const { nonce, deadline } = await this.#ends(who, change);
    const message = {
      ...{ lost: lost.address, patient: who.address, registrar: registrar.address },
      ...{ ...document, nonce, deadline },
    };
    return [
      ...([lost.address, who.address, registrar.address] as const),
      ...([document.commitment, document.nullifier, nonce, deadline] as const),
      await this.sign(who, 'Rebind', message),
      await this.sign(registrar, 'Rebind', message),
    ] as const;
  }

  async startRebinding(lost: Person, who: Person, document: Document, change: Change = {}) {
    const args = await this.rebindArgs(lost, who, document, change);
    return this.contract.send(change.relay ?? hospital, 'startRebinding', args);
  }

  async objectArgs(lost: Person, who: Person, change: Ends & { by?: Person } = {}) {
    const { nonce, deadline } = await this.#ends(lost, change);
    const message = { lost: lost.address, patient: who.address, nonce, deadline };
    const signature = await this.sign(change.by ?? lost, 'Object', message);
    return [lost.address, who.address, nonce, deadline, signature] as const;
  }

  async upholdArgs(lost: Person, who: Person, nullifier: Hex, change: Change = {}) {
    const registrar = change.registrar ?? otherHospital;
    const { nonce, deadline } = await this.#ends(who, change);
    const message = {
      ...{ lost: lost.address, patient: who.address, registrar: registrar.address },
      ...{ nullifier, nonce, deadline },
    };
    return [
      ...([lost.address, who.address, registrar.address, nullifier, nonce, deadline] as const),
      await this.sign(who, 'Uphold', message),
      await this.sign(registrar, 'Uphold', message),
    ] as const;
  }

  async appointArgs(
    dependant: Person,
    guardian: Person,
    majorityYear: number,
    change: Change = {},
  ) {
    const registrar = change.registrar ?? hospital;
    const { nonce, deadline } = await this.#ends(dependant, change);
    const accounts = {
      dependant: dependant.address,
      guardian: guardian.address,
      registrar: registrar.address,
    };
    const message = { ...accounts, majorityYear, nonce, deadline };
    return [
      ...([dependant.address, guardian.address, registrar.address, majorityYear] as const),
      ...([nonce, deadline] as const),
      await this.sign(dependant, 'Appoint', message),
      await this.sign(guardian, 'Appoint', message),
      await this.sign(registrar, 'Appoint', message),
    ] as const;
  }

  async appoint(dependant: Person, guardian: Person, majorityYear: number, change: Change = {}) {
    const args = await this.appointArgs(dependant, guardian, majorityYear, change);
    return this.contract.send(change.relay ?? hospital, 'appointGuardian', args);
  }

  async handOverArgs(dependant: Person, who: Person, by: Person, change: Ends = {}) {
    const { nonce, deadline } = await this.#ends(who, change);
    const accounts = { dependant: dependant.address, patient: who.address, by: by.address };
    const message = { ...accounts, nonce, deadline };
    return [
      ...([dependant.address, who.address, by.address, nonce, deadline] as const),
      await this.sign(who, 'HandOver', message),
      await this.sign(by, 'HandOver', message),
    ] as const;
  }
}
