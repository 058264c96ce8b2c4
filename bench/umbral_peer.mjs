// umbral-pre (WebAssembly; GPL-3.0, a development dependency of the tests) on the work of
// bench/umbral_bench, one thread: prints {"name": microseconds of processor time}.
//
//   node bench/umbral_peer.mjs SECONDS PARTS
//
// Of each figure the best of so many parts counts.

import { createRequire } from 'node:module';

const umbral = createRequire(import.meta.url)('@nucypher/umbral-pre');
const [budget, parts] = process.argv.slice(2).map(Number);

function microseconds(once) {
  for (let i = 0; i < 50; i += 1) once();
  let best = Infinity;
  for (let part = 0; part < parts; part += 1) {
    const end = performance.now() + (1000 * budget) / parts;
    const begin = process.cpuUsage();
    let count = 0;
    for (; performance.now() < end; count += 1) once();
    const used = process.cpuUsage(begin);
    best = Math.min(best, (used.user + used.system) / count);
  }
  return best;
}

const delegating = umbral.SecretKey.random();
const delegatingKey = delegating.publicKey();
const receiving = umbral.SecretKey.random();
const receivingKey = receiving.publicKey();
const signer = new umbral.Signer(umbral.SecretKey.random());
const verifyingKey = signer.verifyingKey();
const plain = new Uint8Array(1024).fill(42);
const [capsule, ciphertext] = umbral.encrypt(delegatingKey, plain);
const simple = capsule.toBytes();

const fragments = (threshold, shares) =>
  umbral.generateKFrags(delegating, receivingKey, signer, threshold, shares, true, true);
const answersOf = (threshold) =>
  fragments(threshold, threshold).map((one) => umbral.reencrypt(capsule, one));
const open = (answers) =>
  umbral.decryptReencrypted(receiving, delegatingKey, capsule, answers, ciphertext);

const [fragment] = fragments(1, 1);
const bytes = fragment.toBytes();
const answer = umbral.reencrypt(capsule, fragment).toBytes();
const [one, two] = [answersOf(1), answersOf(2)];

const work = {
  encrypt_1_kib: () => umbral.encrypt(delegatingKey, plain),
  decrypt_1_kib: () => umbral.decryptOriginal(delegating, capsule, ciphertext),
  read_capsule: () => umbral.Capsule.fromBytes(simple),
  'delegate_to/1/1': () => fragments(1, 1),
  'delegate_to/2/3': () => fragments(2, 3),
  verify_key_fragment: () =>
    umbral.KeyFrag.fromBytes(bytes).verify(verifyingKey, delegatingKey, receivingKey),
  reencrypt_capsule: () => umbral.reencrypt(capsule, fragment),
  verify_capsule_fragment: () =>
    umbral.CapsuleFrag.fromBytes(answer).verify(capsule, verifyingKey, delegatingKey, receivingKey),
  'open_of/1': () => open(one),
  'open_of/2': () => open(two),
};
const figures = Object.fromEntries(
  Object.entries(work).map(([name, once]) => [name, microseconds(once)]),
);
process.stdout.write(`${JSON.stringify(figures)}\n`);
