import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../../build/npm-test-oracles-umbral.json' }]],
    include: ['*.test.ts'],
  },
});
