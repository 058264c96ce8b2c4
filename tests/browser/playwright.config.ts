import { defineConfig } from '@playwright/test';

import { chromium, chromiumFlags } from './chromium';

export default defineConfig({
  testDir: '.',
  outputDir: '../../build/browser-tests',
  // One node and one browser at a time: the tests share a chain, and machines may be small.
  workers: 1,
  // Where nobody watches, one more try on a busy machine; the list names it "flaky".
  retries: process.env['CI'] === 'true' ? 1 : 0,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../../build/npm-test-browser.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-GB',
    timezoneId: 'UTC',
    launchOptions: { executablePath: chromium, args: chromiumFlags },
  },
});
