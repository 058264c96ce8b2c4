// SD-JWT of Salus against two other implementations, both ways: @sd-jwt/core (issuing, presenting,
// verifying) and jose (each JWT by itself).
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SDJwtInstance } from '@sd-jwt/core';
import type { DisclosureFrame } from '@sd-jwt/types';
import * as jose from 'jose';
import { describe, expect, it } from 'vitest';

const binary = process.env.SALUS_BINARY;
const tool = binary
  ? join(dirname(binary), '../../tests/oracles-sdjwt/salus_sd_jwt_tool')
  : undefined;
const ready = tool !== undefined && existsSync(tool);

type Answer = {
  error?: string;
  text: string;
  code: string;
  issuer: jose.JWK;
  payload: Record<string, unknown>;
};
function salus(ask: Record<string, unknown>): Answer {
  const out = execFileSync(tool ?? '', { input: JSON.stringify(ask) });
  return JSON.parse(out.toString()) as Answer;
}

const now = Math.floor(Date.now() / 1000);
const audience = 'https://verifier.example';
const nonce = '1234567890';

const claims = {
  family_name: 'Müßig-Ångström',
  doses: 2,
  verified: true,
  address: { locality: 'Ærøskøbing', country: 'DK' },
};
const nested = { age: { '18': true, '65': false } };
const lists = { nationalities: ['DK', 'DE'] };

type Party = { jwk: jose.JWK; public: jose.JWK; sign: (data: string) => Promise<string> };

async function party(): Promise<Party> {
  const pair = await jose.generateKeyPair('ES256', { extractable: true });
  const jwk = await jose.exportJWK(pair.privateKey);
  const { kty, crv, x, y } = jwk;
  const sign = async (data: string) => {
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      pair.privateKey,
      new TextEncoder().encode(data),
    );
    return Buffer.from(signature).toString('base64url');
  };
  return { jwk, public: { kty, crv, x, y } as jose.JWK, sign };
}

async function check(jwk: jose.JWK, data: string, signature: string): Promise<boolean> {
  const key = (await jose.importJWK(jwk, 'ES256')) as CryptoKey;
  return crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    Buffer.from(signature, 'base64url'),
    new TextEncoder().encode(data),
  );
}

function instance(issuer: { public: jose.JWK; sign?: Party['sign'] }, holder?: Party) {
  return new SDJwtInstance<Record<string, unknown>>({
    hasher: (data) =>
      new Uint8Array(
        createHash('sha256')
          .update(typeof data === 'string' ? data : Buffer.from(data))
          .digest(),
      ),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
    signAlg: 'ES256',
    signer: issuer.sign,
    verifier: (data, signature) => check(issuer.public, data, signature),
    kbSignAlg: 'ES256',
    kbSigner: holder?.sign,
    kbVerifier: (data, signature, payload) =>
      check((payload.cnf as { jwk: jose.JWK }).jwk, data, signature),
  });
}

function base(holder: Party) {
  return {
    iss: 'https://issuer.example',
    iat: now - 10,
    exp: now + 3600,
    cnf: { jwk: holder.public },
  };
}

function issuedBySalus(holder: Party) {
  return salus({ do: 'issue', payload: base(holder), disclose: claims, nested, lists });
}

async function issuedByOther(issuer: Party, holder: Party) {
  const frame = {
    _sd: ['family_name', 'doses', 'verified', 'address', 'age'],
    _sd_decoy: 3,
    address: { _sd: ['locality', 'country'] },
    age: { _sd: ['18', '65'] },
    nationalities: { _sd: [0, 1] },
  } as unknown as DisclosureFrame<Record<string, unknown>>;
  const payload: Record<string, unknown> = { ...base(holder), ...claims, ...nested, ...lists };
  return instance(issuer).issue(payload, frame);
}

const paths = ['/family_name', '/age/18', '/nationalities/1'];
const frame = { family_name: true, age: { '18': true }, nationalities: { 1: true } };
const shown = { family_name: claims.family_name, age: { '18': true }, nationalities: ['DE'] };

function presentedBySalus(text: string, holder: Party) {
  return salus({
    do: 'present',
    text,
    paths,
    holder: holder.jwk,
    nonce,
    aud: audience,
    iat: now,
  }).text;
}

async function presentedByOther(text: string, issuer: jose.JWK, holder: Party) {
  return instance({ public: issuer }, holder).present(text, frame, {
    kb: { payload: { iat: now, aud: audience, nonce } },
  });
}

function verifiedBySalus(text: string, issuer: jose.JWK, change: Record<string, unknown> = {}) {
  return salus({ do: 'verify', text, issuer, nonce, aud: audience, now, ...change });
}

