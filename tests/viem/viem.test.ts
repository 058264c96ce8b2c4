// The same script against anvil and the embedded chain must print the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type RunningNode, startAnvil, startSalus } from '../../contracts/test/support/node';
import { transcript } from './scenario';

const binary = process.env.SALUS_BINARY;

function withNode(start: () => Promise<RunningNode>): () => string {
  let node: RunningNode | undefined;
  beforeAll(async () => {
    node = await start();
  });
  afterAll(async () => {
    await node?.stop();
  });
  return () => node?.network.url ?? '';
}

describe('viem against anvil', () => {
  const url = withNode(startAnvil);

  it('prints the transcript', async () => {
    const lines = await transcript(url());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('transcript.txt');
  });
});

describe.skipIf(!binary)(`viem against salus${binary ? '' : ': SALUS_BINARY is not set'}`, () => {
  const url = withNode(() => startSalus(binary ?? ''));

  it('prints the same transcript', async () => {
    const lines = await transcript(url());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('transcript.txt');
  });
});
