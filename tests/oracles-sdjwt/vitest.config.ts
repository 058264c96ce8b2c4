import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../../build/npm-test-oracles-sdjwt.json' }]],
    include: ['*.test.ts'],
  },
});
