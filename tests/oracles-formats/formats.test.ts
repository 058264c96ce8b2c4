// What Salus issues, verified by other implementations; what these issue, verified by Salus.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as jose from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHcert, readHcert, verifyHcert } from './hcert';
import { issuerUrl, ready, Salus, verify } from './salus';

const sct = 'http://snomed.info/sct';
const cvx = 'http://hl7.org/fhir/sid/cvx';
const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day).toISOString();

const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: 'Müßig-Ångström', given: ['Zoë'] }],
  birthDate: '1990-05-17',
};
function immunization(id: string, code: string, more: Record<string, unknown> = {}) {
  return {
    resourceType: 'Immunization',
    id,
    status: 'completed',
    contained: [patient],
    patient: { reference: '#p' },
    vaccineCode: { coding: [{ system: cvx, code }] },
    occurrenceDateTime: '2021-06-01',
    ...more,
  };
}
const covid = {
  protocolApplied: [
    {
      targetDisease: [{ coding: [{ system: sct, code: '840539006' }] }],
      doseNumberPositiveInt: 2,
      seriesDosesPositiveInt: 2,
    },
  ],
};
// Of the WHO's list of prequalified products, which alone an ICVP names.
const product = {
  system: 'http://smart.who.int/pcmt-vaxprequal/CodeSystem/PreQualProductIds',
  code: 'YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0',
};
const stamaril = {
  vaccineCode: { coding: [{ system: cvx, code: '37' }, product] },
  lotNumber: 'YF7',
};
function observation(id: string, result: string, days: number) {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    contained: [patient],
    subject: { reference: '#p' },
    code: { coding: [{ system: 'http://loinc.org', code: '94500-6' }] },
    effectiveDateTime: ago(days),
    valueCodeableConcept: { coding: [{ system: sct, code: result }] },
    performer: [{ display: 'Test Centre' }],
  };
}

type Dcc = Record<string, unknown> & { nam: { fnt: string } };
function dccOf(claims: Map<number, unknown>): Dcc {
  return (claims.get(-260) as Map<number, unknown>).get(1) as Dcc;
}
function statement(dcc: Dcc, kind: string): Record<string, unknown> {
  return (dcc[kind] as Record<string, unknown>[])[0] as Record<string, unknown>;
}

