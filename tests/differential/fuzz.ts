// npm run fuzz -w tests/differential -- [INSTRUCTIONS] [SEED] [WORKERS]
// Runs until so many instructions agree, on all cores; keeps the cases that differ in
// build/differential. Exits 1 where a difference is not a known one of the second EVM.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { campaign, emptyTotal, type Total } from './campaign';
import { KNOWN } from './known';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const binary = process.env.SALUS_BINARY ?? resolve(root, 'build/release/src/app/salus');
const [instructions = 10_000_000, seed = 1, workers = availableParallelism()] = process.argv
  .slice(2)
  .map(Number);

interface Message extends Omit<Total, 'known'> {
  known: [string, number][];
}

async function work(): Promise<void> {
  const send = (total: Total) => process.send?.({ ...total, known: [...total.known] });
  const folder = resolve(root, 'build/differential');
  let done = false;
  process.once('disconnect', () => process.exit(done ? 0 : 1)); // not to outlive the parent
  send(await campaign({ binary, seed, instructions, folder, progress: send }));
  done = true;
  process.disconnect();
}

function sum(totals: Message[]): Total {
  const out = emptyTotal();
  for (const it of totals) {
    out.cases += it.cases;
    out.instructions += it.instructions;
    out.refused += it.refused;
    out.differences.push(...it.differences);
    for (const [name, count] of it.known) out.known.set(name, (out.known.get(name) ?? 0) + count);
  }
  return out;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

function worker(index: number, onTotal: (total: Message) => void): Promise<number> {
  const share = Math.ceil(instructions / workers);
  const args = [share, seed + 1000 * index, 1].map(String);
  const child = fork(fileURLToPath(import.meta.url), args, {
    env: { ...process.env, SALUS_DIFFERENTIAL_WORKER: '1' },
  });
  child.on('message', (message) => onTotal(message as Message));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

async function main(): Promise<void> {
  const totals: Message[] = [];
  let said = 0;
  const started = Date.now();
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, i) =>
      worker(i, (total) => {
        for (const text of total.differences.slice(totals[i]?.differences.length ?? 0)) say(text);
        totals[i] = total;
        if (Date.now() - said < 10_000) return;
        said = Date.now();
        const now = sum(Object.values(totals));
        say(`… ${now.cases} cases, ${now.instructions} instructions`);
      }),
    ),
  );
  const total = sum(Object.values(totals));
  for (const [name, count] of total.known) {
    say(`known: ${count} ${name} (${Object.values(KNOWN).find((it) => it.name === name)?.reason})`);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  say(
    `${total.cases} cases (${total.refused} refused by both), ${total.instructions} instructions, ` +
      `${total.differences.length} differences, ${seconds} s`,
  );
  const died = codes.some((code) => code !== 0);
  if (died) say('a worker died');
  process.exitCode = died || total.differences.length > 0 ? 1 : 0;
}

await (process.env.SALUS_DIFFERENTIAL_WORKER ? work() : main());
