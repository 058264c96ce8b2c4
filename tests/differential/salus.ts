// Salus runs cases with `salus statetest`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Scenario } from './scenario';
import type { Outcome, Step } from './second';

export interface Verdict extends Outcome {
  pass: boolean;
  error?: string;
}

function execute(binary: string, args: string[], line: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(line);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 || code === 1) resolve();
      else reject(new Error(`salus statetest ended with ${code ?? signal}: ${errors}`));
    });
  });
}

async function withFile<T>(cases: Scenario[], use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'salus-differential-'));
  try {
    const file = join(folder, 'cases.json');
    await writeFile(
      file,
      JSON.stringify(Object.fromEntries(cases.map((it) => [it.name, it.test]))),
    );
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Line extends Outcome {
  name: string;
  pass: boolean;
  error?: string;
}

/** Verdicts by the cases' names. Throws where salus does not live to tell. */
export async function runSalus(binary: string, cases: Scenario[]): Promise<Map<string, Verdict>> {
  const out = new Map<string, Verdict>();
  await withFile(cases, (file) =>
    execute(binary, ['statetest', '--json', '--digest', '--threads', '1', file], (text) => {
      const { name, ...verdict } = JSON.parse(text) as Line;
      out.set(name, { ...verdict, steps: verdict.steps ?? 0, digest: verdict.digest ?? 0 });
    }),
  );
  return out;
}

interface TraceLine {
  pc: number;
  op: number;
  gas: string;
  depth: number;
  stack: string[];
}

/** Every instruction of a case. */
export async function traceSalus(
  binary: string,
  scenario: Scenario,
  watch: (step: Step) => void,
): Promise<void> {
  await withFile([scenario], (file) =>
    execute(binary, ['statetest', '--trace', file], (text) => {
      if (!text.startsWith('{"pc"')) return;
      const { pc, op, gas, depth, stack } = JSON.parse(text) as TraceLine;
      watch({ pc, op, gas: BigInt(gas), depth: depth - 1, stack: stack.map(BigInt) });
    }),
  );
}
