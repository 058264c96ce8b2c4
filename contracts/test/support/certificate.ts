// Certificates as Salus signs them, made with node's own cryptography; and what Salus made, read.
import { createHash, type KeyObject, sign } from 'node:crypto';
import { inflateSync } from 'node:zlib';

import { bytesToHex, type Hex, hexToBytes, toHex } from 'viem';

export type Signed = { header: Hex; payload: Hex; r: Hex; s: Hex };

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

// ---- CBOR (RFC 8949), as much of it as a certificate needs

function head(major: number, value: number): Buffer {
  const tag = major << 5;
  if (value < 24) return Buffer.from([tag | value]);
  if (value < 0x100) return Buffer.from([tag | 24, value]);
  if (value < 0x10000) return Buffer.from([tag | 25, value >> 8, value & 0xff]);
  const out = Buffer.alloc(5);
  out[0] = tag | 26;
  out.writeUInt32BE(value, 1);
  return out;
}
const uint = (value: number) => head(0, value);
const negative = (value: number) => head(1, -1 - value);
const byteString = (value: Uint8Array) => Buffer.concat([head(2, value.length), value]);
const text = (value: string) =>
  Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (...pairs: Buffer[][]) => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

const halves = (signature: Buffer): { r: Hex; s: Hex } => ({
  r: bytesToHex(signature.subarray(0, 32)),
  s: bytesToHex(signature.subarray(32)),
});
const es256 = (key: KeyObject, data: Buffer) =>
  halves(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));

/** The other signature of the same message: (r, N - s). */
export const otherForm = (s: Hex): Hex => toHex(N - BigInt(s), { size: 32 });

/** What a certificate states: an entry of a DCC under its letter, the WHO's ICVP, or plain facts. */
export type Kind = 'v' | 't' | 'r' | 'icvp' | 'facts';
const content = (kind: Kind, size: number) =>
  kind === 'icvp'
    ? map([negative(-6), map([text('n'), text('n'.repeat(size))])])
    : map([uint(1), map([text(kind), text('x'.repeat(size))], [text('ver'), text('1.3.0')])]);

/** The claims of a certificate: country, expiry, time of issue, content of some size, the Salus claim. */
export function claims(expiry: number, size = 300, kind: Kind = 'v'): Hex {
  const salus = map([uint(1), uint(31337)], [uint(4), byteString(new Uint8Array(32).fill(7))]);
  return bytesToHex(
    map(
      [uint(1), text('DE')],
      [uint(4), uint(expiry)],
      [uint(6), uint(1_700_000_000)],
      ...(kind === 'facts' ? [] : [[negative(-260), content(kind, size)]]),
      [negative(-65601), salus],
    ),
  );
}

export const protectedHeader = (kid: Hex): Hex =>
  bytesToHex(map([uint(1), negative(-7)], [uint(4), byteString(hexToBytes(kid))]));

/** COSE_Sign1 (RFC 9052 section 4.4). */
export function signHcert(key: KeyObject, header: Hex, payload: Hex): Signed {
  const structure = [
    text('Signature1'),
    ...[header, '0x' as Hex, payload].map((hex) => hexToBytes(hex)).map(byteString),
  ];
  const signed = Buffer.concat([head(4, structure.length), ...structure]);
  return { header, payload, ...es256(key, signed) };
}

/** A SMART Health Card: JWS (RFC 7515) over bytes of DEFLATE. */
export function signCard(key: KeyObject, header: Hex, payload: Hex): Signed {
  const part = (data: Hex) => Buffer.from(hexToBytes(data)).toString('base64url');
  return { header, payload, ...es256(key, Buffer.from(`${part(header)}.${part(payload)}`)) };
}

export const commitmentOf = (payload: Hex): Hex =>
  bytesToHex(
    createHash('sha256').update('salus/certificate/1').update(hexToBytes(payload)).digest(),
  );

function base45(code: string): Buffer {
  const out: number[] = [];
  for (let i = 0; i < code.length; i += 3) {
    const [c, d, e] = [...code.slice(i, i + 3)].map((one) => BASE45.indexOf(one));
    const value = (c ?? 0) + (d ?? 0) * 45 + (e ?? 0) * 2025;
    out.push(...(e === undefined ? [value] : [value >> 8, value & 0xff]));
  }
  return Buffer.from(out);
}

/** The parts of a text "HC1:…": tag 18, protected and unprotected header, payload, signature. */
export function readHcert(code: string): Signed {
  const cose = inflateSync(base45(code.slice('HC1:'.length)));
  let offset = 2;
  const next = (): Buffer => {
    const info = (cose[offset++] ?? 0) & 0x1f;
    let length = info;
    if (info === 24) length = cose[offset++] ?? 0;
    if (info === 25) length = cose.readUInt16BE((offset += 2) - 2);
    return cose.subarray(offset, (offset += length));
  };
  const header = next();
  offset += 1; // the unprotected header: an empty map
  return { header: bytesToHex(header), payload: bytesToHex(next()), ...halves(next()) };
}