async function verifiedByOther(text: string, issuer: jose.JWK) {
  const out = await instance({ public: issuer }).verify(text, { keyBindingNonce: nonce });
  const binding = out.kb as { payload: { aud: string; nonce: string } } | undefined;
  expect(binding?.payload).toMatchObject({ aud: audience, nonce });
  return out.payload;
}

const name = `SD-JWT of Salus and @sd-jwt/core${ready ? '' : ': the tool of SALUS_BINARY is not built'}`;

describe.skipIf(!ready)(name, () => {
  it('reads what Salus issued and presented', async () => {
    const holder = await party();
    const issued = issuedBySalus(holder);
    const text = presentedBySalus(issued.text, holder);
    expect(await verifiedByOther(text, issued.issuer)).toMatchObject(shown);
  });

  it('issues and presents what Salus reads', async () => {
    const [issuer, holder] = [await party(), await party()];
    const text = await presentedByOther(await issuedByOther(issuer, holder), issuer.public, holder);
    const out = verifiedBySalus(text, issuer.public);
    expect(out.error).toBeUndefined();
    expect(out.payload).toEqual({ ...base(holder), ...shown });
  });

  it('presents what Salus issued, and Salus what it issued', async () => {
    const [issuer, holder] = [await party(), await party()];
    const issued = issuedBySalus(holder);
    const first = await presentedByOther(issued.text, issued.issuer, holder);
    expect(verifiedBySalus(first, issued.issuer).payload).toEqual({ ...base(holder), ...shown });
    const second = presentedBySalus(await issuedByOther(issuer, holder), holder);
    expect(await verifiedByOther(second, issuer.public)).toMatchObject(shown);
  });

  it('agrees on all claims of an SD-JWT without key binding', async () => {
    const [issuer, holder] = [await party(), await party()];
    const all = { ...base(holder), ...claims, ...nested, ...lists };
    const theirs = await issuedByOther(issuer, holder);
    const ours = issuedBySalus(holder);
    const plain = { nonce: undefined, aud: undefined };
    expect(verifiedBySalus(theirs, issuer.public, plain).payload).toEqual(all);
    expect((await instance({ public: ours.issuer }).verify(ours.text)).payload).toEqual(all);
  });

  it('is refused by both where it was changed', async () => {
    const [issuer, holder, other] = [await party(), await party(), await party()];
    const text = await presentedByOther(await issuedByOther(issuer, holder), issuer.public, holder);
    expect(verifiedBySalus(text, issuer.public, { nonce: 'x' }).error).toBe('key_binding.nonce');
    expect(verifiedBySalus(text, other.public).error).toBe('sd_jwt.signature_wrong');
    const parts = text.split('~');
    const fewer = [...parts.slice(0, 1), ...parts.slice(2)].join('~');
    expect(verifiedBySalus(fewer, issuer.public).error).toMatch(/^(key_binding|sd_jwt)\./);
    await expect(verifiedByOther(fewer, issuer.public)).rejects.toThrow();
    const issued = issuedBySalus(holder);
    await expect(
      verifiedByOther(presentedBySalus(issued.text, other), issued.issuer),
    ).rejects.toThrow();
  });

  it('shows a vaccination that the others verify', async () => {
    const facts = { disease: 'sct|840539006', dose: 2, age_equal_or_over: { '18': true } };
    const fields = ['disease', 'age_over_18'];
    const out = salus({ do: 'vaccination', now, claims: facts, fields, nonce });
    expect(out.code).toMatch(/^SD1:[0-9A-Z $%*+\-./:]+$/);
    const verified = await instance({ public: out.issuer }).verify(out.text, {
      keyBindingNonce: nonce,
    });
    expect(verified.payload).toMatchObject({
      vct: 'urn:salus:vaccination:1',
      disease: 'sct|840539006',
      age_equal_or_over: { '18': true },
    });
    expect(verified.payload).not.toHaveProperty('dose');
  });

  it('is made of JWTs that jose verifies', async () => {
    const holder = await party();
    const issued = issuedBySalus(holder);
    const parts = presentedBySalus(issued.text, holder).split('~');
    const issuer = await jose.importJWK(issued.issuer, 'ES256');
    const first = await jose.jwtVerify(parts[0] ?? '', issuer, { typ: 'example+sd-jwt' });
    expect(first.payload.iss).toBe('https://issuer.example');
    const key = await jose.importJWK(holder.public, 'ES256');
    const last = await jose.jwtVerify(parts.at(-1) ?? '', key, { typ: 'kb+jwt', audience });
    expect(last.payload.nonce).toBe(nonce);
  });
});
