// Verifiers and rule engines from npm on the same certificates and rules as bench/passport_bench and
// bench/rules_bench, one process, one thread: prints {"name": times a second}. They are installed beside the
// project by bench/credentials.py and are no part of it.
//
//   node bench/credential_peers.mjs PEERS-FOLDER TEST-DATA SECONDS

import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { inflateRawSync, inflateSync } from 'node:zlib';

const [peers, data, seconds] = process.argv.slice(2);
const load = createRequire(resolve(peers, 'package.json'));
const json = (...path) => JSON.parse(readFileSync(join(data, ...path), 'utf8'));

// By CPU time, as openssl and the benchmarks of Salus count: others may use the machine as well.
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function rate(once) {
  for (let i = 0; i < 50; i += 1) await once();
  const begin = cpuSeconds();
  let count = 0;
  for (; cpuSeconds() < begin + Number(seconds); count += 1) await once();
  return count / (cpuSeconds() - begin);
}

function must(good, who) {
  if (!good) throw new Error(`${who} does not verify the certificate`);
}

const figures = {};

const eu = json('credentials/eu-dgc-testdata/AT/2DCode/raw/1.json');
const pem = `-----BEGIN CERTIFICATE-----\n${eu.TESTCTX.CERTIFICATE}\n-----END CERTIFICATE-----`;

const { DCC } = load('dcc-utils');
figures['HCERT, dcc-utils'] = await rate(async () => {
  const dcc = await DCC.fromRaw(eu.PREFIX);
  must(await dcc.checkSignatureWithCertificate(pem), 'dcc-utils');
});

// The least that a reader in Node can do: base45 and CBOR by packages, the rest by Node's own zlib and crypto.
// (dcc-sdk 0.0.27, the other published reader, loads itself through `esm`, which no longer runs on Node 22.)
const { createPublicKey, verify, X509Certificate } = await import('node:crypto');
const base45 = load('base45');
const cbor = load('cbor');
const key = createPublicKey(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }));
figures['HCERT, cbor and node:crypto'] = await rate(() => {
  const message = cbor.decodeFirstSync(inflateSync(base45.decode(eu.PREFIX.slice(4)))).value;
  const [header, , payload, signature] = message;
  const signed = cbor.encode(['Signature1', header, Buffer.alloc(0), payload]);
  must(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature), 'node');
  must(cbor.decodeFirstSync(payload).get(-260).get(1), 'node');
});

const { compactVerify, createLocalJWKSet } = load('jose');
const cards = 'credentials/smart-health-cards-spec/examples';
const keys = createLocalJWKSet(json(cards, 'issuer/well-known/jwks.json'));
const code = readFileSync(join(data, cards, 'example-00-f-qr-code-numeric-value-0.txt'), 'utf8');
figures['SHC, jose'] = await rate(async () => {
  const digits = code.trim().slice('shc:/'.length);
  let jws = '';
  for (let i = 0; i < digits.length; i += 2) {
    jws += String.fromCharCode(Number(digits.slice(i, i + 2)) + 45);
  }
  const { payload } = await compactVerify(jws, keys);
  must(JSON.parse(inflateRawSync(payload).toString()).iss, 'jose');
});

const { evaluate } = load('certlogic-js');
const rules = join(data, 'credentials/eu-business-rules');
const cases = [];
for (const country of readdirSync(rules)) {
  const folder = join(rules, country);
  if (country === 'valuesets' || !existsSync(folder) || country.includes('.')) continue;
  for (const rule of readdirSync(folder)) {
    const { Logic } = JSON.parse(readFileSync(join(folder, rule, 'rule.json'), 'utf8'));
    for (const file of readdirSync(join(folder, rule, 'tests'))) {
      const test = JSON.parse(readFileSync(join(folder, rule, 'tests', file), 'utf8'));
      cases.push([Logic, { payload: test.payload, external: test.external }, test.expected]);
    }
  }
}
let next = 0;
figures['CertLogic, certlogic-js'] = await rate(() => {
  const [logic, facts, expected] = cases[next];
  next = (next + 1) % cases.length;
  must(Boolean(evaluate(logic, facts)) === expected, 'certlogic-js');
});

process.stdout.write(`${JSON.stringify(figures)}\n`);