describe.skipIf(!ready)('Salus issues', () => {
  const salus = new Salus();
  beforeAll(() => salus.start(), 90_000);
  afterAll(() => salus.stop());

  it('vaccinations against COVID-19', async () => {
    const { hcert } = await salus.issue(immunization('v', '208', covid));
    const claims = verifyHcert(hcert, salus.certificate());
    expect(claims.get(1)).toBe('DE');
    const dcc = dccOf(claims);
    expect(dcc.ver).toBe('1.3.0');
    expect(dcc.nam.fnt).toBe('MUESSIG<AANGSTROEM');
    expect(statement(dcc, 'v')).toMatchObject({ mp: 'EU/1/20/1528', dn: 2, sd: 2, co: 'DE' });
  });

  it('tests', async () => {
    const { hcert } = await salus.issue(observation('t', '260415000', 1));
    const test = statement(dccOf(verifyHcert(hcert, salus.certificate())), 't');
    expect(test).toMatchObject({ tt: 'LP6464-4', tr: '260415000', tc: 'Test Centre' });
  });

  it('recoveries', async () => {
    const { hcert } = await salus.issue(observation('r', '260373001', 20));
    const recovery = statement(dccOf(verifyHcert(hcert, salus.certificate())), 'r');
    expect(recovery.fr).toBe(ago(20).slice(0, 10));
    const from = new Date(Date.parse(recovery.fr as string) + 11 * day);
    expect(recovery.df).toBe(from.toISOString().slice(0, 10));
  });

  it('vaccinations of other diseases', async () => {
    const { hcert } = await salus.issue(immunization('o', '03'));
    const claims = verifyHcert(hcert, salus.certificate());
    const facts = (claims.get(-65601) as Map<number, unknown>).get(5);
    expect(facts).toMatchObject({ patient: { birthDate: '1990-05-17' }, occurrence: '2021-06-01' });
  });

  it("the WHO's certificate for yellow fever", async () => {
    const { hcert } = await salus.issue(immunization('y', '37', stamaril));
    const claims = verifyHcert(hcert, salus.certificate());
    const icvp = (claims.get(-260) as Map<number, unknown>).get(-6);
    expect(icvp).toMatchObject({
      n: 'Zoë Müßig-Ångström',
      v: { vp: product.code, bo: 'YF7', dt: '2021-06-01', vls: '2021-06-11' },
    });
    expect(await salus.verify(hcert)).toMatchObject({
      overall: 'valid',
      certificate: { kind: 'icvp', disease: 'Yellow fever' },
    });
  });

  it('nothing that a changed byte survives', async () => {
    const { hcert } = await salus.issue(immunization('v', '208', covid));
    const place = Math.floor(hcert.length / 2);
    const other = hcert[place] === 'A' ? 'B' : 'A';
    const changed = hcert.slice(0, place) + other + hcert.slice(place + 1);
    expect(() => verifyHcert(changed, salus.certificate())).toThrow();
  });

  async function keySet(): Promise<jose.JSONWebKeySet> {
    return JSON.parse(await salus.text('/cards/.well-known/jwks.json')) as jose.JSONWebKeySet;
  }
  async function readCard(text: string) {
    expect(text).toMatch(/^shc:\/[0-9]+$/);
    const digits = text.slice(5).match(/../g) ?? [];
    const jws = digits.map((pair) => String.fromCharCode(Number(pair) + 45)).join('');
    const keys = jose.createLocalJWKSet(await keySet());
    const { payload, protectedHeader } = await jose.compactVerify(jws, keys);
    return { jws, protectedHeader, claims: JSON.parse(inflateRawSync(payload).toString()) };
  }

  it('SMART Health Cards, and revokes them', async () => {
    const issued = await salus.issue(immunization('s', '208', covid));
    const { jws, protectedHeader, claims } = await readCard(issued.shc?.text ?? '');
    expect(jws).toBe(issued.shc?.jws);
    const key = (await keySet()).keys[0] as jose.JWK;
    expect(protectedHeader).toEqual({
      alg: 'ES256',
      zip: 'DEF',
      kid: await jose.calculateJwkThumbprint(key),
    });
    expect(key.d).toBeUndefined();
    expect(claims.iss).toBe(issuerUrl);
    expect(claims.vc.type).toContain('https://smarthealth.cards#covid19');
    const bundle = claims.vc.credentialSubject.fhirBundle;
    expect(bundle.entry[0].resource.name[0].family).toBe('Müßig-Ångström');
    expect(bundle.entry[1].resource.vaccineCode.coding).toEqual([{ system: cvx, code: '208' }]);
    expect(await salus.verify(issued.shc?.text ?? '')).toMatchObject({ overall: 'valid' });
    await salus.revoke(issued.commitment);
    expect(await salus.verify(issued.shc?.text ?? '')).toMatchObject({ overall: 'invalid' });
    const list = JSON.parse(await salus.text(`/.well-known/crl/${key.kid}.json`));
    const entry = list.rids.find((rid: string) => rid.startsWith(`${claims.vc.rid}.`));
    expect(Number(entry.split('.')[1])).toBeGreaterThan(claims.nbf);
    expect((await keySet()).keys[0]).toMatchObject({ crlVersion: list.ctr });
  });
});

