// A valid world: the four contracts, an authority in office, two accredited hospitals. A test
// states only the difference.
import { createHash, generateKeyPairSync } from 'node:crypto';

import { describe, inject } from 'vitest';
import { type Hex, keccak256, slice, toHex } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

import { accreditationAbi, accreditationBytecode } from '../../typescript/accreditation';
import { consentAbi, consentBytecode } from '../../typescript/consent';
import { medicalIdentityAbi, medicalIdentityBytecode } from '../../typescript/medicalIdentity';
import { vaccinePassportAbi, vaccinePassportBytecode } from '../../typescript/vaccinePassport';
import { Chain, Contract } from './contract';

// The well-known development accounts. The first two are left to a salus node that runs with --dev.
const account = (index: number) =>
  mnemonicToAccount('test test test test test test test test test test test junk', {
    addressIndex: index,
  });
export const authority = account(2);
export const hospital = account(3);
export const otherHospital = account(4);
export const patient = account(5);
export const otherPatient = account(6);
export const stranger = account(7);
export const successor = account(8);

/** Seconds in which a lost account can object; short, because the tests wait for its end. */
export const WAITING_PERIOD = 4n;

export const digest = (text: string): Hex => keccak256(toHex(text));

export type World = Awaited<ReturnType<typeof makeWorld>>;

export async function makeWorld(url: string) {
  const chain = await Chain.connect(url);
  const accreditation = await Contract.deploy(
    ...([chain, authority, accreditationAbi, accreditationBytecode, [authority.address]] as const),
  );
  const registry = [accreditation.address];
  const forIdentity = [accreditation.address, WAITING_PERIOD];
  const passport = await Contract.deploy(
    ...([chain, authority, vaccinePassportAbi, vaccinePassportBytecode, registry] as const),
  );
  const identity = await Contract.deploy(
    ...([chain, authority, medicalIdentityAbi, medicalIdentityBytecode, forIdentity] as const),
  );
  const consent = await Contract.deploy(
    ...([chain, authority, consentAbi, consentBytecode, registry] as const),
  );
  const first = [hospital.address, 'Charité', 'DE'] as const;
  const second = [otherHospital.address, '東京病院', 'JP'] as const;
  const accreditedAt = (await accreditation.send(authority, 'accredit', first)).time;
  await accreditation.send(authority, 'accredit', second);
  return { chain, accreditation, passport, identity, consent, accreditedAt };
}

export type CredentialKey = { kid: Hex; x: Hex; y: Hex; certificate: Hex };

/** A P-256 key; its "certificate" is any bytes, because the contract looks at their digest alone. */
export function credentialKey(certificate: Hex = digest('certificate')): CredentialKey {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const coordinate = (value: string | undefined) => toHex(Buffer.from(value ?? '', 'base64url'));
  const bytes = Buffer.from(certificate.slice(2), 'hex');
  const kid = slice(toHex(createHash('sha256').update(bytes).digest()), 0, 8);
  return { kid, x: coordinate(x), y: coordinate(y), certificate };
}

export const LONG_AGO = 1n;
export const FAR_AHEAD = 4_102_444_800n;
/** Tests, vaccinations and recoveries. */
export const EVERY_PURPOSE = 7;

/** The arguments of addKey: valid for long, for every purpose. */
export const keyArgs = (
  key: CredentialKey,
  change: { notBefore?: bigint; notAfter?: bigint; account?: Hex; purposes?: number } = {},
) =>
  [
    change.account ?? hospital.address,
    key.kid,
    change.purposes ?? EVERY_PURPOSE,
    key.x,
    key.y,
    change.notBefore ?? LONG_AGO,
    change.notAfter ?? FAR_AHEAD,
    key.certificate,
  ] as const;

/** Runs a suite on every chain; the embedded one is skipped by name where there is no binary. */
export function onEveryChain(name: string, suite: (url: string) => void): void {
  for (const network of inject('networks')) {
    describe(`${name} on ${network.name}`, () => suite(network.url));
  }
  if (!process.env.SALUS_BINARY) {
    describe.skip(`${name} on salus: SALUS_BINARY is not set`, () => suite(''));
  }
}
