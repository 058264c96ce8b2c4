import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../../build/npm-test-viem.json' }]],
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 90_000,
  },
});