describe.skipIf(!ready)('Salus renews its key', () => {
  const salus = new Salus();
  beforeAll(() => salus.start(), 90_000);
  afterAll(() => salus.stop());
  const kid = (hcert: string) => readHcert(hcert).protectedHeader.get(4) as Buffer;
  const file = (path: string) => join(salus.folder, path);

  it('from its own CSCA: what the old one signed stays valid', async () => {
    const old = await salus.issue(immunization('k1', '208', covid));
    const oldSigner = salus.certificate();
    await salus.halt();
    salus.keys('renew', '--purpose', 'vaccination');
    expect(salus.certificate()).toEqual(oldSigner); // the next one waits
    await salus.start();
    expect(salus.certificate()).not.toEqual(oldSigner);
    const fresh = await salus.issue(immunization('k2', '208', covid));
    verifyHcert(fresh.hcert, salus.certificate());
    expect(kid(fresh.hcert)).not.toEqual(kid(old.hcert));
    for (const { hcert } of [old, fresh]) {
      expect(await salus.verify(hcert)).toMatchObject({ overall: 'valid' });
    }
    await expect(salus.issue(observation('k3', '260415000', 1))).rejects.toThrow(
      'issue.key_purpose',
    );
    const keys = JSON.parse(await salus.text('/.well-known/jwks.json')) as jose.JSONWebKeySet;
    expect(keys.keys).toHaveLength(2);
  }, 120_000);

  it('from an authority that openssl is', async () => {
    await salus.halt();
    const [request, ca, caKey] = [file('request.pem'), file('ca.pem'), file('ca.key')];
    salus.keys('make-request', '--purpose', 'test,vaccination', '--out', request);
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
    const text = openssl('req', '-in', request, '-verify', '-noout', '-text').toString();
    expect(text).toContain('1.3.6.1.4.1.1847.2021.1.1');
    expect(text).toContain('1.3.6.1.4.1.1847.2021.1.2');
    expect(text).toContain(`URI:${issuerUrl}`);
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/C=DE/O=Ministry/CN=CSCA', '-days', '1460', '-keyout', caKey, '-out', ca],
      ...['-addext', 'keyUsage=critical,keyCertSign'],
    );
    const signed = file('dsc.pem');
    openssl(
      ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-copy_extensions', 'copy'],
      ...['-days', '730', '-out', signed],
    );
    expect(() => salus.keys('install', ca)).toThrow('keys.not_a_signer');
    salus.keys('install', signed, '--csca', ca);
    await salus.start();
    const { hcert, shc } = await salus.issue(immunization('k4', '208', covid));
    verifyHcert(hcert, salus.certificate());
    expect(await salus.verify(hcert)).toMatchObject({ overall: 'valid' });
    expect(shc?.text).toMatch(/^shc:/);
    const keys = JSON.parse(await salus.text('/.well-known/jwks.json')) as jose.JSONWebKeySet;
    const chain = (keys.keys[0]?.x5c ?? []).map((der) => Buffer.from(der, 'base64'));
    expect(chain).toHaveLength(2);
    const [leaf, authority] = chain.map((der) => new X509Certificate(der));
    expect(leaf?.verify((authority as X509Certificate).publicKey)).toBe(true);
    expect(leaf?.subjectAltName).toContain(issuerUrl);
  }, 120_000);
});

