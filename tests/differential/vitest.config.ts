import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../../build/npm-test-differential.json' }]],
    include: ['*.test.ts'],
    testTimeout: 120_000,
  },
});
