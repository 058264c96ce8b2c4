import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../../build/npm-test-tools.json' }]],
    include: ['*.test.ts'],
    // Each file has a node of its own; most of a file's time is waiting for blocks.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