describe.skipIf(!ready)('Salus verifies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'salus-oracles-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const usage = '1.3.6.1.4.1.1847.2021.1';
  type Signer = { key: KeyObject; der: Buffer };
  // openssl's: a third implementation makes the X.509 certificates.
  function signer(name: string, algorithm: string[], kinds = '1 2 3'): Signer {
    const [key, der] = [join(folder, `${name}.key`), join(folder, `${name}.der`)];
    const kindsText = kinds.split(' ').map((kind) => `${usage}.${kind}`);
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', ...algorithm, '-nodes', '-days', '30', '-subj', `/C=FR/CN=${name}`],
        ...['-addext', `extendedKeyUsage=${kindsText.join(',')}`],
        ...['-addext', 'basicConstraints=critical,CA:FALSE'],
        ...['-keyout', key, '-outform', 'DER', '-out', der],
      ],
      { stdio: 'pipe' },
    );
    return { key: createPrivateKey(readFileSync(key)), der: readFileSync(der) };
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const source = (der: Buffer) => ({
    certificates: [{ certificate: der.toString('base64'), country: 'FR', role: 'signer' }],
  });

  const now = Math.floor(Date.now() / 1000);
  const person = { ver: '1.3.0', nam: { fn: 'Lefèvre', fnt: 'LEFEVRE' }, dob: '1970-01-02' };
  const common = { tg: '840539006', co: 'FR', is: 'CNAM', ci: 'URN:UVCI:01:FR:1#A' };
  const kinds = {
    v: {
      vp: '1119349007',
      mp: 'EU/1/20/1528',
      ma: 'ORG-100030215',
      dn: 1,
      sd: 1,
      dt: '2021-06-01',
    },
    t: { tt: 'LP6464-4', sc: ago(1), tr: '260415000', tc: 'Centre' },
    r: { fr: ago(20).slice(0, 10), df: ago(9).slice(0, 10), du: ago(-160).slice(0, 10) },
  };
  const claimsOf = (kind: keyof typeof kinds) =>
    new Map<number, unknown>([
      [1, 'FR'],
      [4, now + 3600],
      [6, now],
      [-260, new Map([[1, { ...person, [kind]: [{ ...common, ...kinds[kind] }] }]])],
    ]);
  let es256: Signer;
  beforeAll(() => {
    es256 = signer('es256', ec);
  });

  for (const [kind, name] of [
    ['v', 'vaccination'],
    ['t', 'test'],
    ['r', 'recovery'],
  ] as const) {
    it(`an HCERT of a ${name}`, () => {
      const code = makeHcert({ claims: claimsOf(kind), ...es256 });
      const verdict = verify(folder, source(es256.der), code);
      expect(verdict).toMatchObject({ overall: 'valid', format: 'hcert' });
      expect(verdict.certificate).toMatchObject({ statement: name, name: 'Lefèvre' });
    });
  }

  it('PS256, a kid outside the protected header, no tag', () => {
    const rsa = signer('ps256', ['-newkey', 'rsa:2048']);
    const code = makeHcert({ claims: claimsOf('v'), ...rsa, pss: true });
    expect(verify(folder, source(rsa.der), code).overall).toBe('valid');
    const loose = { claims: claimsOf('v'), ...es256, unprotectedKid: true, tagged: false };
    expect(verify(folder, source(es256.der), makeHcert(loose)).overall).toBe('valid');
  });

  it('and refuses what the certificate is not for, another key, and what expired', () => {
    const tests = signer('tests', ec, '1');
    const wrong = makeHcert({ claims: claimsOf('v'), ...tests });
    expect(verify(folder, source(tests.der), wrong).overall).toBe('invalid');
    const forged = makeHcert({ claims: claimsOf('v'), key: tests.key, der: es256.der });
    const verdict = verify(folder, source(es256.der), forged);
    expect(verdict.overall).toBe('invalid');
    expect(verdict.checks).toContainEqual(
      expect.objectContaining({ name: 'signature', outcome: 'failed' }),
    );
    const old = claimsOf('v')
      .set(6, now - 100)
      .set(4, now - 90);
    expect(verify(folder, source(es256.der), makeHcert({ claims: old, ...es256 })).overall).toBe(
      'invalid',
    );
  });

  it('a SMART Health Card that jose signed, and not under another key', async () => {
    const pair = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = await jose.exportJWK(pair.publicKey);
    const kid = await jose.calculateJwkThumbprint(jwk);
    const fhirBundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        {
          fullUrl: 'resource:0',
          resource: {
            resourceType: 'Patient',
            name: [{ family: 'Anyperson', given: ['Jane'] }],
            birthDate: '1951-01-20',
          },
        },
        {
          fullUrl: 'resource:1',
          resource: {
            resourceType: 'Immunization',
            status: 'completed',
            vaccineCode: { coding: [{ system: cvx, code: '207' }] },
            patient: { reference: 'resource:0' },
            occurrenceDateTime: '2021-01-01',
          },
        },
      ],
    };
    const claims = {
      iss: issuerUrl,
      nbf: now - 60,
      vc: {
        type: ['https://smarthealth.cards#health-card', 'https://smarthealth.cards#immunization'],
        credentialSubject: { fhirVersion: '4.0.1', fhirBundle },
      },
    };
    const jws = await new jose.CompactSign(deflateRawSync(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', zip: 'DEF', kid })
      .sign(pair.privateKey);
    const digits = [...jws].map((c) => `${c.charCodeAt(0) - 45}`.padStart(2, '0')).join('');
    const trust = (key: jose.JWK, id: string) => ({
      issuers: [
        {
          iss: issuerUrl,
          name: 'A hospital',
          jwks: JSON.stringify({ keys: [{ ...key, kid: id, use: 'sig', alg: 'ES256' }] }),
          revocations: [],
        },
      ],
    });
    const verdict = verify(folder, trust(jwk, kid), `shc:/${digits}`);
    expect(verdict).toMatchObject({ overall: 'valid', format: 'shc' });
    expect(verdict.certificate).toMatchObject({ name: 'Jane Anyperson' });
    const other = await jose.exportJWK((await jose.generateKeyPair('ES256')).publicKey);
    const unknown = verify(
      folder,
      trust(other, await jose.calculateJwkThumbprint(other)),
      `shc:/${digits}`,
    );
    expect(unknown.overall).toBe('invalid');
  });
});
