// A fixed slice of the campaign that `npm run fuzz` runs at length.
import { describe, expect, it } from 'vitest';

import { campaign } from './campaign';

const binary = process.env.SALUS_BINARY;

describe.skipIf(!binary)(`a second EVM${binary ? '' : ': SALUS_BINARY is not set'}`, () => {
  it('executes generated transactions as salus does, instruction by instruction', async () => {
    const total = await campaign({ binary: binary ?? '', seed: 7, instructions: 300_000 });
    expect(total.differences).toEqual([]);
    expect(total.cases).toBeGreaterThan(100);
    expect(total.refused).toBeLessThan(total.cases / 4);
  });
});
