// A fixed slice of the campaign that `npm run fuzz` runs at length.
import { describe, expect, it } from 'vitest';

import { campaign, caseOf } from './campaign';
import { compare, firstDifference } from './compare';
import { runSalus, traceSalus } from './salus';

const binary = process.env.SALUS_BINARY;

describe.skipIf(!binary)(`a second EVM${binary ? '' : ': SALUS_BINARY is not set'}`, () => {
  it('executes generated transactions as salus does, instruction by instruction', async () => {
    const total = await campaign({ binary: binary ?? '', seed: 7, instructions: 1e7, cases: 60 });
    expect(total.differences).toEqual([]);
    expect(total.cases).toBe(60);
    expect(total.instructions).toBeGreaterThan(100_000);
    expect(total.refused).toBeLessThan(total.cases / 4);
  });

  it('is traced alike', async () => {
    const long = caseOf(7, 9);
    expect((await compare(binary ?? '', [long])).differences).toEqual([]);
    let steps = 0;
    await traceSalus(binary ?? '', long, () => ++steps);
    expect(steps).toBeGreaterThan(1000);
    expect(await firstDifference(binary ?? '', long)).toBeUndefined();
    expect(await firstDifference(binary ?? '', long, ({ depth }) => depth > 0)).toContain('step');
  });

  it('makes files that `salus statetest` passes, and fails once changed', async () => {
    const broken = caseOf(7, 9);
    const { differences } = await compare(binary ?? '', [broken]);
    expect(differences).toEqual([]);
    expect((await runSalus(binary ?? '', [broken])).get(broken.name)?.pass).toBe(true);
    for (const post of broken.test.post[broken.fork] ?? []) post.hash = `0x${'00'.repeat(32)}`;
    expect((await runSalus(binary ?? '', [broken])).get(broken.name)?.pass).toBe(false);
  });
});
