import { join } from 'node:path';

import { test as base, expect, type Page } from '@playwright/test';

import { absent, root, SalusNode, type Issued } from './node';

export { expect };

interface World {
  node: SalusNode;
  /** One certificate of a demonstration patient, issued before the first test. */
  certificate: Issued;
}

interface Watch {
  /** Whether a complaint on the console fails the test. */
  quiet: boolean;
  /** The complaints: requests to other hosts, violations of the CSP, errors on the page. */
  complaints: string[];
}

export const test = base.extend<Watch, World>({
  node: [
    // eslint-disable-next-line no-empty-pattern -- Playwright asks for the braces.
    async ({}, use) => {
      const node = await SalusNode.start();
      await use(node);
      await node.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  certificate: [
    async ({ node }, use) => {
      const [first] = await node.issue(join(root, 'demo/anna-musterfrau.json'));
      if (!first) throw new Error('no certificate was issued');
      await use(first);
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ node }, use) => use(node.url),
  quiet: [true, { option: true }],
  complaints: [
    async ({ page, node, quiet }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (quiet && message.type() === 'error') complaints.push(`console: ${message.text()}`);
      });
      page.on('request', (request) => {
        const url = request.url();
        const isLocal = /^(data|blob):/.test(url) || url.startsWith('http://127.0.0.1:');
        if (!isLocal || (quiet && url.startsWith('http') && !url.startsWith(`${node.url}/`))) {
          complaints.push(`request: ${url}`);
        }
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

const missing = absent();
test.skip(missing !== undefined, missing ?? '');

/** Pastes a code into the verifier and has it checked, by keyboard alone. */
export async function check(page: Page, code: string): Promise<void> {
  await page.goto('/verify');
  await page.getByRole('textbox', { name: 'Text of the certificate' }).fill(code);
  await page.keyboard.press('Enter');
}

/** The code with one character exchanged for another of base45's alphabet. */
export function flipped(code: string, place: number): string {
  const other = code[place] === 'A' ? 'B' : 'A';
  return code.slice(0, place) + other + code.slice(place + 1);
}
