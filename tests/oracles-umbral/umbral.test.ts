// Umbral of Salus against umbral-pre 0.10.0 (GPL-3.0, run as a test oracle alone), live and in both
// directions: each plays each part.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bytes,
  hex,
  Oracle,
  Salus,
  umbralPre,
  type Party,
  type Terms,
  type UmbralPre,
} from './parties';

const binary = process.env.SALUS_BINARY;
const tool = binary ? join(dirname(binary), '../../tests/records/salus_umbral_tool') : undefined;
const built = tool !== undefined && existsSync(tool);
const missing = !umbralPre()
  ? ': @nucypher/umbral-pre is absent'
  : built
    ? ''
    : ': the tool of SALUS_BINARY is not built';

// All thresholds from 1-of-1 to 5-of-9, and all ways to name the keys.
const terms: Terms[] = [];
for (let threshold = 1; threshold <= 5; threshold += 1) {
  for (let shares = threshold; shares <= 9; shares += 1) {
    for (const names of [0, 1, 2, 3]) {
      terms.push({
        threshold,
        shares,
        nameDelegating: (names & 1) !== 0,
        nameReceiving: (names & 2) !== 0,
      });
    }
  }
}

function pick<T>(all: T[], i: number): T {
  const out = all[i % all.length];
  if (out === undefined) throw new Error('none to pick of');
  return out;
}

function shuffled<T>(all: T[]): T[] {
  return all
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}

describe.skipIf(missing !== '')(`Umbral of Salus and umbral-pre${missing}`, () => {
  let umbral: UmbralPre;
  let salus: Salus;
  let oracle: Oracle;
  beforeAll(() => {
    const found = umbralPre();
    if (!found || !tool) throw new Error('something is missing');
    umbral = found;
    salus = new Salus(tool);
    oracle = new Oracle(found);
  });
  afterAll(() => salus?.end());

  const newReceiver = () => {
    const secret = umbral.SecretKey.random();
    return { key: hex(secret.publicKey().toCompressedBytes()), secret: hex(secret.toBEBytes()) };
  };

  // The proxies' kinds take turns: a receiver gets answers of both.
  async function roundTrip(from: Party, to: Party, proxies: Party[], term: Terms) {
    const { key: receivingKey, secret } = newReceiver();
    const plain = hex(randomBytes(Math.floor(Math.random() * 200)));
    const delegated = await from.delegate(receivingKey, plain, term);
    expect(delegated.fragments).toHaveLength(term.shares);
    const chosen = shuffled(delegated.fragments).slice(0, term.threshold);
    const answers: string[] = [];
    for (const [i, fragment] of chosen.entries()) {
      const proxy = pick(proxies, i);
      answers.push(...(await proxy.reencrypt(delegated, receivingKey, [fragment])));
    }
    expect(await to.open(delegated, secret, answers)).toBe(plain);
    if (term.threshold > 1) {
      await expect(to.open(delegated, secret, answers.slice(1))).rejects.toThrow();
    }
  }

  const count = 1000;
  for (const away of [true, false]) {
    const title = away ? 'from Salus to umbral-pre' : 'from umbral-pre to Salus';
    it(`${count} round trips ${title}`, { timeout: 600_000 }, async () => {
      const from: Party = away ? salus : oracle;
      const to: Party = away ? oracle : salus;
      const ways = [[from], [to], [from, to], [to, from]];
      for (let i = 0; i < count; i += 1) {
        const proxies = pick(ways, Math.floor(i / 4));
        await roundTrip(from, to, proxies, pick(terms, i));
      }
    });
  }

  it('both refuse what one byte was changed in', { timeout: 120_000 }, async () => {
    const { key: receivingKey, secret } = newReceiver();
    const changed = (text: string, at: number) => {
      const out = bytes(text);
      out[at] = (out[at] ?? 0) ^ 1;
      return hex(out);
    };
    const all = { threshold: 1, shares: 1, nameDelegating: true, nameReceiving: true };
    for (const party of [salus, oracle] as Party[]) {
      const it = await party.delegate(receivingKey, '00', all);
      const answer = pick(await party.reencrypt(it, receivingKey, it.fragments), 0);
      for (const judge of [salus, oracle] as Party[]) {
        expect(await judge.open(it, secret, [answer])).toBe('00');
        for (let at = 0; at < 381; at += 4) {
          await expect(judge.open(it, secret, [changed(answer, at)])).rejects.toThrow();
        }
        for (let at = 0; at < 105; at += 4) {
          const other = { ...it, capsule: changed(it.capsule, at) };
          await expect(judge.open(other, secret, [answer])).rejects.toThrow();
          await expect(judge.reencrypt(other, receivingKey, it.fragments)).rejects.toThrow();
        }
      }
    }
  });

  it('keys by label are the same', async () => {
    for (let i = 0; i < 200; i += 1) {
      const seed = randomBytes(32);
      const label = randomBytes(i % 40);
      const factory = umbral.SecretKeyFactory.fromSecureRandomness(new Uint8Array(seed));
      const mine = await salus.ask({ do: 'factory', seed: hex(seed), label: hex(label) });
      expect(mine.key).toBe(hex(factory.makeKey(label).toBEBytes()));
      expect(mine.secret).toBe(hex(factory.makeSecret(label)));
      const inner = factory.makeFactory(label).makeKey(label);
      expect(mine.inner).toBe(hex(inner.toBEBytes()));
    }
  });
});
