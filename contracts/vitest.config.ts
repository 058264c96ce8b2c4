import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../build/npm-test-contracts.json' }]],
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/networks.ts'],
    // The suites share the accounts of one chain, so they take turns.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
