// HCERT (RFC 9285 base45, zlib, COSE_Sign1, CWT) read and written by other means than Salus's: the
// package cbor and node's own crypto and zlib.
import {
  createHash,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import cbor from 'cbor';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export function base45Decode(text: string): Buffer {
  const out: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((c) => alphabet.indexOf(c));
    if (digits.length < 2 || digits.includes(-1)) throw new Error('not base45');
    const value = digits.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    if (value > (digits.length === 3 ? 0xffff : 0xff)) throw new Error('not base45');
    if (digits.length === 3) out.push(value >> 8);
    out.push(value & 0xff);
  }
  return Buffer.from(out);
}

export function base45Encode(bytes: Buffer): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let value = pair ? bytes.readUInt16BE(i) : bytes.readUInt8(i);
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      out += alphabet.charAt(value % 45);
      value = Math.floor(value / 45);
    }
  }
  return out;
}

export type Hcert = {
  protectedHeader: Map<number, unknown>;
  claims: Map<number, unknown>;
  signed: Buffer; // Sig_structure
  signature: Buffer;
  payload: Buffer;
};

export function readHcert(code: string): Hcert {
  if (!code.startsWith('HC1:')) throw new Error('not HC1:');
  const message = cbor.decodeFirstSync(inflateSync(base45Decode(code.slice(4)))) as cbor.Tagged;
  if (message.tag !== 18) throw new Error('not COSE_Sign1');
  const [header, , payload, signature] = message.value as [Buffer, unknown, Buffer, Buffer];
  return {
    protectedHeader: cbor.decodeFirstSync(header) as Map<number, unknown>,
    claims: cbor.decodeFirstSync(payload) as Map<number, unknown>,
    signed: cbor.encodeOne(['Signature1', header, Buffer.alloc(0), payload]),
    signature,
    payload,
  };
}

export function kidOf(der: Buffer): Buffer {
  return createHash('sha256').update(der).digest().subarray(0, 8);
}

/** The claims, where the certificate's key signed them; an error otherwise. */
export function verifyHcert(code: string, der: Buffer): Map<number, unknown> {
  const read = readHcert(code);
  const certificate = new X509Certificate(der);
  if (read.protectedHeader.get(1) !== -7) throw new Error('not ES256');
  if (!kidOf(der).equals(read.protectedHeader.get(4) as Buffer)) throw new Error('another kid');
  const key = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
  const good = verifyBytes(
    'sha256',
    read.signed,
    { key, dsaEncoding: 'ieee-p1363' },
    read.signature,
  );
  if (!good) throw new Error('wrong signature');
  const expires = read.claims.get(4) as number;
  if (expires * 1000 > Date.parse(certificate.validTo)) throw new Error('outlives its signer');
  return read.claims;
}

export type Wishes = {
  claims: Map<number, unknown>;
  key: KeyObject;
  der: Buffer;
  unprotectedKid?: boolean; // as some states do
  pss?: boolean; // PS256 with an RSA key
  tagged?: boolean; // false: without the tag 18
};

export function makeHcert({ claims, key, der, unprotectedKid, pss, tagged }: Wishes): string {
  const kid = kidOf(der);
  const alg = pss ? -37 : -7;
  const header = cbor.encodeOne(
    unprotectedKid
      ? new Map([[1, alg]])
      : new Map<number, unknown>([
          [1, alg],
          [4, kid],
        ]),
  );
  const payload = cbor.encodeOne(claims);
  const signed = cbor.encodeOne(['Signature1', header, Buffer.alloc(0), payload]);
  const how = pss
    ? { key, padding: 6, saltLength: 32 }
    : { key, dsaEncoding: 'ieee-p1363' as const };
  const signature = signBytes('sha256', signed, how);
  const parts = [header, unprotectedKid ? new Map([[4, kid]]) : new Map(), payload, signature];
  const message = tagged === false ? parts : new cbor.Tagged(18, parts);
  const bytes = cbor.encodeOne(message);
  return `HC1:${base45Encode(deflateSync(bytes))}`;
}
