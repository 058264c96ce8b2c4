// A campaign: batches of cases from a seed until enough instructions have run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type BatchResult, compare, firstDifference, minimize } from './compare';
import { Random } from './random';
import { scenario } from './scenario';

export interface Plan {
  binary: string;
  seed: number;
  /** Ends when so many instructions, or so many cases, have run. */
  instructions: number;
  cases?: number;
  batch?: number;
  /** Where cases that differ are kept; nowhere when not given. */
  folder?: string;
  progress?: (total: Total) => void;
}

export interface Total {
  cases: number;
  instructions: number;
  refused: number;
  known: Map<string, number>;
  differences: string[];
}

export function emptyTotal(): Total {
  return { cases: 0, instructions: 0, refused: 0, known: new Map(), differences: [] };
}

/** Case `index` of a seed is always the same. */
export function caseOf(seed: number, index: number) {
  const random = new Random(Math.imul(seed, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  return scenario(random, `seed${seed}_case${index}`);
}

export function add(total: Total, batch: Omit<BatchResult, 'differences'>): void {
  total.cases += batch.cases;
  total.instructions += batch.instructions;
  total.refused += batch.refused;
  for (const [name, count] of batch.known) {
    total.known.set(name, (total.known.get(name) ?? 0) + count);
  }
}

async function keep(plan: Plan, batch: BatchResult): Promise<string[]> {
  const out: string[] = [];
  for (const { scenario: it, what, second, salus } of batch.differences) {
    const at = (await firstDifference(plan.binary, it)) ?? 'every instruction is the same';
    out.push(`${it.name} [${it.fork}] ${what}\n  ${at}`);
    if (plan.folder === undefined) continue;
    mkdirSync(plan.folder, { recursive: true });
    const small = await minimize(plan.binary, it);
    const put = (suffix: string, content: unknown) =>
      writeFileSync(join(plan.folder ?? '', it.name + suffix), JSON.stringify(content, null, 1));
    put('.json', { [it.name]: it.test });
    put('.small.json', { [it.name]: small.test });
    const smallAt = await firstDifference(plan.binary, small);
    put('.why.json', { fork: it.fork, what, at, smallAt, second, salus });
  }
  return out;
}

export async function campaign(plan: Plan): Promise<Total> {
  const total = emptyTotal();
  const size = plan.batch ?? 20;
  const { instructions, cases: most = Infinity } = plan;
  for (let index = 0; total.instructions < instructions && index < most; index += size) {
    const cases = Array.from({ length: size }, (_, i) => caseOf(plan.seed, index + i));
    const batch = await compare(plan.binary, cases);
    add(total, batch);
    total.differences.push(...(await keep(plan, batch)));
    plan.progress?.(total);
  }
  return total;
}
